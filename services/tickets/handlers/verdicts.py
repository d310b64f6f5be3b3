"""Asking, and what comes of it: closed as solved, open again in the next round, or given up."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.refused import Refused
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain import follow_up as rules
from services.tickets.domain.follow_up import ANSWERS, NOT_STATED, Answer, FollowUp
from services.tickets.domain.permission import Who
from services.tickets.domain.routing import Choice, Group
from services.tickets.domain.state import AWAITING, Move, State
from services.tickets.domain.ticket import Ticket
from services.tickets.events import (
    FollowUpAnswered,
    FollowUpAsked,
    FollowUpCancelled,
    FollowUpExhausted,
    TicketClosed,
    TicketEscalated,
    TicketReopened,
)
from services.tickets.handlers import winding
from services.tickets.handlers.work import ASK_TIMER, Command, acting_person
from services.tickets.store import assignments, copies, follow_ups, notes, tickets
from services.tickets.store.reference import load_reference
from services.tickets.views.rights import check_move

GIVE_UP_TIMER = "follow_up_give_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTicket(Command):
    round: int
    answer: str
    reason: str = NOT_STATED
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenTicket(Command):
    reason: str
    handler_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The ticket after an answer, and why the answer did not act if it did not."""

    ticket: Ticket
    why: str | None


async def ask(timer: DueTimer, tx: Transaction) -> None:
    """The hour has passed: the resident is asked, in the hours in which one may write to her."""
    ticket = await tickets.find(tx, UUID(timer.key))
    if ticket is None or ticket.state is not State.RESOLVED or ticket.round != timer.data["round"]:
        return
    calendar = (await load_reference(tx)).calendar
    allowed_at = rules.ask_at(calendar, tx.now - rules.ASK_AFTER)
    if allowed_at > tx.now:
        await tx.set_timer(ASK_TIMER, timer.key, allowed_at, timer.data)
        return
    follow_up = await follow_ups.open_round(tx, ticket.id, ticket.round)
    asked, follow_up = rules.ask(ticket, follow_up, at=tx.now)
    saved = await tickets.save(tx, asked)
    await follow_ups.save(tx, follow_up)
    valid_until = tx.now + rules.GIVE_UP_AFTER
    tx.announce(
        FollowUpAsked.of(
            saved, follow_up_id=follow_up.id, ask_no=follow_up.asks, question="solved", valid_until=valid_until
        ),
        saved,
    )
    await tx.set_timer(GIVE_UP_TIMER, timer.key, valid_until, {"round": saved.round})


async def give_up(timer: DueTimer, tx: Transaction) -> None:
    """Seven days without an answer."""
    ticket = await tickets.find(tx, UUID(timer.key))
    if ticket is None or ticket.state is not State.FOLLOWING_UP or ticket.round != timer.data["round"]:
        return
    saved = await tickets.save(tx, rules.give_up(ticket, at=tx.now))
    follow_up = await follow_ups.open_round(tx, ticket.id, ticket.round)
    tx.announce(FollowUpExhausted.of(saved, follow_up_id=follow_up.id), saved)
    tx.announce(closed_event(saved), saved)


async def answer_ticket(command: AnswerTicket, tx: Transaction) -> Answered:
    """An answer over HTTP: the reporter in her own pages, or a verifier who did not do the work."""
    if command.answer not in ANSWERS:
        raise Refused("answer_unknown", status=422, errors=[{"pointer": "/answer", "code": "unknown"}])
    ticket = await tickets.load(tx, command.ticket_id)
    move = ANSWERS[command.answer].move
    found = await check_move(tx, ticket, move, command.expected)
    by = acting_person(tx)
    by_reporter = Who.REPORTER in found
    if not by_reporter:
        rules.check_independence(ticket, by, await copies.leads(tx, ticket.group_id, by))
    follow_up = await follow_ups.of_round(tx, ticket.id, command.round)
    if follow_up is None and command.round == ticket.round and ticket.state in AWAITING:
        follow_up = await follow_ups.open_round(tx, ticket.id, ticket.round)
    why = rules.why_it_cannot_act(ticket, follow_up, command.round)
    if why is not None:
        await follow_ups.keep_stray(
            tx, ticket.id, round_=command.round, purpose="follow_up", option=command.answer, person_id=by, why=why
        )
        return Answered(ticket, why)
    assert follow_up is not None
    answer = Answer(command.answer, by, "reporter" if by_reporter else "verifier", "page", command.reason)
    taken = await take(ticket, follow_up, answer, tx, by_prompt=False)
    if command.words:
        await notes.add(tx, taken, kind="answer", text=command.words, audience="internal")
    return Answered(taken, None)


