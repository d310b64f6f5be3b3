"""Ideas: talked over, then decided by two people."""

from dataclasses import dataclass

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import idea as rules
from services.tickets.domain.permission import Who
from services.tickets.domain.state import Move
from services.tickets.domain.ticket import Ticket
from services.tickets.events import DeliberationOpened, IdeaDecided
from services.tickets.handlers import closings
from services.tickets.handlers.work import Command, acting_person
from services.tickets.store import notes, tickets
from services.tickets.views.rights import check_move


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideIdea(Command):
    move: Move
    reason: str
    extent: str = "fully"


async def deliberate(command: Command, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.DELIBERATE, command.expected)
    saved = await tickets.save(tx, rules.deliberate(ticket, by=acting_person(tx), at=tx.now))
    tx.announce(DeliberationOpened.of(saved), saved)
    return saved


async def decide_idea(command: DecideIdea, tx: Transaction) -> Ticket:
    """The leader proposes, the secretary confirms; the reason goes to the one whose idea it was."""
    if command.extent not in rules.EXTENTS:
        raise Refused("extent_unknown", status=422, errors=[{"pointer": "/extent", "code": "unknown"}])
    ticket = await tickets.load(tx, command.ticket_id)
    found = await check_move(tx, ticket, command.move, command.expected)
    by = acting_person(tx)
    decision = "declined" if command.move is Move.DECLINE else f"adopted_{command.extent}"
    if Who.SECRETARY not in found:
        return await tickets.save(tx, rules.propose(ticket, command.move, decision=decision, by=by))
    decided = rules.decide(ticket, command.move, decision=decision, reason=command.reason, by=by, at=tx.now)
    saved = await tickets.save(tx, decided)
    await notes.add(tx, saved, kind="decision", text=command.reason, audience="resident")
    tx.announce(IdeaDecided.of(saved, decision=decision), saved)
    if command.move is Move.DECLINE:
        await closings.closed(saved, tx)
    return saved
