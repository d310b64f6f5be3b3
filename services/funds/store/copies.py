"""Copies of what members and tickets have announced: written by the inbox only."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.funds.store.tables import area_ref, organization_ref, ticket_ref


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRef:
    """What funds knows of a ticket. `open`, or how it ended."""

    id: UUID
    number: str
    community_id: UUID
    correlation: UUID
    reporter_id: UUID | None
    state: str


async def put_area(tx: Transaction, row: Mapping[str, Any]) -> None:
    await _put(tx, area_ref, row)


async def put_organization(tx: Transaction, row: Mapping[str, Any]) -> None:
    await _put(tx, organization_ref, row)


async def put_ticket(tx: Transaction, ticket: TicketRef) -> None:
    await _put(tx, ticket_ref, asdict(ticket))


async def ticket(tx: Transaction, id: UUID) -> TicketRef | None:
    row = (await tx.execute(select(ticket_ref).where(ticket_ref.c.id == id))).mappings().one_or_none()
    return TicketRef(**row) if row is not None else None


async def area_kind(tx: Transaction, id: UUID) -> str | None:
    return (await tx.execute(select(area_ref.c.kind).where(area_ref.c.id == id))).scalar_one_or_none()


async def _put(tx: Transaction, table: Table, row: Mapping[str, Any]) -> None:
    changed = {name: value for name, value in row.items() if name != "id"}
    await tx.execute(upsert(table).values(**row).on_conflict_do_update(index_elements=["id"], set_=changed))