async def take(ticket: Ticket, follow_up: FollowUp, answer: Answer, tx: Transaction, *, by_prompt: bool) -> Ticket:
    """One acting answer: in one transaction it closes the case or opens the next round."""
    moved, answered = rules.answer(ticket, follow_up, answer, at=tx.now)
    reopened = ANSWERS[answer.option].move is Move.ANSWER_UNSOLVED
    saved = await (_next_round(moved, tx) if reopened else tickets.save(tx, moved))
    await follow_ups.save(tx, answered)
    await follow_ups.mark_call_back(tx, ticket.id, False)
    if not by_prompt and answered.asks:
        tx.announce(FollowUpCancelled.of(saved, round_=answered.round, follow_up_id=answered.id), saved)
    tx.announce(answered_event(saved, answered), saved)
    if not reopened:
        tx.announce(closed_event(saved), saved)
        return saved
    announce_reopened(saved, answer.reason, tx)
    if by_prompt and answer.reason == NOT_STATED:
        _ask_for_reason(saved, answered, tx)
    return saved


async def reopen_ticket(command: ReopenTicket, tx: Transaction) -> Ticket:
    """The matter is back, says the reporter, or one of the desk."""
    ticket = await tickets.load(tx, command.ticket_id)
    found = await check_move(tx, ticket, Move.REOPEN, command.expected)
    only_reporter = Who.REPORTER in found and not found & {Who.OPERATOR, Who.SECRETARY, Who.VERIFIER}
    named = command.handler_id if Who.SECRETARY in found else None
    reopened = rules.reopen(
        ticket,
        by=acting_person(tx),
        at=tx.now,
        reason=command.reason,
        by_reporter=only_reporter,
        named_handler_id=named,
    )
    saved = await _next_round(reopened, tx)
    await notes.add(tx, saved, kind="reopening", text=command.reason, audience="internal")
    follow_up = await follow_ups.of_round(tx, ticket.id, ticket.round)
    if follow_up is not None and follow_up.asks and follow_up.answered_at is None:
        tx.announce(FollowUpCancelled.of(saved, round_=ticket.round, follow_up_id=follow_up.id), saved)
    announce_reopened(saved, "reopened", tx)
    return saved


async def _next_round(moved: Ticket, tx: Transaction) -> Ticket:
    """Saved with the clocks of the new round and the line that says why the group stays."""
    history = await tickets.history(tx, moved)
    wound = await winding.wound(tx, moved, history)
    if wound.group_id is None:
        raise Refused("no_group_yet")
    name = (await copies.names(tx, [wound.group_id])).get(wound.group_id, "")
    group = Group(wound.group_id, name, wound.group_path, frozenset(), True, None)
    choice = Choice(group, "same_group", 1, f"重办第{wound.round}轮, 仍由{name}承办")
    saved = await tickets.save(tx, wound, [assignments.row(wound, choice, by=None, at=tx.now)])
    await winding.wait_for_next(tx, saved, history)
    return saved


def announce_reopened(ticket: Ticket, reason: str, tx: Transaction) -> None:
    """The leader hears of it; from the second reopening on the secretary too, who names the handler."""
    tx.announce(TicketReopened.of(ticket, reason=reason), ticket)
    if ticket.round >= rules.ROUND_OF_THE_SECRETARY:
        due_at = ticket.dues.accept or tx.now + timedelta(hours=4)
        tx.announce(
            TicketEscalated.of(
                ticket, clock="reopening", threshold=ticket.round, due_at=due_at, level=3, recipient_role="secretary"
            ),
            ticket,
        )


def _ask_for_reason(ticket: Ticket, follow_up: FollowUp, tx: Transaction) -> None:
    valid_until = tx.now + rules.GIVE_UP_AFTER
    asked = FollowUpAsked.of(
        ticket,
        round_=follow_up.round,
        follow_up_id=follow_up.id,
        ask_no=1,
        question="reason",
        valid_until=valid_until,
    )
    tx.announce(asked, ticket)


def answered_event(ticket: Ticket, follow_up: FollowUp) -> FollowUpAnswered:
    return FollowUpAnswered.of(
        ticket,
        round_=follow_up.round,
        follow_up_id=follow_up.id,
        solved=follow_up.solved,
        satisfaction=follow_up.satisfaction,
        reason=follow_up.reason,
        answered_by=follow_up.answered_by,
    )


def closed_event(ticket: Ticket) -> TicketClosed:
    return TicketClosed.of(
        ticket, outcome=ticket.outcome, satisfaction=ticket.satisfaction, reopen_until=ticket.reopen_until
    )
