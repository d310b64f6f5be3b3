"""Confidential cases: named people only; each read on record before the words are sent; outside only "it moved"."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.audit import record_read
from chassis.refused import Refused
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain import clock
from services.tickets.domain import confidential as rules
from services.tickets.domain.clock import Clock
from services.tickets.domain.confidential import Case
from services.tickets.domain.follow_up import ANSWERS
from services.tickets.domain.state import State
from services.tickets.events import ConfidentialChanged, CounsellorNudged
from services.tickets.handlers.work import acting_person
from services.tickets.store import confidential, places
from services.tickets.store.reference import load_reference

CLOCK_TIMER = "confidential_clock"
GIVE_UP_TIMER = "confidential_give_up"
CLASS = "complex"
AGAIN = timedelta(hours=1)
UNANSWERED_STATES = frozenset({State.RECEIVED, State.ASSIGNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCase:
    category: str
    text: str
    building_id: UUID | None = None
    community_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCommand:
    case_id: UUID
    expected: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Nudge:
    """What a nudge speaks of: itself. It leads to no case."""

    id: UUID
    revision: int
    community_id: UUID | None
    correlation: UUID


async def file_case(command: FileCase, tx: Transaction) -> Case:
    """She tells what weighs on her; one or two counsellors are named, and nobody else will know."""
    area_id = command.building_id or command.community_id
    facts = await places.facts_of(tx, area_id, command.category, numbered=False) if area_id else None
    if facts is None or facts.community_id is None:
        raise Refused("community_needed", status=422, errors=[{"pointer": "/community_id", "code": "unknown"}])
    await confidential.act_as(tx, None)
    case = rules.filed(
        Case(
            tx.new_id(),
            facts.community_id,
            facts.place.path,
            command.category,
            acting_person(tx),
            State.RECEIVED,
            tx.now,
        )
    )
    case = await _named(case, tx)
    saved = await confidential.add(tx, case, command.text)
    await tx.set_timer(CLOCK_TIMER, str(saved.id), await _accept_due(saved, tx))
    announce(saved, tx)
    return saved


async def move_case(command: CaseCommand, decide: Callable[[Case, UUID], Case], tx: Transaction) -> Case:
    """One move by somebody who is named; to all others there is no such case."""
    by = acting_person(tx)
    await confidential.act_as(tx, by)
    case = await confidential.load(tx, command.case_id, command.expected)
    saved = await confidential.save(tx, decide(case, by))
    announce(saved, tx)
    return saved


async def accept_case(command: CaseCommand, tx: Transaction) -> Case:
    return await move_case(command, lambda case, by: rules.accept(case, by=by, at=tx.now), tx)


async def contact_case(command: CaseCommand, reached: bool, tx: Transaction) -> Case:
    return await move_case(command, lambda case, by: rules.contact(case, by=by, at=tx.now, reached=reached), tx)


async def start_case(command: CaseCommand, tx: Transaction) -> Case:
    return await move_case(command, lambda case, by: rules.start(case, by=by, at=tx.now), tx)


async def resolve_case(command: CaseCommand, tx: Transaction) -> Case:
    """She is sent nothing; what came of it stands in her own pages."""
    saved = await move_case(command, lambda case, by: rules.resolve(case, by=by, at=tx.now), tx)
    await confidential.keep_result(tx, saved.id, command.words)
    await tx.set_timer(GIVE_UP_TIMER, str(saved.id), tx.now + rules.GIVE_UP_AFTER, {"round": saved.round})
    return saved


async def answer_case(command: CaseCommand, option: str, tx: Transaction) -> Case:
    if option not in ANSWERS:
        raise Refused("answer_unknown", status=422, errors=[{"pointer": "/answer", "code": "unknown"}])
    return await move_case(command, lambda case, by: rules.answer(case, option, by=by, at=tx.now), tx)


async def reopen_case(command: CaseCommand, tx: Transaction) -> Case:
    saved = await move_case(command, lambda case, by: rules.reopen(case, by=by, at=tx.now), tx)
    if command.words:
        await confidential.add_note(tx, saved.id, command.words)
    return saved


async def add_note(command: CaseCommand, tx: Transaction) -> Case:
    await confidential.act_as(tx, acting_person(tx))
    case = await confidential.load(tx, command.case_id)
    await confidential.add_note(tx, case.id, command.words)
    return case


async def take_words(words: str, person_id: UUID | None, community_id: UUID | None, tx: Transaction) -> None:
    """A text that must stay among the named: a note on the sender's own open case. Where she has none it becomes
    nothing, and the counsellors of the place are nudged; the words stay where they came in, under their own key."""
    await confidential.act_as(tx, None)
    case = await confidential.open_of(tx, person_id) if person_id else None
    if case is None:
        nudge(list(await confidential.loads(tx, [community_id] if community_id else [], community_id)), tx)
        return
    await confidential.add_note(tx, case.id, words, author_id=person_id)
    nudge(list(case.counsellor_ids), tx)


async def log_read(case_id: UUID, tx: Transaction) -> None:
    """No row in the access log, no words."""
    await confidential.act_as(tx, acting_person(tx))
    await confidential.row(tx, case_id)
    await record_read(tx, action="confidential_read", subject=case_id, fields=["text", "result", "notes"])


async def strike(timer: DueTimer, tx: Transaction) -> None:
    """Nobody has taken it in time: the counsellors of the place are nudged, and nobody beyond them."""
    await confidential.act_as(tx, None)
    case = await confidential.load(tx, UUID(timer.key))
    if case.state not in UNANSWERED_STATES:
        return
    if case.state is State.RECEIVED:
        case = await _named(case, tx)
        if case.steps:
            case = await confidential.save(tx, case)
            announce(case, tx)
    elif await confidential.mark_once(tx, case.id, case.round, 100):
        nudge(list(await confidential.loads(tx, case.area_path, case.community_id)), tx)
    await tx.set_timer(CLOCK_TIMER, timer.key, tx.now + AGAIN)


async def give_up(timer: DueTimer, tx: Transaction) -> None:
    await confidential.act_as(tx, None)
    case = await confidential.load(tx, UUID(timer.key))
    if case.state is State.RESOLVED and case.round == timer.data["round"]:
        announce(await confidential.save(tx, rules.give_up(case, at=tx.now)), tx)


async def _named(case: Case, tx: Transaction) -> Case:
    """Named by load; where there is no counsellor it waits, and is tried again."""
    loads = await confidential.loads(tx, case.area_path, case.community_id)
    counsellors = rules.least_loaded(loads, reporter_id=case.reporter_id)
    if not counsellors:
        return case
    nudge(list(counsellors), tx)
    return rules.assign(case, counsellors, at=tx.now)


async def _accept_due(case: Case, tx: Transaction) -> datetime:
    reference = await load_reference(tx)
    class_ = reference.classes_of(case.community_id, case.filed_at).classes[CLASS]
    return clock.after(reference.calendar, case.filed_at, class_.limits[Clock.ACCEPT])


def announce(case: Case, tx: Transaction) -> None:
    """All that anybody outside hears: it moved. Not who, not what, not where."""
    event = ConfidentialChanged(ticket_id=case.id, state_type=case.state_type)
    tx.announce(event, replace(case, community_id=None))


def nudge(person_ids: list[UUID], tx: Transaction) -> None:
    """Look at your own pages. No case is named."""
    if person_ids:
        id_ = tx.new_id()
        tx.announce(CounsellorNudged(person_ids=person_ids[:100]), Nudge(id_, 1, None, id_))
