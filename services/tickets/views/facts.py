"""One line per ticket with everything indicators ask of it, derived in the database from rows and history."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Float, Numeric, Subquery, and_, case, cast, func, literal, null, or_, select
from sqlalchemy import Text as SqlText
from sqlalchemy.dialects.postgresql import distinct_on

from services.tickets.domain.indicator import AGES_DAYS, MARKS, PRESSING_SHARE
from services.tickets.domain.profile import Origin
from services.tickets.domain.state import LIVE, State
from services.tickets.store.reference import ZONE
from services.tickets.store.tables import areas, categories, follow_ups, moves, tickets, watchers

DONE = (State.RESOLVED, State.FOLLOWING_UP, State.CLOSED)
OPEN = sorted(LIVE | {State.DRAFT})
_OF_TICKET = (
    "id", "number", "kind", "category", "class_code", "channel", "origin", "filed_at", "state", "round", "outcome",
    "building_id", "household", "group_id", "handler_id", "round_started_at", "contact_due_at", "resolve_due_at",
)  # fmt: skip
_OF_HISTORY = (
    "assignments", "given_back", "escalations", "extensions", "asks", "was_contacted_at", "was_resolved_at",
    "paused_minutes",
)  # fmt: skip
_WAITING = (State.WAITING_RESIDENT, State.WAITING_EXTERNAL)


def minutes(length: ColumnElement[Any]) -> ColumnElement[float]:
    return cast(func.extract("epoch", length) / 60, Float)


def local_day(at: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.timezone(str(ZONE), at), Date)


def _history(wanted: ColumnElement[bool]) -> Subquery:
    """What the lines of each ticket add up to."""
    until = func.lead(moves.c.at).over(partition_by=moves.c.ticket_id, order_by=moves.c.seq)
    lines = (
        select(moves, until.label("until")).join(tickets, tickets.c.id == moves.c.ticket_id).where(wanted).subquery()
    )
    move = lines.c.move
    counts = func.coalesce(lines.c.details["counts"].as_boolean(), literal(True))
    waited = case((lines.c.state_to.in_(_WAITING), minutes(func.coalesce(lines.c.until, lines.c.at) - lines.c.at)))
    return (
        select(
            lines.c.ticket_id,
            func.count().filter(move.in_(("assign", "transfer"))).label("assignments"),
            func.count().filter(move == "return").label("given_back"),
            func.count().filter(move == "escalate").label("escalations"),
            func.count().filter(move == "extend").label("extensions"),
            func.count().filter(move == "ask").label("asks"),
            func.min(lines.c.at).filter(and_(move == "record_contact", counts)).label("was_contacted_at"),
            func.max(lines.c.at).filter(move == "resolve").label("was_resolved_at"),
            func.coalesce(func.sum(waited), 0.0).label("paused_minutes"),
        )
        .group_by(lines.c.ticket_id)
        .subquery("history")
    )


def _answers() -> Subquery:
    """The newest answer of each ticket."""
    return (
        select(follow_ups.c.ticket_id, follow_ups.c.solved, follow_ups.c.satisfaction, follow_ups.c.reason)
        .where(follow_ups.c.answered_at.is_not(None))
        .ext(distinct_on(follow_ups.c.ticket_id))
        .order_by(follow_ups.c.ticket_id, follow_ups.c.round.desc())
        .subquery("answers")
    )


def facts(visible: ColumnElement[bool], now: datetime) -> Subquery:
    """Imported tickets and what helping groups do for another ticket are in no figure; all else she may see is."""
    wanted = and_(visible, tickets.c.origin != Origin.IMPORT, tickets.c.parent_id.is_(None))
    told, said, at = _history(wanted), _answers(), literal(now)
    done = tickets.c.state.in_(DONE)
    ended = case((done, told.c.was_resolved_at), else_=at)
    base = (
        select(
            *(tickets.c[name] for name in _OF_TICKET),
            *(told.c[name] for name in _OF_HISTORY),
            said.c.solved,
            said.c.reason,
            said.c.satisfaction.label("mood"),
            areas.c.estate_id.label("estate"),
            func.coalesce(areas.c.lat, func.round(cast(tickets.c.lat, Numeric), 3)).label("shown_lat"),
            func.coalesce(areas.c.long, func.round(cast(tickets.c.long, Numeric), 3)).label("shown_long"),
            categories.c.parent.label("parent"),
            done.label("done"),
            ended.label("ended"),
        )
        .join(told, told.c.ticket_id == tickets.c.id)
        .outerjoin(said, said.c.ticket_id == tickets.c.id)
        .outerjoin(areas, areas.c.id == tickets.c.building_id)
        .outerjoin(categories, categories.c.code == tickets.c.category)
        .where(wanted)
    )
    return _derived(base.subquery("base"), at)


def _derived(base: Subquery, at: ColumnElement[datetime]) -> Subquery:
    columns = _cuts(base.c, at) | _conditions(base.c, at) | _amounts(base, at)
    return select(*(column.label(name) for name, column in columns.items())).select_from(base).subquery("facts")


def _missed(c: Any) -> ColumnElement[bool]:
    return and_(c.resolve_due_at.is_not(None), c.ended > c.resolve_due_at)


def _pressing(c: Any, at: ColumnElement[datetime]) -> ColumnElement[bool]:
    used = minutes(at - c.round_started_at) / func.nullif(minutes(c.resolve_due_at - c.round_started_at), 0)
    return func.coalesce(used >= PRESSING_SHARE, literal(False))


def _limit(c: Any, at: ColumnElement[datetime]) -> ColumnElement[str]:
    return case(
        (c.done, "resolved"),
        (c.resolve_due_at.is_(None), "none"),
        (_missed(c), "breached"),
        (_pressing(c, at), "approaching"),
        else_="within",
    )


def _cuts(c: Any, at: ColumnElement[datetime]) -> dict[str, Any]:
    """By what figures are cut, and the moments behind it."""
    return {
        "category": c.category,
        "category_group": func.coalesce(c.parent, c.class_code),
        "class": c.class_code,
        "kind": c.kind,
        "channel": c.channel,
        "origin": c.origin,
        "group": c.group_id,
        "handler": c.handler_id,
        "building": c.building_id,
        "estate": c.estate,
        "stage": c.state,
        "limit": _limit(c, at),
        "age": case((c.state.in_(OPEN), _age(minutes(at - c.filed_at)))),
        "outcome": c.outcome,
        "reason": c.reason,
        "is_open": c.state.in_(OPEN),
        "is_done": c.done,
        "ticket": c.number,
        "lat": c.shown_lat,
        "long": c.shown_long,
        "filed_day": local_day(c.filed_at),
        "resolved_day": local_day(c.was_resolved_at),
        "id": c.id,
        "due_at": c.resolve_due_at,
        "round_started_at": c.round_started_at,
        "filed_at": c.filed_at,
    }


def _conditions(c: Any, at: ColumnElement[datetime]) -> dict[str, Any]:
    """What a measure's conditions ask."""
    return {
        "open": c.state.in_(OPEN),
        "done": c.done,
        "kept": ~_missed(c),
        "missed": _missed(c),
        "limited": c.resolve_due_at.is_not(None),
        "pressing": or_(_missed(c), _pressing(c, at)),
        "placed": c.shown_lat.is_not(None),
        "reopened": c.round > 1,
        "assigned": c.assignments >= 1,
        "once": c.assignments == 1,
        "answered": c.solved.is_not(None),
        "asked": c.asks > 0,
        "unasked": c.asks == 0,
        "solved": c.solved == "solved",
        "rated": c.mood.is_not(None),
        "satisfied": c.mood.in_(("satisfied", "fairly_satisfied")),
        "contact_kept": func.coalesce(c.was_contacted_at <= c.contact_due_at, literal(False)),
        "escalated": c.escalations > 0,
        "paused": c.paused_minutes > 0,
    }


def _amounts(base: Subquery, at: ColumnElement[datetime]) -> dict[str, Any]:
    """What a measure sums, averages or tells apart."""
    c = base.c
    also = select(func.count()).where(watchers.c.ticket_id == c.id, watchers.c.why == "me_too")
    return {
        "open_minutes": minutes(at - c.filed_at),
        "contact_minutes": minutes(c.was_contacted_at - c.filed_at),
        "resolution_minutes": minutes(c.was_resolved_at - c.filed_at),
        "limit_minutes": minutes(c.resolve_due_at - c.filed_at),
        "paused_minutes": c.paused_minutes,
        "extensions": c.extensions,
        "returns": c.given_back,
        "mark": case(*((c.mood == mood, mark) for mood, mark in MARKS.items()), else_=null()),
        "household": func.coalesce(cast(c.household, SqlText), cast(c.id, SqlText)),
        "me_too": also.correlate(base).scalar_subquery(),
    }


def _age(age: ColumnElement[float]) -> ColumnElement[str]:
    """How many days old, in words of a list."""
    steps, before = [], 0
    for days in AGES_DAYS:
        steps.append((age < days * 24 * 60, f"{before}-{days}"))
        before = days
    return cast(case(*steps, else_=f"{before}+"), SqlText)
