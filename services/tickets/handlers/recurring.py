"""Walks that come round by themselves: made two weeks ahead, each day once."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain import patrol as rules
from services.tickets.domain.patrol import PatrolRound
from services.tickets.domain.recurrence import read_rule
from services.tickets.handlers import patrols as walks
from services.tickets.store import patrols, recurring
from services.tickets.store.patrols import Patrol
from services.tickets.store.recurring import Recurring
from services.tickets.store.reference import ZONE

MAKE_TIMER = "patrol_rounds"
AHEAD = timedelta(days=14)
EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recur:
    patrol_id: UUID
    rule: str
    first_day: date
    starts_at: time
    minutes: int
    person_ids: tuple[UUID, ...]


async def recur(command: Recur, tx: Transaction) -> Patrol:
    """The leader says once when her group walks; the walks of the next two weeks stand at once."""
    plan = await walks.planned_by(command.patrol_id, tx)
    read_rule(command.rule)
    people = tuple(dict.fromkeys(command.person_ids))
    known = Recurring(plan.id, command.rule, command.first_day, command.starts_at, command.minutes, people)
    begins = datetime.combine(known.first_day, known.starts_at, tzinfo=ZONE)
    first = PatrolRound(tx.new_id(), plan.id, begins, begins + timedelta(minutes=known.minutes), people)
    await walks.check_people(plan, rules.plan(first, minimum_people=plan.minimum_people), tx)
    await recurring.put(tx, known)
    return await _make(plan, known, tx)


async def end_recurrence(patrol_id: UUID, tx: Transaction) -> Patrol:
    """No more walks are made; those that stand can be cancelled one by one."""
    plan = await walks.planned_by(patrol_id, tx)
    await recurring.end(tx, plan.id)
    await tx.cancel_timer(MAKE_TIMER, str(plan.id))
    return plan


async def make_rounds(timer: DueTimer, tx: Transaction) -> None:
    """Every day, the walks that have come within two weeks."""
    known = await recurring.of_patrol(tx, UUID(timer.key))
    if known is not None:
        await _make(await patrols.load(tx, known.patrol_id), known, tx)


async def _make(plan: Patrol, known: Recurring, tx: Transaction) -> Patrol:
    today = tx.now.astimezone(ZONE).date()
    days = read_rule(known.rule).days(known.first_day, max(today, known.first_day), today + AHEAD)
    made = await recurring.days_made(tx, plan.id)
    for day in days:
        begins = datetime.combine(day, known.starts_at, tzinfo=ZONE)
        if day in made or begins <= tx.now:
            continue
        ends = begins + timedelta(minutes=known.minutes)
        saved, plan = await walks.stand(PatrolRound(tx.new_id(), plan.id, begins, ends, known.person_ids), plan, tx)
        await recurring.made(tx, plan.id, day, saved.id)
    await tx.set_timer(MAKE_TIMER, str(plan.id), tx.now + EVERY)
    return plan
