"""Rounds as they were known at a moment, read from the history and nothing that came later."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, any_, exists, or_, select

from chassis.transaction import Transaction
from services.tickets.domain import rates, trend
from services.tickets.domain.rates import Definition, Facts, Round
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Step
from services.tickets.domain.triage import REMEMBERED
from services.tickets.settings import TicketsSettings
from services.tickets.store.rates import definitions
from services.tickets.store.reference import ZONE, load_reference
from services.tickets.store.tables import areas, communities, moves, rate_exclusions, tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which months, seen from which moment, of which place or group."""

    first: date
    last: date
    as_of: datetime
    visible: ColumnElement[bool]
    place: UUID | None = None
    group_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The rounds, how many lines of history they were read from, and what is counted in each community."""

    rounds: list[Round]
    history_lines: int
    definitions: Mapping[UUID, Definition]


async def rounds(tx: Transaction, asked: Asked) -> Known:
    """All rounds of these local months that the reader's grants open, excluded ones marked."""
    reference = await load_reference(tx)
    limit = TicketsSettings.of(tx.service.settings).dispatch_limit
    candidates = select(tickets.c.id).where(*_candidates(asked)).scalar_subquery()
    rows = await _tickets(tx, candidates)
    histories, later = await _histories(tx, candidates, asked.as_of)
    reasons = await _exclusions(tx, candidates, asked.as_of)
    counted = await definitions(tx, asked.first, asked.as_of)
    found: list[Round] = []
    lines = 0
    for row in rows:
        steps = histories.get(row.id)
        if not steps:
            continue
        kind, facts = _as_it_was(row, later.get(row.id, ()))
        if kind not in counted.get(facts.community_id or row.id, Definition()).kinds:
            continue
        made = rates.rounds(facts, steps, reference.calendar, reference.clocks(facts.community_id, limit))
        mine = [each for each in made if each.month is not None and asked.first <= each.month <= asked.last]
        lines += len(steps) if mine else 0
        found += [replace(each, excluded=reasons.get((each.ticket_id, each.round))) for each in mine]
    kept = [each for each in found if asked.group_id in (None, each.group_id)]
    return Known(kept, lines, counted)


def _candidates(asked: Asked) -> list[ColumnElement[bool]]:
    """What can have a round in these months: filed before their end, and not over before their beginning."""
    begins = min(_midnight(asked.first), asked.as_of)
    found = [
        asked.visible,
        tickets.c.origin.not_in(sorted(rates.NOT_RATED_ORIGINS)),
        tickets.c.parent_id.is_(None),
        tickets.c.filed_at < _midnight(trend.following(asked.last)),
        or_(tickets.c.closed_at.is_(None), tickets.c.closed_at >= begins),
    ]
    if asked.place is not None:
        found.append(any_(tickets.c.area_path) == asked.place)
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


async def _tickets(tx: Transaction, candidates: Any) -> Sequence[Row[Any]]:
    statement = (
        select(
            tickets.c.id,
            tickets.c.number,
            tickets.c.community_id,
            tickets.c.building_id,
            areas.c.estate_id,
            tickets.c.kind,
            tickets.c.category,
            tickets.c.class_code,
            tickets.c.channel,
            tickets.c.origin,
        )
        .outerjoin(areas, areas.c.id == tickets.c.building_id)
        .where(tickets.c.id.in_(candidates))
        .order_by(tickets.c.id)
    )
    return (await tx.execute(statement)).all()


async def _histories(
    tx: Transaction, candidates: Any, as_of: datetime
) -> tuple[dict[UUID, list[Step]], dict[UUID, list[Mapping[str, Any]]]]:
    """What had been written down by then; and of later corrections what they changed."""
    found: dict[UUID, list[Step]] = defaultdict(list)
    later: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    statement = select(moves).where(
        moves.c.ticket_id.in_(candidates), or_(moves.c.recorded_at <= as_of, moves.c.move == Move.TRIAGE)
    )
    for row in await tx.execute(statement.order_by(moves.c.ticket_id, moves.c.seq)):
        if row.recorded_at <= as_of:
            found[row.ticket_id].append(_step(row))
        else:
            later[row.ticket_id].append(row.details)
    return found, later


def _step(row: Row[Any]) -> Step:
    state_from = State(row.state_from) if row.state_from else None
    return Step(
        row.seq,
        row.round,
        Move(row.move),
        state_from,
        State(row.state_to),
        row.at,
        row.actor_id,
        row.reason,
        row.details,
    )


def _as_it_was(row: Row[Any], later: Sequence[Mapping[str, Any]]) -> tuple[str, Facts]:
    """The first later correction of each fact says what stood before it."""
    was: dict[str, Any] = {}
    for details in later:
        for name in REMEMBERED.intersection(details.get("changed", ())):
            was.setdefault(name, details.get("was", {}).get(name))
    known = {name: was.get(name, getattr(row, name)) for name in REMEMBERED}
    facts = Facts(
        ticket_id=row.id,
        number=row.number,
        community_id=_id(known["community_id"]),
        building_id=_id(known["building_id"]),
        estate_id=row.estate_id,
        category=known["category"],
        class_code=row.class_code,
        channel=row.channel,
        origin=row.origin,
    )
    return known["kind"], facts


def _id(value: UUID | str | None) -> UUID | None:
    return UUID(value) if isinstance(value, str) else value


async def _exclusions(tx: Transaction, candidates: Any, as_of: datetime) -> dict[tuple[UUID, int], str]:
    wanted = and_(rate_exclusions.c.ticket_id.in_(candidates), rate_exclusions.c.at <= as_of)
    rows = await tx.execute(select(rate_exclusions).where(wanted))
    return {(row.ticket_id, row.round): row.reason for row in rows}


async def stands_inside(tx: Transaction, area_ids: Sequence[UUID]) -> bool:
    """Whether one of these areas is a community or lies within one: then its figures are shown whole."""
    within = exists().where(communities.c.id == any_(areas.c.path))
    known = select(areas.c.id).where(areas.c.id.in_(list(area_ids)), within).limit(1)
    return (await tx.execute(known)).first() is not None
