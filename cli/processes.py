"""The supervisor of one instance: starts everything, restarts what dies, stops it in order.

It takes orders by files, so that any process may give them and none is needed to run: `stopped/<program>` means
"leave it dead", `environment.json` adds variables at the next start of a program.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from cli.children import spawn
from cli.failures import CannotStart, TookTooLong
from cli.health import status_of
from cli.keys import Keys
from cli.migrations import migrate_what_is_due, tail
from cli.programs import ROOT, Program, Surroundings, programs, taken, urls
from cli.run_file import Run, change_run
from cli.servers import Servers
from cli.templates import file_templates

LOOK_EVERY_SECONDS = 0.1
RESTART_SECONDS_MIN, RESTART_SECONDS_MAX = 0.2, 5.0
WELL_AFTER_SECONDS = 10.0  # a process that lived this long starts again without waiting
START_SECONDS_MAX = 120.0  # a busy machine; on an idle one it takes a tenth
START_DEATHS_MAX = 3
STOP_SECONDS_MAX = 10.0


@dataclass
class Running:
    """One program and the process that plays it at the moment."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    wait_seconds: float = RESTART_SECONDS_MIN
    started_at: float = 0.0
    start_at: float = 0.0
    answered: bool = False

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    directory: Path
    base: int
    running: dict[str, Running] = field(default_factory=dict)
    ready: bool = False
    on_ready: Callable[[], None] = lambda: None
    _ending: bool = False
    _written: str = ""

    def __post_init__(self) -> None:
        self.directory = self.directory.resolve()
        for folder in ("log", "stopped", "gateway"):
            (self.directory / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        self.keys = Keys.of(self.directory)
        self.servers = Servers(self.directory, self.base)

    def run(self) -> None:
        """Until a signal ends it; whatever happens, nothing it started is left behind."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)
        try:
            self._start()
            while not self._ending:
                self._look()
                time.sleep(LOOK_EVERY_SECONDS)
        finally:
            self._stop()

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True

    def _start(self) -> None:
        if busy := taken(self.base):
            ports = ", ".join(map(str, busy))
            raise CannotStart(f"port {ports} is in use; set YIHU_PORT_BASE to another number (now {self.base})")
        self.servers.start(self._is_stopped)
        databases, redis_url = self.servers.databases(), self.servers.redis_url()
        self.surroundings = Surroundings(self.directory, self.base, self.keys, databases, redis_url)
        with ThreadPoolExecutor(1) as pool:
            filing = pool.submit(file_templates, self.surroundings)
            migrate_what_is_due(self.surroundings, self._overrides())
            filing.result()
        self.running = {program.name: Running(program) for program in programs(self.base)}
        self._wait_for_answers()
        self.ready = not self._ending
        self._write()
        if self.ready:
            self.on_ready()

    def _wait_for_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not self._ending and (silent := self._silent()):
            self._look()
            for each in self.running.values():
                if each.restarts >= START_DEATHS_MAX:
                    raise CannotStart(f"{each.program.name} dies at once; its log ends:\n{tail(self._log(each))}")
            if time.monotonic() > deadline:
                late = ", ".join(each.program.name for each in silent)
                raise TookTooLong(f"no answer within {START_SECONDS_MAX:.0f} s from {late}; see {self.directory}/log")
            time.sleep(LOOK_EVERY_SECONDS)

    def _silent(self) -> list[Running]:
        """Who has not answered; one that died after its answer is to answer again."""
        due = [each for each in self.running.values() if not self._is_stopped(each.program.name)]
        for each in due:
            each.answered = each.alive and (each.answered or _answers(each.program))
        return [each for each in due if not each.answered]

    def _look(self) -> None:
        """Once around: start what should run and does not."""
        with contextlib.suppress(CannotStart):  # tried again at the next look; its log tells why
            self.servers.start(self._is_stopped)
        now = time.monotonic()
        for each in self.running.values():
            if each.alive or self._is_stopped(each.program.name):
                continue
            if each.process is not None:
                self._note_death(each, now)
            if now >= each.start_at:
                self._spawn(each, now)
        self._write()

    def _note_death(self, each: Running, now: float) -> None:
        well = now - each.started_at > WELL_AFTER_SECONDS
        each.wait_seconds = RESTART_SECONDS_MIN if well else min(each.wait_seconds * 2, RESTART_SECONDS_MAX)
        each.start_at = now + each.wait_seconds
        each.restarts += 1
        each.process = None

    def _spawn(self, each: Running, now: float) -> None:
        program = each.program
        override = self._overrides()
        environment = self.surroundings.environment(program)
        for name in ("*", program.service, program.name):
            environment |= override.get(name, {})
        each.process = spawn(
            program.argv,
            log=self._log(each),
            dies_with_parent=signal.SIGTERM,
            environment=environment,
            directory=ROOT,
        )
        each.started_at = now

    def _stop(self) -> None:
        """The services first, all at once; then what they stand on."""
        self.ready = False
        alive = [each.process for each in self.running.values() if each.process is not None and each.alive]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS_MAX
        for process in alive:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
        for process in alive:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.servers.stop()
        self._write()

    def _is_stopped(self, name: str) -> bool:
        return (self.directory / "stopped" / name).exists()

    def _overrides(self) -> Mapping[str, Mapping[str, str]]:
        try:
            found: Mapping[str, Mapping[str, str]] = json.loads((self.directory / "environment.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return found

    def _log(self, each: Running) -> Path:
        return self.directory / "log" / f"{each.program.name}.log"

    def _write(self) -> None:
        """run.json follows what is true; it is written only when that has changed."""
        present = self._present()
        text = json.dumps(present)
        if text != self._written:
            self._written = text
            change_run(self.directory, lambda run: {"accounts": run.get("accounts", {})} | present)

    def _present(self) -> Run:
        surroundings = getattr(self, "surroundings", None)
        return {
            "ready": self.ready,
            "supervisor": os.getpid(),
            "directory": str(self.directory),
            "port_base": self.base,
            "urls": urls(self.base),
            "worker_urls": {
                each.program.service: f"http://127.0.0.1:{each.program.port}"
                for each in self.running.values()
                if each.program.role == "worker"
            },
            "programs": dict(self._programs()),
            "databases": surroundings.databases if surroundings else {},
            "redis_url": surroundings.redis_url if surroundings else None,
            "log": str(self.directory / "log"),
            "keeper": self.keys.keeper,
            "notify": {"api_key": self.keys.notify},
        }

    def _programs(self) -> Iterator[tuple[str, dict[str, object]]]:
        for each in self.running.values():
            stopped = self._is_stopped(each.program.name)
            pid = each.process.pid if each.process is not None and each.alive else None
            state = "running" if pid else "stopped" if stopped else "waiting"
            yield each.program.name, {"pid": pid, "port": each.program.port, "restarts": each.restarts, "state": state}
        yield from self.servers.programs()


def _answers(program: Program) -> bool:
    return status_of(f"http://127.0.0.1:{program.port}") == 200
