"""A running service with its own loop, for a machine that is not async: each run opens a fund of its own in it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from chassis.auth import Actor, Grant
from chassis.service import Running
from chassis.transaction import Transaction, transaction
from services.funds.domain.document import Document
from services.funds.domain.permission import PERMISSIONS
from services.funds.store.copies import put_area
from services.funds.store.private import keep_document
from tests.services.funds.oracle import AUTHOR
from tests.services.funds.people import PDF

CAST = {
    AUTHOR: (("leader", "clerk"), ("leader", "approver")),
    "clerk": (("member", "clerk"),),
    "first": (("secretary", "approver"),),
    "second": (("district", "approver"),),
    "third": (("secretary", "approver"),),
    "cashier": (("treasurer", "cashier"),),
    "other_cashier": (("treasurer", "cashier"),),
}
GRANT = text("INSERT INTO grants VALUES (:id, :person, :role, 'area', :area, ARRAY[CAST(:area AS uuid)], '2000-01-01')")
DUTY = text("INSERT INTO fund_duty VALUES (:id, :fund, :person, :duty, '2026-01-01', NULL, 'confirmed', :by, :with, 2)")
CASE = text(
    "INSERT INTO application (id, code, ticket_id, community_id, correlation, fund_id, category, asked_fen,"
    " proposed_fen, urgent, beneficiary_id, author_id, verifier_id, approval_id, state, revision, made_at) VALUES (:id,"
    " left(CAST(CAST(:id AS uuid) AS text), 18), :id, :area, :id, :fund, 'hardship', :fen, :fen, false, :id, :author,"
    " :verifier, :approval, 'deciding', 1, now())"
)
APPROVAL = text("SELECT approval_open(:approval, :id, 'hardship_two_votes', 2, now() + interval '14 days')")
OPEN = text(
    "SELECT ledger_open_period(id, (now() AT TIME ZONE 'Asia/Shanghai')::date),"
    " ledger_open_fund(id, CAST(:fund AS jsonb)) FROM book"
)


@dataclass
class World:
    """A running service of its own and its loop; each run of the machine opens a fund of its own in it."""

    loop: asyncio.AbstractEventLoop
    running: Running
    area: UUID = field(default_factory=uuid4)
    people: dict[str, UUID] = field(default_factory=lambda: {who: uuid4() for who in CAST})
    funds: int = 0

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def actor(self, who: str) -> Actor:
        grants = tuple(Grant(role, "area", self.area) for role, _ in CAST[who])
        return Actor(person_id=self.people[who], level="aal2", grants=grants, permissions=PERMISSIONS)

    @contextlib.asynccontextmanager
    async def acting(self, who: str) -> AsyncIterator[Transaction]:
        async with transaction(self.running.database, self.running, self.actor(who)) as tx:
            yield tx

    async def prepare(self) -> None:
        async with self.running.transaction() as tx:
            await put_area(
                tx, {"id": self.area, "kind": "community", "path": [self.area], "name": "n", "state": "active"}
            )
            for who, roles in CAST.items():
                for role in {role for role, _ in roles}:
                    values = {"id": uuid4(), "person": self.people[who], "role": role, "area": self.area}
                    await tx.execute(GRANT, values)

    async def new_fund(self) -> tuple[UUID, UUID]:
        """A fund of its own, with a document to be shown at its bank."""
        fund, self.funds = uuid4(), self.funds + 1
        row = {"id": fund, "community_id": self.area, "code": f"M{self.funds}", "name": "n", "kind": "charity"}
        async with self.running.transaction() as tx:
            day = (await tx.execute(text("SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date"))).scalar_one()
            await tx.execute(OPEN, {"fund": _json(row | {"opens": day})})
            held = [(self.people[who], duty) for who, roles in CAST.items() for _, duty in roles]
            rows = [{"id": uuid4(), "fund": fund, "person": person, "duty": duty} for person, duty in held]
            await tx.execute(DUTY, [row | {"by": uuid4(), "with": uuid4()} for row in rows])
            pdf = Document(content=PDF, media_type="application/pdf")
            return fund, await keep_document(tx, fund, self.people["cashier"], pdf)

    async def new_case(self, fund: UUID, fen: int) -> tuple[UUID, UUID, bytes]:
        """An application that waits for its votes: its id, its approval's, and what is voted on."""
        values: dict[str, Any] = {"id": uuid4(), "approval": uuid4(), "area": self.area, "fund": fund, "fen": fen}
        people = {"author": self.people[AUTHOR], "verifier": self.people["clerk"]}
        async with self.running.transaction() as tx:
            await tx.execute(CASE, values | people)
            await tx.execute(APPROVAL, values)
            asked = text("SELECT subject_hash FROM approval WHERE id = :approval")
            return values["id"], values["approval"], bytes((await tx.execute(asked, values)).scalar_one())


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, default=str)
