"""The system under load: one embedded instance, its people with their tokens, the services beside it frozen."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5

import asyncpg

from benchmarks.processor import children, used
from benchmarks.tickets.load import Wire, wire
from cli.instance import Instance
from demo.cast import PARTS
from demo.feeds import drained
from demo.on_instance import system_on
from demo.places import GROUPS, batches
from demo.proofs import until
from demo.public_api import Person
from demo.runner import set_the_clock
from demo.seed import seed
from demo.stage import Stage, stage_for

BESIDE = ("members", "funds", "notify", "console", "gateway")
HOUSEHOLDS = 300
# community, further buildings
MORE_BUILDINGS = (("中一路社区", 300), ("东山坪社区", 300), ("水云路社区", 400))
NEWS_SECONDS_MAX = 120.0


@dataclass
class Bench:
    """An instance that serves, and who acts on it."""

    instance: Instance
    stage: Stage
    wire: Wire
    resident: Person
    buildings: dict[str, list[str]]  # by community, those of the story among them
    cases: int = 0  # filled
    lifecycles: Iterator[int] = field(default_factory=lambda: iter(range(10_000_000)))
    _bearers: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def owner_url(self) -> str:
        return str(self.instance.run()["databases"]["tickets"]["owner"])

    @property
    def leaders(self) -> dict[str, str]:
        """The leader of each group, by its id."""
        return {self.stage.groups[name]: leader for name, _, _, leader in GROUPS}

    def bearer(self, who: str) -> dict[str, str]:
        return self._bearers[who]

    async def buy_tokens(self) -> None:
        """They last five minutes; a measured part takes less."""
        people = {key: who for key, who in self.stage.people.items() if key in PARTS} | {"resident": self.resident}
        for key, person in people.items():
            session = {"Authorization": f"Session {person.session_secret}"}
            bought = await self.stage.api.ask(
                "POST", "members", "/v1/sessions/current:token", headers=session, body={"audience": "tickets"}
            )
            self._bearers[key] = {"Authorization": f"Bearer {bought.body['token']}"}

    async def sql(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.owner_url)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(statement, *arguments)
        finally:
            await connection.close()
        return rows

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[Wire]:
        """Tickets and the database have the machine: fresh tokens, then everything beside them stands still."""
        await self.buy_tokens()
        await self.wire.ask("warm", "GET", "/v1/tickets", self.bearer("resident"))  # it knows members' key from now on
        self._signal(signal.SIGSTOP, BESIDE)
        self.wire.calls.clear()
        try:
            yield self.wire
        finally:
            self._signal(signal.SIGCONT, BESIDE)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP, (*BESIDE, "tickets"))

    def thaw(self) -> None:
        self._signal(signal.SIGCONT, (*BESIDE, "tickets"))

    def processor_seconds(self) -> dict[str, float]:
        """What each process has used so far; PostgreSQL with all its children."""
        pids = {name: [pid] for name in ("tickets", "redis") for name, pid in self.instance.pids(name).items()}
        postmaster = self.instance.pids("postgres")["postgres"]
        pids["postgres"] = [postmaster, *children(postmaster)]
        return {name: sum(map(used, each)) for name, each in pids.items()} | {"load generator": sum(os.times()[:2])}

    def _signal(self, number: signal.Signals, services: tuple[str, ...]) -> None:
        for service in services:
            for pid in self.instance.pids(service).values():
                os.kill(pid, number)


@asynccontextmanager
async def bench_on(directory: Path) -> AsyncIterator[Bench]:
    instance = Instance(directory)
    await asyncio.to_thread(instance.up, 0)
    try:
        async with stage_for(system_on(instance)) as stage, wire(stage.system.urls["tickets"]) as client:
            await set_the_clock(stage, None)
            await seed(stage, HOUSEHOLDS)
            buildings = await more_buildings(stage)
            resident = await stage.signed_in_by_code(stage.neighbours[0].phone)
            bench = Bench(instance, stage, client, resident, buildings)
            yield bench
    finally:
        for service in (*BESIDE, "tickets"):
            for pid in instance.pids(service).values():
                os.kill(pid, signal.SIGCONT)
        await asyncio.to_thread(instance.down)


async def more_buildings(stage: Stage) -> dict[str, list[str]]:
    """A million cases in the thirty buildings of the story would all be one hot spot."""
    rows, found = [], {}
    for community, count in MORE_BUILDINGS:
        ids = [str(uuid5(NAMESPACE_DNS, f"bench.yihu.example/{community}/{n}")) for n in range(count)]
        rows += [
            {"id": id_, "kind": "building", "parent_id": stage.areas[community], "name": f"{n + 101}栋"}
            | {"local_code": str(n + 101)}
            for n, id_ in enumerate(ids)
        ]
        found[community] = ids
    for batch in batches(rows):
        await stage.act("district_officer").post("members", "/v1/areas:batch", {"items": batch}, key=batch[0]["id"])
    await until("tickets knows the buildings", lambda: drained(stage.system), NEWS_SECONDS_MAX)
    return found
