"""A ticket as a line of a list: codes with their labels, places and groups with their names, people as ids."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row

from chassis.transaction import Transaction
from services.tickets.domain.state import STATE_TYPES, State
from services.tickets.store import copies
from services.tickets.store.reference import Reference, load_reference


class TicketRow(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    id: UUID
    number: str
    kind: str
    category: str
    category_label: str
    class_code: str = Field(alias="class")
    title: str
    state: str
    state_type: str
    round: int
    origin: str
    channel: str
    building_id: UUID | None
    place: str
    group_id: UUID | None
    group_name: str | None
    handler_id: UUID | None
    reporter_id: UUID | None
    hidden: bool
    waiting_until: datetime | None
    filed_at: datetime
    due_at: datetime | None
    due_clock: str | None
    outcome: str | None
    satisfaction: str | None
    revision: int

    @classmethod
    def of(
        cls, row: Row[Any], names: dict[UUID, str], reference: Reference, at: datetime, *, with_words: bool = True
    ) -> Self:
        known = row._mapping
        plain = {
            name: known[name]
            for name in cls.model_fields
            if name not in ("category_label", "place", "group_name", "state_type", "title", "reporter_id")
        }
        return cls(
            **plain,
            title=row.title if with_words else "",
            reporter_id=None if row.hidden else row.reporter_id,
            category_label=reference.label(row.category, row.community_id, at),
            place=names.get(row.building_id, "") or row.place_text,
            group_name=names.get(row.group_id),
            state_type=STATE_TYPES[State(row.state)],
        )


class Count(BaseModel):
    value: int
    relation: str


class Listed(BaseModel):
    """A page of lines."""

    items: list[TicketRow]
    next: str | None
    count: Count | None = None
    as_of: datetime


async def lines(tx: Transaction, rows: Sequence[Row[Any]], *, with_words: bool = True) -> list[TicketRow]:
    ids = {id_ for row in rows for id_ in (row.building_id, row.group_id) if id_ is not None}
    names = await copies.names(tx, sorted(ids)) if ids else {}
    reference = await load_reference(tx)
    return [TicketRow.of(row, names, reference, tx.now, with_words=with_words) for row in rows]
