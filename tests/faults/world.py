"""A running system with a small neighbourhood on it, that a fault test may hurt and must leave healed."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cli.instance import Instance
from demo.case import Case
from demo.casework import file, reaches, text_about
from demo.feeds import drained
from demo.on_instance import system_on
from demo.proofs import until
from demo.stage import Stage, stage_for
from tests.faults.checkers import Evidence, violations
from tests.faults.history import History

HEALED_SECONDS_MAX = 60.0
READS, LEADER = "operator_dongshanping", "leader_property"
GENEROUS = {"YIHU_NOTIFY_CAP_NOTICE_DAY": "100000", "YIHU_NOTIFY_SENDER_EXT_WIDTH": "4"}


@dataclass
class World:
    instance: Instance
    stage: Stage
    history: History
    poison: set[str] = field(default_factory=set)
    filed: int = 0

    async def file(self) -> Case:
        """One complaint of a resident of 东坪一村, taken by telephone."""
        number = self.filed = self.filed + 1
        who = self.stage.reporters[number % len(self.stage.reporters)]
        building = self.stage.buildings["东坪一村"][number % len(self.stage.reporters)]
        matter = {"category": "sanitation", "description": f"第{number}件", "reporter_phone": who.phone}
        return await file(self.stage, self.stage.act(READS), who, building, READS, channel="telephone", **matter)

    async def a_whole_flow(self) -> Case:
        """Filed, assigned, the leader asked by SMS, her answer, accepted, the resident told."""
        return await self.leader_takes(await self.file())

    async def leader_takes(self, case: Case) -> Case:
        """The leader is asked by SMS and answers 1."""
        asked = await text_about(self.stage, case, self.stage.phone(LEADER), "回复1", HEALED_SECONDS_MAX)
        await self.stage.phones.text(self.stage.phone(LEADER), "1", in_reply_to=asked["id"])
        await reaches(self.stage, case, "accepted", within_seconds=HEALED_SECONDS_MAX)
        return case

    async def flows(self, count: int) -> list[Case]:
        return list(await asyncio.gather(*(self.a_whole_flow() for _ in range(count))))

    async def restarted(self, program: str, **variables: str) -> None:
        """The program is killed and comes back with these variables, beside what it always has."""
        (before,) = self.instance.pids(program).values()
        self.instance.set_environment({"notify": GENEROUS, program: variables} if variables else {"notify": GENEROUS})
        os.kill(before, signal.SIGKILL)

        async def back() -> bool:
            return before not in self.instance.pids(program).values() and bool(self.instance.pids(program))

        await until(f"{program} is back", back, HEALED_SECONDS_MAX)

    async def armed(self, program: str, crashpoint: str) -> None:
        """The next pass of this point kills the program, and it stays dead."""
        self.history.fault(f"crash at {crashpoint}")
        await self.restarted(program, YIHU_CRASHPOINT=f"{crashpoint}:1")
        self.instance.hold(program)

    async def died(self, program: str, within_seconds: float = 30.0) -> None:
        assert await asyncio.to_thread(self.instance.wait_dead, program, within_seconds), f"{program} was not hit"

    async def disarmed(self, program: str) -> None:
        self.instance.set_environment({"notify": GENEROUS})
        await asyncio.to_thread(self.instance.start, program)

    async def healed(self) -> float:
        """Wait until every cursor is at its head; the seconds it took are published, not asserted."""
        began = time.monotonic()
        await until("every reader at its head", lambda: drained(self.stage.system), HEALED_SECONDS_MAX)
        seconds = time.monotonic() - began
        self.history.act("healed", seconds=round(seconds, 2))
        return seconds

    async def evidence(self) -> Evidence:
        run = self.instance.run()
        return Evidence(
            databases={service: urls["owner"] for service, urls in run["databases"].items()},
            redis_url=run["redis_url"] or "",
            log_directory=Path(run["log"]),
            submissions=await self.stage.phones.submissions(),
            history=self.history,
            canaries=[part.name for part in self.stage.reporters] + [part.phone for part in self.stage.reporters],
            poison=frozenset(self.poison),
        )

    async def keeps_every_promise(self) -> None:
        await self.healed()
        found = await violations(await self.evidence())
        assert found == {}, found


@asynccontextmanager
async def world_on(instance: Instance, history: History) -> AsyncIterator[World]:
    async with stage_for(system_on(instance), witness=history.saw_request) as stage:
        yield World(instance, stage, history)
