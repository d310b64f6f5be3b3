"""One running system, seen from any process: start it, ask it, hurt it, move its clock."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cli import clocks
from cli.children import is_alive, spawn, wait_until
from cli.failures import CannotStart, TookTooLong
from cli.health import status_of
from cli.migrations import tail
from cli.programs import ROOT, SERVERS, base_from_environment, free_base, matching
from cli.run_file import Run, read_run, save_accounts

UP_SECONDS_MAX = 240.0
DOWN_SECONDS_MAX = 60.0
STOP_SECONDS_MAX = 15.0
STOP_SIGNAL = {"postgres": signal.SIGINT}
Environment = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Instance:
    """Its directory is all of it: whoever knows the directory may give orders."""

    directory: Path

    def up(
        self,
        port_base: int | None = None,
        environment: Environment | None = None,
        without: Iterable[str] = (),
        tethered: bool = True,
    ) -> None:
        """Start the supervisor in a process of its own and wait until everything answers. Tethered, it dies with us.

        Where one runs already, wait for that one.
        """
        if self.is_up():
            self._wait_for_the_other()
            return
        self.make_ready(environment, without)
        base = base_from_environment() if port_base is None else port_base or free_base()
        command = [sys.executable, "-m", "cli", "up", "--directory", str(self.directory), "--port-base", str(base)]
        command.append("--as-ordered")
        log = self.directory / "log" / "supervisor.log"
        begins_at = log.stat().st_size if log.exists() else 0
        process = _start(command, log, tethered)
        wait_until(lambda: process.poll() is not None or self._is_ready(process.pid), seconds=UP_SECONDS_MAX, every=0.1)
        if not self._is_ready(process.pid):
            process.terminate()
            code = process.wait()
            said = log.read_bytes()[begins_at:].decode(errors="replace").strip()
            failure = TookTooLong if code == TookTooLong.exit_code else CannotStart
            raise failure(said.removeprefix("yihu: ") or "it did not start in time")

    def make_ready(self, environment: Environment | None = None, without: Iterable[str] = ()) -> None:
        """A fresh start forgets old orders; what is to be missing is named."""
        for folder in ("log", "stopped"):
            (self.directory / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        for order in (self.directory / "stopped").iterdir():
            order.unlink()
        for name in without:
            self.hold(name)
        if environment is not None:
            self.set_environment(environment)

    def down(self) -> None:
        pid = self.run().get("supervisor")
        if not self.is_up() or not isinstance(pid, int):
            return
        os.kill(pid, signal.SIGTERM)
        if not wait_until(lambda: not self.is_up(), seconds=DOWN_SECONDS_MAX, every=0.05):
            raise TookTooLong(f"the supervisor (process {pid}) did not end within {DOWN_SECONDS_MAX:.0f} s")

    def is_up(self) -> bool:
        """The supervisor holds this lock as long as it lives, however it dies."""
        with contextlib.suppress(FileNotFoundError), (self.directory / "supervisor.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def run(self) -> Run:
        return read_run(self.directory)

    def pids(self, name: str) -> dict[str, int]:
        known = self.run().get("programs", {})
        found = {each: known.get(each, {}).get("pid") for each in matching(name)}
        return {each: pid for each, pid in found.items() if pid is not None and is_alive(pid)}

    def hold(self, name: str) -> None:
        """Nothing happens now; once dead, it stays dead."""
        for each in matching(name):
            (self.directory / "stopped" / each).touch()

    def stop(self, name: str, number: signal.Signals | None = None) -> None:
        self.hold(name)
        for each, pid in self.pids(name).items():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number or STOP_SIGNAL.get(each, signal.SIGTERM))
        if not self.wait_dead(name, STOP_SECONDS_MAX):
            raise TookTooLong(f"{name} did not end within {STOP_SECONDS_MAX:.0f} s")

    def kill(self, name: str) -> None:
        self.stop(name, signal.SIGKILL)

    def start(self, name: str) -> None:
        if not self.is_up():
            raise CannotStart("nothing runs here; start it with ./yihu up")
        for each in matching(name):
            (self.directory / "stopped" / each).unlink(missing_ok=True)
        if not self.wait_answering(name, UP_SECONDS_MAX):
            raise TookTooLong(f"{name} does not answer; its log ends:\n{tail(self.directory / 'log' / f'{name}.log')}")

    def wait_dead(self, name: str, seconds: float = 30.0) -> bool:
        return wait_until(lambda: not self.pids(name), seconds=seconds)

    def wait_answering(self, name: str, seconds: float = 30.0) -> bool:
        return wait_until(lambda: all(self._answers(each) for each in matching(name)), seconds=seconds, every=0.1)

    def set_environment(self, environment: Environment) -> None:
        """More variables by program, service or `*`; each program reads its own when it starts next."""
        fresh = self.directory / "environment.json.new"
        fresh.write_text(json.dumps(environment))
        fresh.replace(self.directory / "environment.json")

    def clock(self) -> timedelta:
        return clocks.shift(self.run())

    def shift_clock(self, by: timedelta) -> datetime:
        """Every database's and the gateway's clock goes forward; the answer is the new time."""
        return clocks.advance(self.run(), by)

    def save_accounts(self, accounts: Mapping[str, Any]) -> None:
        save_accounts(self.directory, dict(accounts))

    def _wait_for_the_other(self) -> None:
        wait_until(lambda: not self.is_up() or self._is_ready(), seconds=UP_SECONDS_MAX, every=0.1)
        if not self.is_up():
            raise CannotStart(f"another start of it has failed; see {self.directory / 'log' / 'supervisor.log'}")
        if not self._is_ready():
            raise TookTooLong(
                f"it runs already in {self.directory} and does not become ready; ./yihu status tells more"
            )

    def _is_ready(self, supervisor: int | None = None) -> bool:
        """What run.json says holds as long as its writer lives."""
        run = self.run()
        writer = int(run.get("supervisor", 0))
        return bool(run.get("ready")) and (writer == supervisor if supervisor else is_alive(writer))

    def _answers(self, name: str) -> bool:
        program = self.run().get("programs", {}).get(name, {})
        if not program.get("pid"):
            return False
        return name in SERVERS or status_of(f"http://127.0.0.1:{program['port']}") == 200


def _start(command: list[str], log: Path, tethered: bool) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))}
    if tethered:
        return spawn(command, log=log, dies_with_parent=signal.SIGTERM, environment=environment, directory=ROOT)
    with log.open("ab") as out:
        return subprocess.Popen(
            command, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
