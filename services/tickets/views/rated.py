"""Rounds and their three rates, read from the history."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, select

from chassis.transaction import Transaction
from services.tickets.domain import clock, rates
from services.tickets.domain.clock import CLASSES, Clock
from services.tickets.domain.rates import Rates, Round
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Step
from services.tickets.settings import TicketsSettings
from services.tickets.store import copies
from services.tickets.store.reference import load_reference
from services.tickets.store.tables import follow_ups, moves, tickets
from services.tickets.views.scope import granted

LEFT_OUT = ("rejected", "merged", "withdrawn", "draft")


class RateItem(BaseModel):
    scope_id: UUID | None
    name: str
    rounds: int
    response: dict[str, int]
    solved: dict[str, int]
    satisfied: dict[str, int]
    sentence: str
    rounds_url: str


class RateReport(BaseModel):
    month: str
    by: str
    definition: str
    calendar_version: str
    class_version: str
    items: list[RateItem]
    as_of: datetime


class RoundModel(BaseModel):
    ticket_id: UUID
    number: str
    round: int
    contacted_in_time: bool | None
    solved: str | None
    satisfaction: str | None


async def report(tx: Transaction, month: date, by: str) -> RateReport:
    rounds = await rounds_of(tx, month)
    grouped: dict[UUID | None, list[Round]] = defaultdict(list)
    for each in rounds:
        grouped[each.group_id if by == "group" else each.community_id].append(each)
    names = await copies.names(tx, [id_ for id_ in grouped if id_])
    items = [_item(id_, names, rates.rates(found), month, by) for id_, found in grouped.items()]
    calendar = (await load_reference(tx)).calendar
    return RateReport(
        month=f"{month:%Y-%m}",
        by=by,
        definition=rates.DEFINITION,
        calendar_version=calendar.version,
        class_version=clock.CLASSES_VERSION,
        items=sorted(items, key=lambda item: item.name),
        as_of=tx.now,
    )


async def behind(tx: Transaction, month: date, by: str, scope_id: UUID) -> list[RoundModel]:
    """The rounds one line is made of."""
    return [
        RoundModel(
            ticket_id=each.ticket_id,
            number=each.number,
            round=each.round,
            contacted_in_time=each.contacted_at <= each.contact_due_at if each.contacted_at else None,
            solved=each.solved,
            satisfaction=each.satisfaction,
        )
        for each in await rounds_of(tx, month)
        if (each.group_id if by == "group" else each.community_id) == scope_id
    ]


async def rounds_of(tx: Transaction, month: date) -> list[Round]:
    """All rounds of this local month that the reader's grants open."""
    calendar = (await load_reference(tx)).calendar
    wanted = (
        granted(tx.actor, "tickets.figures"),
        tickets.c.kind.in_(rates.RATED_KINDS),
        tickets.c.state.not_in(LEFT_OUT),
        tickets.c.origin.not_in(["patrol", "import"]),
    )
    known = (await tx.execute(select(tickets).where(*wanted).order_by(tickets.c.id))).all()
    ids = [row.id for row in known]
    histories = await _histories(tx, ids)
    asked = await _asked(tx, ids)
    limit = TicketsSettings.of(tx.service.settings).dispatch_limit
    found: list[Round] = []
    for row in known:
        steps = histories[row.id]
        for number in range(1, row.round + 1):
            until = [step for step in steps if step.round <= number]
            reading = clock.readings(until, calendar, CLASSES[row.class_code], limit)
            found.append(_round(row, number, steps, reading, asked.get((row.id, number))))
    return [each for each in found if rates.month_of(each, calendar) == month]


def _round(
    row: Row[Any], number: int, steps: Sequence[Step], reading: Mapping[Clock, clock.Reading], asked: Row[Any] | None
) -> Round:
    following = next((step for step in steps if step.round == number + 1), None)
    own = [step for step in steps if step.round == number]
    closing = next((step for step in own if step.state_to is State.CLOSED), None)
    end = following or closing
    group = next(
        (
            UUID(step.details["group_id"])
            for step in reversed(steps)
            if step.move is Move.ASSIGN and step.round <= number
        ),
        row.group_id,
    )
    return Round(
        ticket_id=row.id,
        number=row.number,
        round=number,
        community_id=row.community_id,
        group_id=group,
        contact_due_at=reading[Clock.CONTACT].due,
        resolve_due_at=reading[Clock.RESOLVE].due,
        contacted_at=reading[Clock.CONTACT].met_at,
        ended_at=end.at if end else None,
        asked=bool(asked and (asked.asks or asked.answered_at)),
        solved=asked.solved if asked else None,
        satisfaction=asked.satisfaction if asked else None,
        given_up=any(step.move is Move.GIVE_UP for step in own),
    )


async def _histories(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Step]]:
    found: dict[UUID, list[Step]] = defaultdict(list)
    rows = await tx.execute(select(moves).where(moves.c.ticket_id.in_(ids)).order_by(moves.c.ticket_id, moves.c.seq))
    for row in rows:
        found[row.ticket_id].append(
            Step(
                row.seq,
                row.round,
                Move(row.move),
                State(row.state_from) if row.state_from else None,
                State(row.state_to),
                row.at,
                row.actor_id,
                row.reason,
                row.details,
            )
        )
    return found


async def _asked(tx: Transaction, ids: Sequence[UUID]) -> dict[tuple[UUID, int], Row[Any]]:
    rows = await tx.execute(select(follow_ups).where(follow_ups.c.ticket_id.in_(ids)))
    return {(row.ticket_id, row.round): row for row in rows}


def _item(scope_id: UUID | None, names: Mapping[UUID, str], found: Rates, month: date, by: str) -> RateItem:
    counts = asdict(found)
    return RateItem(
        scope_id=scope_id,
        name=names.get(scope_id, "") if scope_id else "",
        rounds=found.rounds,
        response={"within": found.within, "late": found.late, "never": found.never, "n": found.rounds},
        solved={name: counts[name] for name in ("solved", "answered", "asked", "pending", "unanswered")},
        satisfied={"satisfied": found.satisfied, "answered": found.answered_with_satisfaction},
        sentence=found.sentence,
        rounds_url=f"/v1/rates/rounds?month={month:%Y-%m}&by={by}&scope_id={scope_id}",
    )
