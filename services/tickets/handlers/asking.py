"""Asking the resident: an hour after the work, again after a day, by telephone after three; then it is given up."""

from dataclasses import replace
from uuid import UUID

from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain import follow_up as rules
from services.tickets.domain.call import CallPurpose
from services.tickets.domain.follow_up import FollowUp
from services.tickets.domain.state import State
from services.tickets.domain.ticket import Ticket
from services.tickets.events import CallTaskOpened, FollowUpAsked, FollowUpExhausted
from services.tickets.handlers import telling
from services.tickets.handlers.closings import closed
from services.tickets.store import call_tasks, follow_ups, tickets
from services.tickets.store.reference import load_reference

REMIND_TIMER = "follow_up_remind"
CALL_TIMER = "follow_up_call"
GIVE_UP_TIMER = "follow_up_give_up"
STEPS = ((REMIND_TIMER, rules.REMIND_AFTER), (CALL_TIMER, rules.CALL_AFTER))


async def ask(timer: DueTimer, tx: Transaction) -> None:
    """The hour has passed: the resident is asked, in the hours in which one may write to her."""
    ticket = await _waiting(timer, State.RESOLVED, tx)
    if ticket is None or await _later(timer, tx):
        return
    follow_up = await follow_ups.open_round(tx, ticket.id, ticket.round)
    asked, follow_up = rules.ask(ticket, follow_up, at=tx.now)
    saved = await tickets.save(tx, asked)
    await follow_ups.save(tx, follow_up)
    await _announce(saved, follow_up, tx)
    await tx.set_timer(GIVE_UP_TIMER, timer.key, tx.now + rules.GIVE_UP_AFTER, timer.data)
    if not rules.is_asked_once_only(saved.kind):
        for kind, after in STEPS:
            await tx.set_timer(kind, timer.key, tx.now + after, timer.data)


async def remind(timer: DueTimer, tx: Transaction) -> None:
    """A day without a word: the same question once more. The prompt that stands is the same."""
    ticket = await _waiting(timer, State.FOLLOWING_UP, tx)
    if ticket is None or await _later(timer, tx):
        return
    follow_up = rules.remind(await follow_ups.open_round(tx, ticket.id, ticket.round))
    await follow_ups.save(tx, follow_up)
    await _announce(ticket, follow_up, tx)


async def call(timer: DueTimer, tx: Transaction) -> None:
    """Three days without a word: somebody who did not do the work rings her up."""
    ticket = await _waiting(timer, State.FOLLOWING_UP, tx)
    if ticket is not None:
        await open_call_task(ticket, ticket.round, CallPurpose.FOLLOW_UP, "no_answer", tx)


async def give_up(timer: DueTimer, tx: Transaction) -> None:
    """Seven days without an answer."""
    ticket = await _waiting(timer, State.FOLLOWING_UP, tx)
    if ticket is None:
        return
    given_up = rules.give_up(ticket, at=tx.now)
    follow_up = await follow_ups.open_round(tx, ticket.id, ticket.round)
    saved = await tickets.save(tx, given_up)
    tx.announce(FollowUpExhausted.of(saved, follow_up_id=follow_up.id), saved)
    await closed(saved, tx)


async def open_call_task(ticket: Ticket, round_: int, purpose: CallPurpose, why: str, tx: Transaction) -> None:
    """Once a round; it waits for the hours in which one may ring somebody up."""
    calendar = (await load_reference(tx)).calendar
    not_before = rules.in_daylight(calendar, tx.now)
    task = await call_tasks.open_once(tx, ticket, round_, purpose, why, not_before)
    if task is not None:
        opened = CallTaskOpened.of(ticket, call_task_id=task.id, purpose=purpose, why=why, due_at=not_before)
        tx.announce(opened, ticket)


async def _waiting(timer: DueTimer, state: State, tx: Transaction) -> Ticket | None:
    """The ticket, if it still stands where the timer was set for."""
    ticket = await tickets.find(tx, UUID(timer.key))
    if ticket is None or ticket.state is not state or ticket.round != timer.data["round"]:
        return None
    return ticket


async def _later(timer: DueTimer, tx: Transaction) -> bool:
    """At night the question waits for the morning."""
    calendar = (await load_reference(tx)).calendar
    allowed_at = rules.in_daylight(calendar, tx.now)
    if allowed_at > tx.now:
        await tx.set_timer(timer.kind, timer.key, allowed_at, timer.data)
    return allowed_at > tx.now


async def _announce(ticket: Ticket, follow_up: FollowUp, tx: Transaction) -> None:
    """To the reporter and to each whose report was merged into this one; the first answer acts."""
    asked_at = follow_up.asked_at or tx.now
    valid_until = asked_at + rules.GIVE_UP_AFTER
    for person_id in await telling.asked(ticket, tx):
        asked = FollowUpAsked.of(
            replace(ticket, reporter_id=person_id),
            follow_up_id=follow_up.id,
            ask_no=follow_up.asks,
            question="solved",
            valid_until=valid_until,
        )
        tx.announce(asked, ticket)
