"""Ringing residents up: claimed and recorded by somebody who did not do the work."""

from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain import call as rules
from services.tickets.domain import closing
from services.tickets.domain import follow_up as asking_rules
from services.tickets.domain.call import CallPurpose, CallResult, CallTask
from services.tickets.domain.follow_up import ANSWERS, NOT_STATED, Answer
from services.tickets.domain.permission import Who
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Ticket
from services.tickets.events import TicketLookedBack
from services.tickets.handlers import asking, reopening, verdicts
from services.tickets.handlers.work import Command, acting_person
from services.tickets.store import call_tasks, follow_ups, notes, tickets
from services.tickets.store.reference import load_reference
from services.tickets.views.rights import check_move


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCall:
    task_id: UUID
    expected: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCall(ClaimCall):
    result: CallResult
    answer: str = ""
    reason: str = NOT_STATED
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack(Command):
    result: str
    words: str = ""


async def claim(command: ClaimCall, tx: Transaction) -> CallTask:
    """For half an hour it is hers; the query itself finds nothing for somebody who did the work."""
    task, _ = await _mine_to_see(command, tx)
    if not await call_tasks.claim(tx, task, acting_person(tx)):
        raise Refused(rules.why_not_claimed(task, tx.now))
    return await call_tasks.load(tx, task.id)


async def record(command: RecordCall, tx: Transaction) -> CallTask:
    """One try, and what she said if she was reached."""
    task, ticket = await _mine_to_see(command, tx)
    by = acting_person(tx)
    calendar = (await load_reference(tx)).calendar
    tried = rules.record(task, command.result, calendar, by=by, at=tx.now)
    if command.result is CallResult.REACHED:
        _check_answer(command, task)
    await call_tasks.add_call(tx, task, command.result, by)
    saved = await call_tasks.save(tx, tried)
    if command.words:
        await notes.add(tx, ticket, kind="call", text=command.words, audience="internal", result=command.result)
    if command.result is CallResult.REACHED:
        await _said(command, task, ticket, tx)
    elif tried.is_over and task.purpose is CallPurpose.LOOK_BACK and ticket.state is State.CLOSED:
        await _look_back(ticket, "not_reached", "", tx)
    return saved


async def look_back(command: LookBack, tx: Transaction) -> Ticket:
    """A verifier went there herself, four weeks later."""
    ticket = await tickets.load(tx, command.ticket_id)
    await check_move(tx, ticket, Move.LOOK_BACK, command.expected)
    await _check_independent(ticket, tx)
    return await _look_back(ticket, command.result, command.words, tx)


async def time_to_look_back(timer: DueTimer, tx: Transaction) -> None:
    """Four weeks after closing somebody asks whether it holds."""
    ticket = await tickets.find(tx, UUID(timer.key))
    if ticket is not None and ticket.state is State.CLOSED and ticket.round == timer.data["round"]:
        await asking.open_call_task(ticket, ticket.round, CallPurpose.LOOK_BACK, "look_back", tx)


async def _mine_to_see(command: ClaimCall, tx: Transaction) -> tuple[CallTask, Ticket]:
    """The task and its ticket, locked in the order everybody locks: the ticket first."""
    ticket = await tickets.load(tx, await call_tasks.ticket_of(tx, command.task_id))
    task = await call_tasks.load(tx, command.task_id)
    found = await check_move(tx, ticket, Move.LOOK_BACK)
    if Who.VERIFIER not in found:
        raise Refused("not_permitted", status=403)
    if command.expected is not None and command.expected != task.revision:
        raise Refused("stale", status=412, revision=task.revision)
    return task, ticket


def _check_answer(command: RecordCall, task: CallTask) -> None:
    known = set(ANSWERS) if task.purpose is CallPurpose.FOLLOW_UP else {closing.HOLDS, closing.AGAIN}
    if command.answer not in known:
        raise Refused("answer_needed", status=422, errors=[{"pointer": "/answer", "code": "unknown"}])


async def _said(command: RecordCall, task: CallTask, ticket: Ticket, tx: Transaction) -> None:
    if task.purpose is CallPurpose.LOOK_BACK:
        await _look_back(ticket, command.answer, command.words, tx)
        return
    follow_up = await follow_ups.of_round(tx, ticket.id, task.round)
    if follow_up is not None and asking_rules.why_it_cannot_act(ticket, follow_up, task.round) is None:
        answer = Answer(command.answer, acting_person(tx), "verifier", "call", command.reason)
        await verdicts.take(ticket, follow_up, answer, tx, by_prompt=False)
    elif ANSWERS[command.answer].move is Move.ANSWER_UNSOLVED and Move.REOPEN in ticket.possible_moves:
        await _again(ticket, command.words or command.reason, tx)


async def _look_back(ticket: Ticket, result: str, words: str, tx: Transaction) -> Ticket:
    saved = await tickets.save(tx, closing.look_back(ticket, result=result, by=acting_person(tx), at=tx.now))
    tx.announce(TicketLookedBack.of(saved, look_back=result), saved)
    return await _again(saved, words or result, tx) if result == closing.AGAIN else saved


async def _again(ticket: Ticket, words: str, tx: Transaction) -> Ticket:
    reopened = asking_rules.reopen(ticket, by=acting_person(tx), at=tx.now, reason=words, by_reporter=False)
    return await reopening.reopen(ticket, reopened, words, tx)


async def _check_independent(ticket: Ticket, tx: Transaction) -> None:
    if not await call_tasks.is_independent(tx, ticket, ticket.round, acting_person(tx)):
        raise Refused("not_independent")
