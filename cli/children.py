"""Child processes that do not outlive us: started from one lasting thread, told to stop when their parent dies."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# The kernel sends the parent-death signal when the *thread* that forked ends, so every child is forked by this one.
_forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forker")
_PR_SET_PDEATHSIG = 1

LOG_BYTES_MAX = 20_000_000  # the one before is kept
START_TRIES_MAX = 5  # another process may take the port between our choice and the server's bind
START_AGAIN_SECONDS = 0.2
START_SECONDS_MAX = 60.0  # a crash recovery comes first


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path,
    dies_with_parent: signal.Signals,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a process group of its own, so that Ctrl-C reaches only us and we stop it in order."""
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(log.with_name(f"{log.name}.1"))
    with log.open("ab") as out:
        return _forker.submit(
            subprocess.Popen,
            [str(word) for word in argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            cwd=directory,
            user=user,
            process_group=0,
            preexec_fn=_parent_death(dies_with_parent),
        ).result()


def _parent_death(number: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: None if prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0) == 0 else os._exit(70)


def stop(process: subprocess.Popen[bytes], number: signal.Signals, *, wait_seconds: float) -> None:
    """Send the signal and wait; what has not ended by then is killed."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(wait_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] == "Z"


def wait_until(condition: Callable[[], bool], *, seconds: float, every: float = 0.02) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def comes_up(process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> bool:
    wait_until(lambda: process.poll() is not None or ready(), seconds=START_SECONDS_MAX)
    return process.poll() is None and ready()


def free_port(preferred: int = 0) -> int:
    """The preferred port of the loopback if nobody listens there, else one the system picks."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")
