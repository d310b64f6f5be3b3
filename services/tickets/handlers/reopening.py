"""The matter is back: the next round with the same group, or, after an objection, on the desk again."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import closing
from services.tickets.domain import follow_up as rules
from services.tickets.domain.permission import Who
from services.tickets.domain.routing import Choice, Group
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Ticket
from services.tickets.events import FollowUpCancelled, TicketEscalated, TicketReopened
from services.tickets.handlers import mediating, winding
from services.tickets.handlers.work import Command, acting_person
from services.tickets.store import assignments, call_tasks, copies, follow_ups, notes, tickets
from services.tickets.views.rights import check_move

_DESK = frozenset({Who.OPERATOR, Who.SECRETARY, Who.VERIFIER})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenTicket(Command):
    reason: str
    handler_id: UUID | None = None
    another_handler: bool = False


async def reopen_ticket(command: ReopenTicket, tx: Transaction) -> Ticket:
    """The matter is back, says the reporter, or one of the desk."""
    ticket = await tickets.load(tx, command.ticket_id)
    found = await check_move(tx, ticket, Move.REOPEN, command.expected)
    only_reporter = Who.REPORTER in found and not found & _DESK
    if ticket.state is State.REJECTED:
        return await _object(ticket, command.reason, only_reporter, tx)
    named = command.handler_id if Who.SECRETARY in found else None
    reopened = rules.reopen(
        ticket,
        by=acting_person(tx),
        at=tx.now,
        reason=command.reason,
        by_reporter=only_reporter,
        named_handler_id=named,
        another_handler=command.another_handler,
    )
    return await reopen(ticket, reopened, command.reason, tx)


async def reopen(before: Ticket, reopened: Ticket, words: str, tx: Transaction) -> Ticket:
    """Saved, with the question of the old round taken back and everybody told who must know."""
    saved = await save_next_round(reopened, tx)
    await notes.add(tx, saved, kind="reopening", text=words, audience="internal")
    follow_up = await follow_ups.of_round(tx, before.id, before.round)
    if follow_up is not None and follow_up.asks and follow_up.answered_at is None:
        tx.announce(FollowUpCancelled.of(saved, round_=before.round, follow_up_id=follow_up.id), saved)
    announce_reopened(saved, "reopened", tx)
    return saved


async def _object(ticket: Ticket, words: str, by_reporter: bool, tx: Transaction) -> Ticket:
    """A refusal is objected to: somebody else than the one who refused decides anew."""
    if not words.strip():
        raise Refused("reason_needed", status=422, errors=[{"pointer": "/reason", "code": "required"}])
    history = await tickets.history(tx, ticket)
    by = acting_person(tx)
    closing.check_objection(ticket, history, by=by, by_reporter=by_reporter, at=tx.now)
    objected = closing.objected(ticket, by=by, at=tx.now)
    history += objected.steps
    saved = await tickets.save(tx, await winding.wound(tx, objected, history))
    await winding.wait_for_next(tx, saved, history)
    await notes.add(tx, saved, kind="objection", text=words, audience="internal")
    tx.announce(TicketReopened.of(saved, reason="objection"), saved)
    return saved


async def save_next_round(moved: Ticket, tx: Transaction) -> Ticket:
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
    await call_tasks.cancel(tx, saved.id)
    await mediating.return_to_mediators(saved, tx)
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
