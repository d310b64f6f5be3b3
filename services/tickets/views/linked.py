"""What a ticket hangs together with, in both directions."""

from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from chassis.transaction import Transaction
from services.tickets.store.tables import links, tickets


async def of_ticket(tx: Transaction, ticket_id: UUID) -> list[dict[str, Any]]:
    touching = or_(links.c.from_id == ticket_id, links.c.to_id == ticket_id)
    rows = (await tx.execute(select(links).where(touching).order_by(links.c.at))).all()
    others = {row.to_id if row.from_id == ticket_id else row.from_id for row in rows}
    named = select(tickets.c.id, tickets.c.number, tickets.c.kind, tickets.c.state).where(tickets.c.id.in_(others))
    known = {row.id: row for row in await tx.execute(named)} if others else {}
    found = []
    for row in rows:
        outward = row.from_id == ticket_id
        other = known[row.to_id if outward else row.from_id]
        found.append(
            {
                "type": row.type,
                "direction": "to" if outward else "from",
                "ticket_id": other.id,
                "number": other.number,
                "kind": other.kind,
                "state": other.state,
                "at": row.at,
            }
        )
    return found
