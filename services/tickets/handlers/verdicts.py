"""What the resident, or a verifier for her, says: closed as solved, or open again in the next round."""

from dataclasses import dataclass, replace

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import follow_up as rules
from services.tickets.domain.follow_up import ANSWERS, NOT_STATED, Answer, FollowUp
from services.tickets.domain.permission import Who
from services.tickets.domain.state import AWAITING, Move
from services.tickets.domain.ticket import Ticket
from services.tickets.events import FollowUpAnswered, FollowUpAsked, FollowUpCancelled
from services.tickets.handlers import closings, reopening, telling
from services.tickets.handlers.work import Command, acting_person
from services.tickets.store import call_tasks, follow_ups, notes, tickets
from services.tickets.views.rights import check_move


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTicket(Command):
    round: int
    answer: str
    reason: str = NOT_STATED
    words: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The ticket after an answer, and why the answer did not act if it did not."""

    ticket: Ticket
    why: str | None


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
        rules.check_independence(ticket, by, not await call_tasks.is_independent(tx, ticket, command.round, by))
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
    saved = await (reopening.save_next_round(moved, tx) if reopened else tickets.save(tx, moved))
    await follow_ups.save(tx, answered)
    others = len(await telling.asked(ticket, tx)) > 1
    if answered.asks and (others or not by_prompt):
        tx.announce(FollowUpCancelled.of(saved, round_=answered.round, follow_up_id=answered.id), saved)
    tx.announce(answered_event(saved, answered), saved)
    if not reopened:
        await closings.closed(saved, tx)
        return saved
    reopening.announce_reopened(saved, answer.reason, tx)
    if by_prompt and answer.reason == NOT_STATED:
        _ask_for_reason(replace(saved, reporter_id=answer.by), answered, tx)
    return saved


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
