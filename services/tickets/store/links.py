"""Links between tickets."""

from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.link import LinkType
from services.tickets.store.tables import links

CHAIN_MAX = 1_000
_ONWARD = text("""
WITH RECURSIVE onward AS (
    SELECT from_id, to_id FROM links WHERE from_id = :start AND type = :type
    UNION SELECT next.from_id, next.to_id FROM links next JOIN onward ON next.from_id = onward.to_id
    WHERE next.type = :type)
SELECT from_id, to_id FROM onward LIMIT :most
""")


async def add(tx: Transaction, from_id: UUID, to_id: UUID, type_: LinkType) -> bool:
    """Whether it is new."""
    row = insert(links).values(from_id=from_id, to_id=to_id, type=type_, by=tx.actor.person_id, at=tx.now)
    return bool((await tx.execute(row.on_conflict_do_nothing())).rowcount)


async def remove(tx: Transaction, from_id: UUID, to_id: UUID, type_: LinkType) -> bool:
    statement = delete(links).where(links.c.from_id == from_id, links.c.to_id == to_id, links.c.type == type_)
    return bool((await tx.execute(statement)).rowcount)


async def onward(tx: Transaction, start: UUID, type_: LinkType) -> list[tuple[UUID, UUID]]:
    """The links of this type on every way that begins here. Longer ways than anybody makes by hand are refused:
    what was not looked at to its end could be a circle."""
    values = {"start": start, "type": type_, "most": CHAIN_MAX + 1}
    found = [(row.from_id, row.to_id) for row in await tx.execute(_ONWARD, values)]
    if len(found) > CHAIN_MAX:
        raise Refused("chain_too_long")
    return found
