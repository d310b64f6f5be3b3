"""Closing a month: the trend and the rates are made once and stand. Beside it what the rates are made by."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain.rates import Definition
from services.tickets.domain.trend import following
from services.tickets.events import RateReportPublished, TrendClosed
from services.tickets.handlers.work import acting_person
from services.tickets.store import rates as store
from services.tickets.store import tickets
from services.tickets.store.rates import Report
from services.tickets.store.reference import ZONE
from services.tickets.views import reports as views

CLOSE_TIMER = "month_closes"
CLOSES_AT = time(1)
# What began before this moment has been committed or rolled back by the time the month closes.
SETTLED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineRates:
    community_id: UUID
    definition: Definition
    effective_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcludeRound:
    ticket_id: UUID
    round: int
    reason: str


@dataclass(frozen=True, slots=True)
class Excluded:
    ticket_id: UUID
    round: int
    reason: str


async def await_close(community_id: UUID, tx: Transaction) -> None:
    """The month that runs now will be closed on the first of the next."""
    await _close_after(tx.now.astimezone(ZONE).date().replace(day=1), community_id, tx)


async def await_closes(tx: Transaction) -> None:
    """For every community there is."""
    for community_id in await views.communities_known(tx):
        await await_close(community_id, tx)


async def _close_after(month: date, community_id: UUID, tx: Transaction) -> None:
    due_at = datetime.combine(following(month), CLOSES_AT, tzinfo=ZONE).astimezone(UTC)
    told = {"community_id": str(community_id), "month": month.isoformat()}
    await tx.set_timer(CLOSE_TIMER, f"{community_id}:{month:%Y-%m}", due_at, told)


async def close_month(timer: DueTimer, tx: Transaction) -> None:
    """The figures of the month as known when it closed, however late the timer fires."""
    community_id, month = UUID(timer.data["community_id"]), date.fromisoformat(timer.data["month"])
    as_of = timer.due_at - SETTLED
    figures, history_seq, definition, complaints = await views.made(tx, community_id, month, as_of)
    report = Report(
        id=tx.new_id(),
        community_id=community_id,
        month=month,
        as_of=as_of,
        made_at=tx.now,
        definition=definition,
        history_seq=history_seq,
        figures=figures,
    )
    if await store.add_report(tx, report):
        tx.announce(TrendClosed(month=f"{month:%Y-%m}", complaints=complaints), report)
        tx.announce(RateReportPublished(report_id=report.id), report)
    await _close_after(following(month), community_id, tx)


async def define_rates(command: DefineRates, tx: Transaction) -> str:
    """The next version. It holds from a month on that has not been closed, so a report never changes."""
    if command.effective_from < tx.now.astimezone(ZONE).date().replace(day=1):
        raise Refused("effective_in_the_past", status=422, errors=[{"pointer": "/effective_from", "code": "past"}])
    version = await store.add_definition(tx, command.community_id, command.definition, command.effective_from)
    await record_act(tx, action="rates.defined", subject=command.community_id)
    return version


async def exclude_round(command: ExcludeRound, tx: Transaction) -> Excluded:
    """A round is left out, by the secretary, with a reason that is published beside the rate."""
    ticket = await tickets.find(tx, command.ticket_id)
    if ticket is None or not tx.actor.may("rates.exclude", area_path=ticket.area_path):
        raise Refused("ticket_unknown", status=404)
    if not 1 <= command.round <= ticket.round:
        raise Refused("round_unknown", status=422, errors=[{"pointer": "/round", "code": "unknown"}])
    acting_person(tx)
    if not await store.exclude(tx, ticket.id, command.round, command.reason):
        raise Refused("already_excluded")
    await record_act(tx, action="rates.excluded", subject=ticket.id, reason=command.reason)
    return Excluded(ticket.id, command.round, command.reason)
