"""Answers by text or link: each acts on the round it was asked about, or is kept without effect."""

from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import follow_up as rules
from services.tickets.domain.call import CallPurpose
from services.tickets.domain.follow_up import ANSWERS, Answer
from services.tickets.domain.state import MOVES, Move, State
from services.tickets.domain.ticket import Ticket
from services.tickets.events import AnswerRefused
from services.tickets.handlers import asking, inbound, merging, telling, verdicts, work
from services.tickets.store import copies, follow_ups, tickets

PURPOSE_ACCEPT, PURPOSE_FOLLOW_UP, PURPOSE_REASON = "accept", "follow_up", "follow_up_reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One digit or button, as notify understood it."""

    ticket_id: UUID
    round: int
    purpose: str
    option: str
    person_id: UUID | None
    channel: str
    received_id: UUID | None = None
    late: bool = False


async def take_reply(reply: Reply, tx: Transaction) -> None:
    """An answer to an unknown matter, or to a question that is not ours, leads to nothing."""
    ticket = await tickets.find(tx, reply.ticket_id)
    if ticket is None or reply.purpose not in _DOORS:
        return
    why = await _why_not(reply, ticket, tx)
    ticket = await merging.landed(ticket, tx)
    if why is not None:
        await refuse(reply, ticket, why, tx)
    if reply.received_id is not None:
        await inbound.remember(reply.received_id, reply.person_id, [ticket.id], tx, confidential=False)


async def _why_not(reply: Reply, ticket: Ticket, tx: Transaction) -> str | None:
    """What keeps the reply from acting. One to a merged ticket is kept where that goes on, and moves nothing there."""
    if ticket.state is State.MERGED:
        return "merged"
    return "late" if reply.late else await _DOORS[reply.purpose](reply, ticket, tx)


async def refuse(reply: Reply, ticket: Ticket, why: str, tx: Transaction) -> None:
    """Kept on the timeline and told kindly; a stray "not solved" becomes a call."""
    await follow_ups.keep_stray(
        tx,
        ticket.id,
        round_=reply.round,
        purpose=reply.purpose,
        option=reply.option,
        person_id=reply.person_id,
        why=why,
    )
    meaning = ANSWERS.get(reply.option)
    if meaning is not None and meaning.move is Move.ANSWER_UNSOLVED:
        await asking.open_call_task(ticket, reply.round or ticket.round, CallPurpose.FOLLOW_UP, "stray_answer", tx)
    tx.announce(AnswerRefused.of(ticket, round_=reply.round or None, person_id=reply.person_id, why=why), ticket)


async def call_back(ticket_id: UUID, round_: int, why: str, tx: Transaction) -> None:
    """The question did not arrive, or the answer could not be read: somebody should ring."""
    ticket = await tickets.find(tx, ticket_id)
    follow_up = await follow_ups.of_round(tx, ticket_id, round_)
    if ticket is not None and rules.why_it_cannot_act(ticket, follow_up, round_) is None:
        await asking.open_call_task(ticket, round_, CallPurpose.FOLLOW_UP, why, tx)


async def _accepting(reply: Reply, ticket: Ticket, tx: Transaction) -> str | None:
    """The leader answers the question whether her group takes it."""
    move = Move.ACCEPT if reply.option == "accept" else Move.RETURN
    if reply.round != ticket.round:
        return "old_round"
    if move not in MOVES[ticket.state] or ticket.handler_id is not None:
        return "not_asked"
    if reply.person_id is None or not await copies.leads(tx, ticket.group_id, reply.person_id):
        return "not_yours"
    try:
        if move is Move.ACCEPT:
            await work.accept(ticket, handler_id=reply.person_id, by=reply.person_id, tx=tx)
        else:
            await work.give_back(ticket, reason="not_stated", suggested_group_id=None, by=reply.person_id, tx=tx)
    except Refused as refused:
        return refused.code
    return None


async def _following_up(reply: Reply, ticket: Ticket, tx: Transaction) -> str | None:
    """The resident says whether it was solved."""
    follow_up = await follow_ups.of_round(tx, ticket.id, reply.round)
    why = rules.why_it_cannot_act(ticket, follow_up, reply.round)
    if why is not None:
        return why
    if reply.option not in ANSWERS:
        return "not_understood"
    if reply.person_id is None or reply.person_id not in await telling.asked(ticket, tx):
        return "not_yours"
    assert follow_up is not None
    answer = Answer(reply.option, reply.person_id, "reporter", reply.channel)
    await verdicts.take(ticket, follow_up, answer, tx, by_prompt=True)
    return None


async def _giving_reason(reply: Reply, ticket: Ticket, tx: Transaction) -> str | None:
    """The second digit: why it was not solved. It moves nothing."""
    follow_up = await follow_ups.of_round(tx, ticket.id, reply.round)
    known = rules.with_reason(follow_up, reply.option) if follow_up else None
    if known is None:
        return "already_answered"
    if reply.person_id not in await telling.asked(ticket, tx):
        return "not_yours"
    await follow_ups.save(tx, known)
    tx.announce(verdicts.answered_event(ticket, known), ticket)
    return None


_DOORS = {PURPOSE_ACCEPT: _accepting, PURPOSE_FOLLOW_UP: _following_up, PURPOSE_REASON: _giving_reason}
