"""What if: a past month's cases under another calendar, with other limits, or with other hands. Nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, select

from chassis.transaction import Transaction
from services.tickets.domain import clock, staffing
from services.tickets.domain.calendar import Calendar
from services.tickets.domain.class_table import Limits, check, with_limits
from services.tickets.domain.clock import Clock, Reading
from services.tickets.domain.staffing import Work
from services.tickets.domain.ticket import Step
from services.tickets.settings import TicketsSettings
from services.tickets.store import copies, workloads
from services.tickets.store import steps as lines
from services.tickets.store.reference import ZONE, load_reference
from services.tickets.store.tables import tickets

TICKETS_MAX = 2_000
SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What would have been: other limits by class, days in place of those of their years, so many people in a group."""

    limits: Limits
    calendar: Calendar
    people: Mapping[UUID, int]


class Kept(BaseModel):
    """One clock over the month: so many limits, of which so many were kept as it was and would have been kept."""

    clock: str
    limits: int
    kept: int
    would_be_kept: int
    later: int
    earlier: int


class Changed(BaseModel):
    ticket_id: UUID
    number: str
    clock: str
    due: datetime
    would_be_due: datetime
    met_at: datetime | None


class Staffed(BaseModel):
    """A group's cases of the month that were done. `as_modelled` is what the model of waiting makes of the people it
    had: what differs from it in `would_be_kept` is the doing of more or fewer people, each with `cap` cases at once."""

    group_id: UUID
    name: str
    cases: int
    people: int
    people_would_be: int
    cap: int
    kept: int
    as_modelled: int
    would_be_kept: int


class Simulation(BaseModel):
    month: str
    tickets: int
    clocks: list[Kept]
    changed: list[Changed]
    staffing: list[Staffed]
    as_of: datetime


async def simulate(tx: Transaction, community_id: UUID, month: date, otherwise: Otherwise) -> Simulation:
    """The newest round of each case filed in the month, read twice from the same history."""
    check(otherwise.limits)
    reference = await load_reference(tx)
    limit = TicketsSettings.of(tx.service.settings).dispatch_limit
    rows = await _filed_in(tx, community_id, month)
    histories = await lines.of_tickets(tx, [row.id for row in rows])
    pairs: list[tuple[Row[Any], Reading, Reading]] = []
    works: dict[UUID, list[Work]] = {group_id: [] for group_id in otherwise.people}
    for row in rows:
        steps: Sequence[Step] = histories[row.id]
        class_ = reference.class_of(community_id, row.class_code, steps)
        other = with_limits({class_.code: class_}, otherwise.limits)[class_.code]
        was = clock.readings(steps, reference.calendar, class_, limit)
        would = clock.readings(steps, otherwise.calendar, other, limit)
        pairs += [(row, was[name], would[name]) for name in Clock]
        work = staffing.work_of(steps, would[Clock.RESOLVE], row.class_code, otherwise.calendar)
        if work is not None and row.group_id in works:
            works[row.group_id].append(work)
    return Simulation(
        month=f"{month:%Y-%m}",
        tickets=len(rows),
        clocks=[_kept(name, pairs, tx.now) for name in Clock],
        changed=[_changed(*pair) for pair in pairs if pair[1].due != pair[2].due][:SHOWN_MAX],
        staffing=await _staffed(tx, works, otherwise),
        as_of=tx.now,
    )


async def _staffed(tx: Transaction, works: Mapping[UUID, Sequence[Work]], otherwise: Otherwise) -> list[Staffed]:
    names, found = await copies.names(tx, list(works)), []
    for group_id, done in works.items():
        people, cap = staffing.handlers(done), (await workloads.settings_of(tx, group_id)).cap
        wanted = otherwise.people[group_id]
        found.append(
            Staffed(
                group_id=group_id,
                name=names.get(group_id, ""),
                cases=len(done),
                people=people,
                people_would_be=wanted,
                cap=cap,
                kept=staffing.kept(done),
                as_modelled=staffing.kept_with(done, people * cap, otherwise.calendar),
                would_be_kept=staffing.kept_with(done, wanted * cap, otherwise.calendar),
            )
        )
    return found


def _kept(name: Clock, pairs: Sequence[tuple[Row[Any], Reading, Reading]], now: datetime) -> Kept:
    own = [(was, would) for _, was, would in pairs if was.clock is name]
    return Kept(
        clock=name,
        limits=len(own),
        kept=sum(_holds(was, now) for was, _ in own),
        would_be_kept=sum(_holds(would, now) for _, would in own),
        later=sum(would.due > was.due for was, would in own),
        earlier=sum(would.due < was.due for was, would in own),
    )


def _holds(reading: Reading, now: datetime) -> bool:
    return reading.in_time or (reading.met_at is None and now < reading.due)


def _changed(row: Row[Any], was: Reading, would: Reading) -> Changed:
    return Changed(
        ticket_id=row.id,
        number=row.number,
        clock=was.clock,
        due=was.due,
        would_be_due=would.due,
        met_at=was.met_at,
    )


async def _filed_in(tx: Transaction, community_id: UUID, month: date) -> Sequence[Row[Any]]:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    begins, ends = (datetime.combine(day, time.min, tzinfo=ZONE) for day in (month.replace(day=1), following))
    statement = select(tickets.c.id, tickets.c.number, tickets.c.class_code, tickets.c.group_id).where(
        tickets.c.community_id == community_id,
        tickets.c.filed_at >= begins,
        tickets.c.filed_at < ends,
        tickets.c.origin != "import",
        tickets.c.state.not_in(["draft", "rejected", "merged", "withdrawn"]),
    )
    return (await tx.execute(statement.order_by(tickets.c.filed_at, tickets.c.id).limit(TICKETS_MAX))).all()
