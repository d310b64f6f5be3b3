"""What a desk keeps at hand is made, used and retired; a macro does all it says to a case, or nothing."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import canned
from services.tickets.domain.ticket import Ticket
from services.tickets.store import at_hand, copies
from services.tickets.store.at_hand import Shelf
from services.tickets.store.reference import ZONE, load_reference
from services.tickets.views.detail import read
from services.tickets.views.rights import groups_stand_in

KEEP, USE = "tickets.keep_at_hand", "tickets.use_at_hand"
Step = Callable[[UUID, Transaction], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a macro on one case."""

    ticket_id: UUID
    done: bool
    code: str | None = None


async def make(shelf: Shelf, community_id: UUID, values: Mapping[str, Any], tx: Transaction) -> UUID:
    await check_community(community_id, KEEP, tx)
    return await at_hand.add(tx, shelf, community_id, values)


async def retire(shelf: Shelf, id_: UUID, tx: Transaction) -> UUID:
    row = await at_hand.load(tx, shelf, id_, even_retired=True)
    await check_community(row.community_id, KEEP, tx)
    await at_hand.retire(tx, shelf, id_)
    return id_


async def check_community(community_id: UUID, permission: str, tx: Transaction) -> None:
    """Kept by a community for those who work in it, its groups among them."""
    path = await copies.path_of(tx, community_id)
    if path is not None and tx.actor.may(permission, area_path=path):
        return
    groups = tx.actor.scopes(permission).organizations
    if path is None or not await groups_stand_in(tx, groups, community_id):
        raise Refused("community_unknown", status=404)


async def apply(steps: Sequence[Step], ticket_ids: Sequence[UUID], tx: Transaction) -> list[Applied]:
    """Each case by itself: what is refused on one leaves that one as it was, and touches no other."""
    return [await _applied(steps, ticket_id, tx) for ticket_id in ticket_ids]


async def _applied(steps: Sequence[Step], ticket_id: UUID, tx: Transaction) -> Applied:
    announced = len(tx.announced)
    begun = await tx.connection.begin_nested()
    try:
        for step in steps:
            await step(ticket_id, tx)
    except Refused as refused:
        await begun.rollback()
        del tx.announced[announced:]
        return Applied(ticket_id, False, refused.code)
    await begun.commit()
    return Applied(ticket_id, True)


async def fill(text: str, ticket_id: UUID, tx: Transaction) -> str:
    """Ready words about one case, for somebody who may read it."""
    ticket, _ = await read(tx, ticket_id)
    return canned.filled(text, await _values(ticket, tx))


async def _values(ticket: Ticket, tx: Transaction) -> dict[str, str]:
    names = await copies.names(tx, [ticket.group_id] if ticket.group_id else [])
    due = ticket.next_due[1]
    return {
        "number": ticket.number,
        "group": names.get(ticket.group_id, "") if ticket.group_id else "",
        "category": (await load_reference(tx)).label(ticket.category),
        "due": f"{due.astimezone(ZONE):%m月%d日%H:%M}" if due else "",
    }
