"""Cases that may be the same matter: suggested to whoever files or sorts, never merged by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, func, select, text

from chassis.transaction import Transaction
from services.tickets.domain import similarity
from services.tickets.domain.permission import READERS
from services.tickets.domain.similarity import SIMILAR_WITHIN, SUGGESTED_FROM, SUGGESTIONS_MAX
from services.tickets.domain.state import AWAITING, LIVE, STATE_TYPES
from services.tickets.domain.ticket import Ticket
from services.tickets.domain.watching import Why, is_shown_to_neighbours
from services.tickets.store import copies
from services.tickets.store.reference import Reference, load_reference
from services.tickets.store.tables import search_words, tickets, watchers
from services.tickets.store.tickets import from_row
from services.tickets.views.rights import relations

COMPARED_MAX = 200
_HERE_OR_NEXT = text("""
WITH here AS (SELECT id, parent_id, CAST(substring(name FROM '[0-9]{1,6}') AS int) AS no FROM areas WHERE id = :id)
SELECT a.id FROM areas a, here WHERE a.id = here.id
   OR (a.kind = 'building' AND a.state = 'active' AND a.parent_id = here.parent_id
       AND abs(CAST(substring(a.name FROM '[0-9]{1,6}') AS int) - here.no) <= 1)
""")


@dataclass(frozen=True, slots=True)
class Matter:
    """What is being filed or sorted."""

    text: str
    building_id: UUID
    category: str
    at: datetime
    ticket_id: UUID | None = None


class Similar(BaseModel):
    """A case like it. Its number only for those who may read it; no word, no name for anybody."""

    id: UUID
    number: str | None
    category: str
    building_id: UUID
    place: str
    state: str
    state_type: str
    filed_at: datetime
    me_too: int
    score: float


async def similar(tx: Transaction, matter: Matter) -> list[Similar]:
    """The most alike first."""
    rows = await _candidates(tx, matter, await load_reference(tx))
    scored = sorted(((_score(row, matter), row) for row in rows), key=lambda each: -each[0])
    found = [(score, row) for score, row in scored if score >= SUGGESTED_FROM and is_shown_to_neighbours(from_row(row))]
    found = found[:SUGGESTIONS_MAX]
    counts = await _me_toos(tx, [row.id for _, row in found])
    names = await copies.names(tx, [row.building_id for _, row in found]) if found else {}
    return [_model(tx, row, score, names.get(row.building_id, ""), counts.get(row.id, 0)) for score, row in found]


async def _candidates(tx: Transaction, matter: Matter, reference: Reference) -> Sequence[Row[Any]]:
    buildings = [row.id for row in await tx.execute(_HERE_OR_NEXT, {"id": matter.building_id})]
    statement = (
        select(tickets, search_words.c.text.label("said"))
        .join(search_words, search_words.c.ticket_id == tickets.c.id)
        .where(
            tickets.c.building_id.in_(buildings),
            tickets.c.category.in_(_sisters(matter.category, reference)),
            tickets.c.filed_at > matter.at - SIMILAR_WITHIN,
            tickets.c.filed_at <= matter.at + SIMILAR_WITHIN,
            tickets.c.state.in_(sorted(LIVE | AWAITING)),
            tickets.c.origin != "import",
            tickets.c.id != (matter.ticket_id or UUID(int=0)),
        )
    )
    return (await tx.execute(statement.order_by(tickets.c.filed_at.desc()).limit(COMPARED_MAX))).all()


def _sisters(code: str, reference: Reference) -> list[str]:
    """The category itself, and those under the same parent."""
    known = reference.categories.get(code)
    if known is None or known.parent is None:
        return [code]
    return [each.code for each in reference.categories.values() if each.parent == known.parent]


def _score(row: Row[Any], matter: Matter) -> float:
    return similarity.score(
        text=similarity.jaccard(row.said, matter.text),
        same_building=row.building_id == matter.building_id,
        apart=row.filed_at - matter.at,
    )


async def _me_toos(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, int]:
    statement = (
        select(watchers.c.ticket_id, func.count().label("people"))
        .where(watchers.c.ticket_id.in_(ids), watchers.c.why == Why.ME_TOO.value)
        .group_by(watchers.c.ticket_id)
    )
    return {row.ticket_id: row.people for row in await tx.execute(statement)} if ids else {}


def _model(tx: Transaction, row: Row[Any], score: float, place: str, me_too: int) -> Similar:
    ticket: Ticket = from_row(row)
    readable = bool(relations(tx.actor, ticket) & READERS)
    return Similar(
        id=ticket.id,
        number=ticket.number if readable else None,
        category=ticket.category,
        building_id=row.building_id,
        place=place,
        state=ticket.state,
        state_type=STATE_TYPES[ticket.state],
        filed_at=ticket.filed_at,
        me_too=me_too,
        score=round(score, 3),
    )
