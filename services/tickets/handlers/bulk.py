"""One command on many cases: what is refused on one leaves that one as it was, and touches no other."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.ticket import Ticket

Act = Callable[[Transaction], Awaitable[Ticket]]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it on one case."""

    ticket_id: UUID
    done: bool
    code: str | None = None
    state: str | None = None
    revision: int | None = None


async def each(items: Sequence[tuple[UUID, Act]], tx: Transaction) -> list[Result]:
    """In the order of their ids, so that two bulks never wait for each other; told in the order asked."""
    order = sorted(range(len(items)), key=lambda at: items[at][0])
    results = {at: await _by_itself(*items[at], tx) for at in order}
    return [results[at] for at in range(len(items))]


async def _by_itself(ticket_id: UUID, act: Act, tx: Transaction) -> Result:
    announced = len(tx.announced)
    begun = await tx.connection.begin_nested()
    try:
        ticket = await act(tx)
    except Refused as refused:
        await begun.rollback()
        del tx.announced[announced:]
        return Result(ticket_id, False, refused.code)
    await begun.commit()
    return Result(ticket_id, True, None, ticket.state, ticket.revision)
