"""Who hears of a case beside its reporter: one row per ticket and person."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.watching import Why
from services.tickets.store.tables import tickets, watchers

_MOVE = text("""
INSERT INTO watchers (ticket_id, person_id, why, filed_at)
SELECT :into, person_id, why, :filed_at FROM watchers
WHERE ticket_id = :ticket_id AND person_id IS DISTINCT FROM CAST(:reporter AS uuid)
ON CONFLICT (ticket_id, person_id) DO UPDATE SET why = excluded.why WHERE excluded.why = 'merged_reporter'
""")
_OTHER_MERGED = text(
    "SELECT EXISTS (SELECT 1 FROM tickets WHERE merged_into = :into AND reporter_id = :person_id AND id <> :ticket_id)"
)


async def add(tx: Transaction, ticket: Ticket, person_id: UUID, why: Why) -> bool:
    """Whether she is new to the case. Who has had her own report merged is named so, whatever she was before."""
    statement = insert(watchers).values(
        ticket_id=ticket.id, person_id=person_id, why=why.value, filed_at=ticket.filed_at
    )
    if why is Why.MERGED_REPORTER:
        changed = {"why": statement.excluded.why}
        statement = statement.on_conflict_do_update(index_elements=["ticket_id", "person_id"], set_=changed)
    else:
        statement = statement.on_conflict_do_nothing()
    return bool((await tx.execute(statement)).rowcount)


async def remove(tx: Transaction, ticket_id: UUID, person_id: UUID, whys: Collection[Why]) -> bool:
    statement = delete(watchers).where(
        watchers.c.ticket_id == ticket_id, watchers.c.person_id == person_id, watchers.c.why.in_(sorted(whys))
    )
    return bool((await tx.execute(statement)).rowcount)


async def copy(tx: Transaction, ticket: Ticket, into: Ticket) -> None:
    """Whoever watches the one watches the other from now on."""
    values = {"ticket_id": ticket.id, "into": into.id, "filed_at": into.filed_at, "reporter": into.reporter_id}
    await tx.execute(_MOVE, values)


async def others_merged(tx: Transaction, ticket: Ticket, into_id: UUID) -> bool:
    """Whether another ticket of the same reporter stays merged into the same case."""
    values = {"into": into_id, "person_id": ticket.reporter_id, "ticket_id": ticket.id}
    return bool((await tx.execute(_OTHER_MERGED, values)).scalar_one())


async def people(tx: Transaction, ticket_id: UUID, whys: Collection[Why] = tuple(Why)) -> list[UUID]:
    statement = select(watchers.c.person_id).where(watchers.c.ticket_id == ticket_id, watchers.c.why.in_(sorted(whys)))
    return [row.person_id for row in await tx.execute(statement.order_by(watchers.c.person_id))]


async def hidden_reporters(tx: Transaction, ticket_id: UUID) -> frozenset[UUID]:
    """Who is hidden in a case of her own that goes on in this one."""
    hers = tickets.c.reporter_id == watchers.c.person_id
    hidden = select(tickets.c.id).where(hers, tickets.c.hidden, tickets.c.merged_into.is_not(None)).exists()
    merged = watchers.c.why == Why.MERGED_REPORTER.value
    found = await tx.execute(select(watchers.c.person_id).where(watchers.c.ticket_id == ticket_id, merged, hidden))
    return frozenset(found.scalars())


async def of_ticket(tx: Transaction, ticket_id: UUID) -> Sequence[Row[Any]]:
    statement = select(watchers.c.person_id, watchers.c.why).where(watchers.c.ticket_id == ticket_id)
    return (await tx.execute(statement.order_by(watchers.c.why, watchers.c.person_id))).all()


async def count(tx: Transaction, ticket_id: UUID, why: Why) -> int:
    statement = select(func.count()).where(watchers.c.ticket_id == ticket_id, watchers.c.why == why.value)
    return int((await tx.execute(statement)).scalar_one())
