"""What happens when a case is closed, and the rarer ways there: taken back, concluded, thanked, looked at once more."""

from dataclasses import dataclass

from chassis.transaction import Transaction
from services.tickets.domain import closing as rules
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Ticket
from services.tickets.events import FollowUpAnswered, FollowUpCancelled, ResolutionRetracted, TicketClosed, TicketNudged
from services.tickets.handlers import telling, winding
from services.tickets.handlers.work import ASK_TIMER, Command, acting_person
from services.tickets.store import call_tasks, follow_ups, notes, tickets
from services.tickets.store.reference import load_reference
from services.tickets.views.rights import check_move

LOOK_BACK_TIMER = "look_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclude(Command):
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(Command):
    words: str = ""


async def closed(ticket: Ticket, tx: Transaction) -> None:
    """A saved ticket has been closed: told, nothing left to ring about, and some are looked at in four weeks."""
    await call_tasks.cancel(tx, ticket.id)
    if rules.is_looked_back_at(ticket):
        await tx.set_timer(LOOK_BACK_TIMER, str(ticket.id), tx.now + rules.LOOK_BACK_AFTER, {"round": ticket.round})
    tx.announce(
        TicketClosed.of(
            ticket, outcome=ticket.outcome, satisfaction=ticket.satisfaction, reopen_until=ticket.reopen_until
        ),
        ticket,
    )
    await telling.tell(ticket, "closed", tx)


async def retract(command: Command, tx: Transaction) -> Ticket:
    """Not done after all; the question that was to be asked is not."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.RETRACT, command.expected)
    retracted = rules.retract(ticket, by=acting_person(tx), at=tx.now)
    history = await tickets.history(tx, retracted)
    saved = await tickets.save(tx, await winding.wound(tx, retracted, history))
    await winding.wait_for_next(tx, saved, history)
    await tx.cancel_timer(ASK_TIMER, str(saved.id))
    tx.announce(ResolutionRetracted.of(saved), saved)
    return saved


async def nudge_ticket(command: Command, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.NUDGE, command.expected)
    return await nudge(ticket, tx)


async def nudge(ticket: Ticket, tx: Transaction) -> Ticket:
    """The resident asks again; whoever has it hears of it."""
    history = await tickets.history(tx, ticket)
    calendar = (await load_reference(tx)).calendar
    saved = await tickets.save(tx, rules.nudge(ticket, history, calendar, by=tx.actor.person_id, at=tx.now))
    tx.announce(TicketNudged.of(saved, resolve_due_at=saved.dues.resolve), saved)
    return saved


async def conclude(command: Conclude, tx: Transaction) -> Ticket:
    """After two rounds in vain: ended with a written finding to the resident, and counted as not solved."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.CONCLUDE, command.expected)
    by = acting_person(tx)
    saved = await tickets.save(tx, rules.conclude(ticket, finding=command.finding, by=by, at=tx.now))
    await notes.add(tx, saved, kind="finding", text=command.finding, audience="resident")
    answered = rules.concluded(await follow_ups.open_round(tx, saved.id, saved.round), by=by, at=tx.now)
    await follow_ups.save(tx, answered)
    tx.announce(
        FollowUpAnswered.of(
            saved,
            follow_up_id=answered.id,
            solved=answered.solved,
            satisfaction=None,
            reason=answered.reason,
            answered_by=answered.answered_by,
        ),
        saved,
    )
    if ticket.state is State.FOLLOWING_UP:
        tx.announce(FollowUpCancelled.of(saved, follow_up_id=answered.id), saved)
    await closed(saved, tx)
    return saved


async def acknowledge(command: Acknowledge, tx: Transaction) -> Ticket:
    """Praise reaches those it is for."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.ACKNOWLEDGE, command.expected)
    saved = await tickets.save(tx, rules.acknowledge(ticket, by=acting_person(tx), at=tx.now))
    if command.words:
        await notes.add(tx, saved, kind="thanks", text=command.words, audience="resident")
    await closed(saved, tx)
    return saved
