"""Links between tickets."""

from uuid import UUID

from sqlalchemy import delete, insert, select

from chassis.transaction import Transaction
from services.tickets.domain.link import LinkType
from services.tickets.store.tables import links


async def add(tx: Transaction, from_id: UUID, to_id: UUID, type_: LinkType) -> None:
    await tx.execute(insert(links).values(from_id=from_id, to_id=to_id, type=type_, by=tx.actor.person_id, at=tx.now))


async def remove(tx: Transaction, from_id: UUID, to_id: UUID, type_: LinkType) -> bool:
    statement = delete(links).where(links.c.from_id == from_id, links.c.to_id == to_id, links.c.type == type_)
    return bool((await tx.execute(statement)).rowcount)


async def edges(tx: Transaction, type_: LinkType) -> list[tuple[UUID, UUID]]:
    """All links of one type; few, since only staff make them."""
    rows = await tx.execute(select(links.c.from_id, links.c.to_id).where(links.c.type == type_))
    return [(row.from_id, row.to_id) for row in rows]
