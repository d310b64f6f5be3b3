"""A running system with a small neighbourhood on it, that a fault test may hurt and must leave healed."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from cli.instance import Instance
from demo.case import Case
from demo.casework import case_from, text_about
from demo.feeds import drained
from demo.proofs import NotProved, until
from demo.public_api import Refusal
from demo.stage import Stage
from tests.faults.checkers import Evidence, violations
from tests.faults.history import History
from tests.faults.programs import Programs
from tests.faults.rows import rows

HEALED_SECONDS_MAX = 60.0
ANSWERED_SECONDS_MAX = 90.0
READS, LEADER, CLERK = "operator_dongshanping", "leader_property", "member_craft"
UNSETTLED = "SELECT 1 FROM messages WHERE state IN ('claimed', 'unknown')"


@dataclass
class World:
    instance: Instance
    stage: Stage
    history: History
    programs: Programs
    poison: set[str] = field(default_factory=set)
    asked: int = 0

    # What people do ----------------------------------------------------------------------------------------------

    async def file(self, *, patiently: bool = False) -> Case:
        """One complaint of a resident of 东坪一村, taken by telephone. Patiently: again, with the same key, until
        it is answered.
        """
        number = self.asked = self.asked + 1
        who = self.stage.reporters[number % len(self.stage.reporters)]
        building = self.stage.buildings["东坪一村"][number % len(self.stage.reporters)]
        body = {
            "kind": "complaint", "building_id": building, "category": "sanitation", "description": f"第{number}件",
            "channel": "telephone", "reporter_phone": who.phone,
        }  # fmt: skip
        answered = await self.asked_for("tickets", "/v1/tickets", body, READS, f"filing-{number}", patiently)
        return case_from(answered, who, READS)

    async def give(self) -> None:
        """A small donation comes in, patiently."""
        number = self.asked = self.asked + 1
        body = {
            "fund_id": self.stage.facts["fund_id"], "form": "sale_proceeds", "amount_fen": 100 + number,
            "received_on": self.stage.local_date, "publish": "total", "reference": f"FAULTS-{number}",
        }  # fmt: skip
        await self.asked_for("funds", "/v1/donations", body, CLERK, f"gift-{number}", patiently=True)

    async def asked_for(self, service: str, path: str, body: Any, who: str, key: str, patiently: bool) -> Any:
        async def probe() -> Any:
            try:
                return await self.stage.act(who).post(service, path, body, key=key)
            except (httpx.HTTPError, Refusal):
                if not patiently:
                    raise
                return None

        return await until(f"{key} is answered", probe, ANSWERED_SECONDS_MAX)

    async def a_whole_flow(self, *, patiently: bool = False) -> Case:
        """Filed, assigned, the leader asked by SMS, her answer, accepted, the resident told."""
        return await self.leader_takes(await self.file(patiently=patiently))

    async def leader_takes(self, case: Case, within_seconds: float = HEALED_SECONDS_MAX) -> Case:
        """The leader is asked by SMS and answers 1."""
        phone = self.stage.phone(LEADER)
        asked = await text_about(self.stage, case, phone, "回复1", within_seconds)
        await self.stage.phones.text(phone, "1", in_reply_to=asked["id"])
        await self.is_accepted(case, within_seconds)
        self.history.act("flow", case=case.id)
        return case

    async def is_accepted(self, case: Case, within_seconds: float) -> None:
        """Asked in the database: the API may be the one that is hurt."""

        accepted = "SELECT 1 FROM tickets WHERE id = $1::uuid AND state = 'accepted'"

        async def probe() -> bool:
            return bool(await rows(self.owner("tickets"), accepted, case.id))

        await until(f"case {case.number} is accepted", probe, within_seconds)

    async def flows(self, count: int) -> list[Case]:
        return list(await asyncio.gather(*(self.a_whole_flow() for _ in range(count))))

    # What the truth is -------------------------------------------------------------------------------------------

    def owner(self, service: str) -> str:
        return str(self.instance.run()["databases"][service]["owner"])

    @property
    def redis_url(self) -> str:
        return str(self.instance.run()["redis_url"])

    async def settled(self) -> None:
        """Leases run out and questions fall due as the clock goes on, until no message is claimed or unknown."""
        for _ in range(14):
            if not await rows(self.owner("notify"), UNSETTLED):
                return
            await self.stage.move_clock(timedelta(minutes=2))
            await asyncio.sleep(1)
        raise NotProved("messages stay claimed or unknown")

    async def healed(self) -> None:
        """Wait until every cursor is at its head; the seconds it took are published, not asserted."""
        began = time.monotonic()
        await until("every reader at its head", lambda: drained(self.stage.system), HEALED_SECONDS_MAX)
        self.history.act("healed", seconds=round(time.monotonic() - began, 2))

    async def evidence(self) -> Evidence:
        run = self.instance.run()
        people = self.stage.reporters
        return Evidence(
            databases={service: urls["owner"] for service, urls in run["databases"].items()},
            redis_url=run["redis_url"] or "",
            log_directory=Path(run["log"]),
            submissions=await self.stage.phones.submissions(),
            history=self.history,
            canaries=[who.name for who in people] + [who.phone for who in people],
            poison=frozenset(self.poison),
        )

    async def keeps_every_promise(self) -> None:
        await self.healed()
        found = await violations(await self.evidence())
        assert found == {}, found

    async def mended(self) -> None:
        """The next test finds no armed point, no held or frozen program, no fault at the gateway."""
        await self.programs.mended()
        http, url = self.stage.phones.http, self.stage.phones.url
        (await http.delete(f"{url}/sim/faults")).raise_for_status()
        await self.at_the_gateway(time_scale=1.0)

    async def at_the_gateway(self, **settings: float) -> None:
        http, url = self.stage.phones.http, self.stage.phones.url
        (await http.put(f"{url}/sim/settings", json=settings)).raise_for_status()
