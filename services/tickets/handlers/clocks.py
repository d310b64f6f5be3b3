"""What moves a limit: waiting that does not count, word that ends it, and more time asked for and granted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain import clock, pause
from services.tickets.domain.clock import Clock
from services.tickets.domain.state import WAITING, Move, State
from services.tickets.domain.ticket import Step, Ticket
from services.tickets.events import ExtensionAsked, ExtensionRefused, TicketExtended, TicketPaused, TicketResumed
from services.tickets.handlers import winding
from services.tickets.handlers.work import Command, acting_person
from services.tickets.store import notes, tickets, writing
from services.tickets.store.reference import load_reference
from services.tickets.views.rights import check_move

RESUME_TIMER = "resume"
UNDECIDED_TIMER = "extension_undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Command):
    move: Move
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExtension(Command):
    minutes: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideExtension(Command):
    move: Move
    reason: str = ""


async def wait(command: Wait, tx: Transaction) -> Ticket:
    """The resident reads what is waited for and until when; the clock stands, as long as the budget lasts."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, command.move, command.expected)
    history = await tickets.history(tx, ticket)
    calendar = (await load_reference(tx)).calendar
    left = pause.budget_left(clock.of_round(history), calendar)
    waiting = pause.wait(
        ticket, command.move, until=command.until, reason=command.reason, left=left, by=acting_person(tx), at=tx.now
    )
    saved = await saved_anew(waiting, [*history, *waiting.steps], tx)
    await notes.add(tx, saved, kind="waiting", text=command.reason, audience="resident")
    ends = pause.pauses(clock.of_round([*history, *waiting.steps]), calendar)[-1].end
    await tx.set_timer(RESUME_TIMER, str(saved.id), ends, {"seq": saved.seq})
    tx.announce(TicketPaused.of(saved, reason=command.move.value, until=ends), saved)
    return saved


async def resume_ticket(command: Resume, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.RESUME, command.expected)
    saved = await _resume(ticket, "word", acting_person(tx), tx)
    if command.words:
        await notes.add(tx, saved, kind="word", text=command.words, audience="internal")
    return saved


async def word_from(ticket: Ticket, person_id: UUID | None, tx: Transaction) -> Ticket:
    """Words came in: those of the resident end the waiting for her."""
    if ticket.state is not State.WAITING_RESIDENT or person_id != ticket.reporter_id:
        return ticket
    return await _resume(ticket, "word", person_id, tx)


async def resume_by_itself(timer: DueTimer, tx: Transaction) -> None:
    """The day named is there, or the budget is used up."""
    ticket = await tickets.find(tx, UUID(timer.key))
    if ticket is None or ticket.state not in WAITING or not await _still_waits(ticket, int(timer.data["seq"]), tx):
        return
    day_is_there = ticket.waiting_until is not None and ticket.waiting_until <= tx.now
    await _resume(ticket, "day" if day_is_there else "budget", None, tx)


async def _still_waits(ticket: Ticket, seq: int, tx: Transaction) -> bool:
    """Whether this is the waiting the timer was set for, and not a later one."""
    history = await tickets.history(tx, ticket)
    return next(step.seq for step in reversed(history) if step.move in pause.WAITING_MOVES) == seq


async def _resume(ticket: Ticket, cause: str, by: UUID | None, tx: Transaction) -> Ticket:
    resumed = pause.resume(ticket, cause=cause, by=by, at=tx.now)
    saved = await saved_anew(resumed, await tickets.history(tx, resumed), tx)
    tx.announce(TicketResumed.of(saved, cause=cause), saved)
    return saved


async def ask_extension(command: AskExtension, tx: Transaction) -> Ticket:
    """The leader asks the secretary, while there is time."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.ASK_EXTENSION, command.expected)
    history = await tickets.history(tx, ticket)
    reading = (await winding.read_clocks(tx, ticket, history))[Clock.RESOLVE]
    asked = pause.ask_extension(
        ticket,
        clock.of_round(history),
        amount=timedelta(minutes=command.minutes),
        limit=reading.limit.amount - reading.extended,
        due=reading.due,
        reason=command.reason,
        by=acting_person(tx),
        at=tx.now,
    )
    saved = await tickets.save(tx, asked)
    await notes.add(tx, saved, kind="extension", text=command.reason, audience="internal")
    await tx.set_timer(UNDECIDED_TIMER, str(saved.id), reading.due, {"seq": saved.seq})
    tx.announce(ExtensionAsked.of(saved, minutes=command.minutes), saved)
    return saved


async def decide_extension(command: DecideExtension, tx: Transaction) -> Ticket:
    """The secretary grants what was asked, and the resident reads the new day and why; or she does not."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, command.move, command.expected)
    history = await tickets.history(tx, ticket)
    saved = await _decide(ticket, history, command.move, tx)
    audience = "resident" if command.move is Move.EXTEND else "internal"
    if command.reason:
        await notes.add(tx, saved, kind="extension", text=command.reason, audience=audience)
    return saved


async def refuse_undecided(timer: DueTimer, tx: Transaction) -> None:
    """The limit has ended and nobody has decided: refused."""
    ticket = await tickets.find(tx, UUID(timer.key))
    if ticket is None or Move.REFUSE_EXTENSION not in ticket.possible_moves:
        return
    history = await tickets.history(tx, ticket)
    question = pause.undecided(clock.of_round(history))
    if question is None or question.seq != timer.data["seq"]:
        return
    due = (await winding.read_clocks(tx, ticket, history))[Clock.RESOLVE].due
    if due > tx.now:
        await tx.set_timer(UNDECIDED_TIMER, timer.key, due, timer.data)
        return
    await _decide(ticket, history, Move.REFUSE_EXTENSION, tx)


async def _decide(ticket: Ticket, history: Sequence[Step], move: Move, tx: Transaction) -> Ticket:
    due = (await winding.read_clocks(tx, ticket, history))[Clock.RESOLVE].due
    by = tx.actor.person_id
    decided = pause.decide_extension(ticket, clock.of_round(history), move, by=by, at=tx.now, due=due)
    minutes = int(decided.steps[-1].details["minutes"])
    if move is Move.REFUSE_EXTENSION:
        saved = await tickets.save(tx, decided)
        tx.announce(ExtensionRefused.of(saved, reason="refused" if by else "undecided"), saved)
        return saved
    saved = await saved_anew(decided, [*history, *decided.steps], tx)
    await winding.supersede_marks(tx, saved)
    tx.announce(TicketExtended.of(saved, minutes=minutes), saved)
    return saved


async def saved_anew(
    moved: Ticket, history: Sequence[Step], tx: Transaction, rows: Sequence[writing.Row] = ()
) -> Ticket:
    """Saved with what its clocks say now, and its timer waiting for the next threshold."""
    saved = await tickets.save(tx, await winding.wound(tx, moved, history), rows)
    await winding.wait_for_next(tx, saved, history)
    return saved
