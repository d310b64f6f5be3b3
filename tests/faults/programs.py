"""The programs of the running system as the faults see them: killed, held, frozen, armed, led through a proxy.

Whatever was done to them is remembered, and `mended` undoes it: the next test finds the system as it was.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cli.children import spawn
from cli.instance import Instance
from cli.keys import Keys
from cli.programs import Surroundings, programs
from demo.proofs import until
from tests.faults.history import History
from tests.faults.proxy import Proxy

BACK_SECONDS_MAX = 60.0
HIT_SECONDS_MAX = 45.0
WORKERS = ("members-worker", "tickets-worker", "funds-worker", "notify-worker", "console-worker")
APIS = ("members-api", "tickets-api", "funds-api", "notify-api", "console-web")
GENEROUS = {
    "YIHU_NOTIFY_CAP_NOTICE_DAY": "100000",
    "YIHU_NOTIFY_CAP_ALL_DAY": "100000",
    "YIHU_NOTIFY_SPACING_SECONDS": "0",
    "YIHU_NOTIFY_SENDER_EXT_WIDTH": "4",
}
Variables = Mapping[str, str]


@dataclass
class Programs:
    instance: Instance
    history: History
    given: dict[str, Variables] = field(default_factory=dict)  # beside what each always has
    hurt: set[str] = field(default_factory=set)
    frozen: set[int] = field(default_factory=set)

    def pid(self, program: str) -> int:
        (pid,) = self.instance.pids(program).values()
        return pid

    def log(self, program: str) -> str:
        return (self.instance.directory / "log" / f"{program}.log").read_text(errors="replace")

    def kill(self, program: str) -> None:
        """At once; the supervisor brings it back unless it is held."""
        for pid in self.instance.pids(program).values():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.history.fault(f"kill {program}")

    def hold(self, *names: str) -> None:
        self.hurt |= set(names)
        for name in names:
            self.instance.hold(name)

    def release(self, name: str) -> None:
        """It may run again; nobody waits for it."""
        (self.instance.directory / "stopped" / name).unlink(missing_ok=True)

    async def away(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Ended by this signal, and away until it is brought back."""
        self.hurt.add(name)
        await asyncio.to_thread(self.instance.stop, name, number)
        self.history.fault(f"{number.name} {name}")

    async def back(self, *names: str) -> None:
        """Brought back, answering, with what they were given last."""
        await asyncio.gather(*(asyncio.to_thread(self.instance.start, name) for name in names))
        self.hurt -= {name for name in names if not self.given.get(name)}

    # Begun anew --------------------------------------------------------------------------------------------------

    async def begun_anew(self, variables: Mapping[str, Variables], *, once: bool = False) -> None:
        """Each of these is a new process with these variables. With `once` it stays dead when it dies."""
        self.hurt |= variables.keys()
        self.given |= variables
        self.instance.set_environment({"notify": GENEROUS, **self.given})
        before = {name: set(self.instance.pids(name).values()) for name in variables}
        for name in variables:
            self.release(name)
            for pid in before[name]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

        for name in variables:
            await self._another(name, before[name])
            if once:
                self.instance.hold(name)

    async def _another(self, name: str, before: set[int]) -> None:
        async def begun() -> bool:
            return bool(set(self.instance.pids(name).values()) - before)

        await until(f"{name} has begun anew", begun, BACK_SECONDS_MAX)

    async def answering(self, *names: str) -> None:
        for name in names:
            assert await asyncio.to_thread(self.instance.wait_answering, name, BACK_SECONDS_MAX), f"{name} is silent"

    async def as_usual(self, *names: str) -> None:
        """With nothing but what they always have, and answering."""
        await self.begun_anew({name: {} for name in names})
        await self.answering(*names)
        self.hurt -= set(names)

    # Crash points ------------------------------------------------------------------------------------------------

    async def armed(self, program: str, point: str, subject: str = "") -> None:
        """A new process, which the next pass of this point kills; it stays dead."""
        await self.begun_anew({program: deadly(point, subject)}, once=True)

    async def died(self, program: str, point: str) -> None:
        """It was hit, and at no other place: its last words say so."""

        async def dead() -> bool:
            return not self.instance.pids(program)

        await until(f"{program} dies at {point}", dead, HIT_SECONDS_MAX)
        assert self.log(program).rstrip().endswith(f"killed at {point}"), f"{program} died, but not at {point}"
        self.history.fault(f"crash at {point}")

    # Frozen, doubled, led through a proxy ------------------------------------------------------------------------

    def freeze(self, program: str) -> int:
        pid = self.pid(program)
        os.kill(pid, signal.SIGSTOP)
        self.frozen.add(pid)
        self.history.fault(f"freeze {program}")
        return pid

    def wake(self, *pids: int) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
            self.frozen.discard(pid)

    @asynccontextmanager
    async def second(self, name: str) -> AsyncIterator[int]:
        """Another process of the same program beside the supervisor's: several may always run."""
        run = self.instance.run()
        program = next(each for each in programs(run["port_base"]) if each.name == name)
        keys = Keys.of(self.instance.directory)
        around = Surroundings(self.instance.directory, run["port_base"], keys, run["databases"], run["redis_url"])
        environment = around.environment(program) | GENEROUS | {f"YIHU_{program.service.upper()}_WORKER_PORT": "0"}
        log = Path(run["log"]) / f"{name}-second.log"
        process = spawn(program.argv, log=log, dies_with_parent=signal.SIGKILL, environment=environment)
        try:
            yield process.pid
        finally:
            process.kill()
            await asyncio.to_thread(process.wait)

    @asynccontextmanager
    async def led_through(self, variable: str, url: str, names: Iterable[str]) -> AsyncIterator[Proxy]:
        """These programs reach that address only through a proxy, until they begin anew."""
        address = urlsplit(url)
        async with Proxy(str(address.hostname), int(address.port or 0)) as proxy:
            between = address._replace(netloc=address.netloc.replace(f":{address.port}", f":{proxy.port}")).geturl()
            await self.begun_anew({name: {variable: between} for name in names})
            await self.answering(*names)
            yield proxy

    # Mended ------------------------------------------------------------------------------------------------------

    async def mended(self) -> None:
        """What is frozen wakes; what was held, armed or led elsewhere begins anew as it always was."""
        self.wake(*self.frozen)
        servers = self.hurt & {"postgres", "redis"}
        await self.back(*servers)
        await self.as_usual(*(self.hurt - servers))
        self.hurt.clear()
        self.given.clear()


def deadly(point: str, subject: str = "") -> Variables:
    only = {"YIHU_CRASHPOINT_SUBJECT": subject} if subject else {}
    return {"YIHU_CRASHPOINT": f"{point}:1", **only}
