"""The guards of the moves: each row happens, and its guard refuses."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from chassis.refused import Refused
from services.tickets.domain import assignment, follow_up, idea, triage
from services.tickets.domain import contact as contacts
from services.tickets.domain import ticket as rules
from services.tickets.domain.profile import Kind
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Ticket
from tests.unit.tickets.builders import LEADER, NOW, RESIDENT, SECRETARY, a_ticket

LATER = NOW + timedelta(hours=1)


def refuses(code: str, act: Callable[[], Ticket]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.code == code
    return refused.value


def assigned(**changes: object) -> Ticket:
    return a_ticket(state=State.ASSIGNED, **changes)


def test_a_draft_is_confirmed_once_matter_and_place_are_known() -> None:
    assert triage.confirm(a_ticket(state=State.DRAFT), by=None, at=LATER).state is State.RECEIVED
    refused = refuses(
        "not_clear_yet", lambda: triage.confirm(a_ticket(state=State.DRAFT, community_id=None), by=None, at=LATER)
    )
    assert refused.more["missing"] == ["community_id"]


def test_the_first_group_stays_first_receiver() -> None:
    first, second = uuid4(), uuid4()
    ticket = a_ticket(group_id=None, group_path=())
    once = assignment.assign(ticket, group_id=first, group_path=(first,), by=None, at=LATER, reason="", arbiter=False)
    twice = assignment.assign(once, group_id=second, group_path=(second,), by=None, at=LATER, reason="", arbiter=False)
    assert (twice.group_id, twice.first_group_id) == (second, first)


def test_after_the_third_return_only_the_arbiter_assigns_and_it_binds() -> None:
    ticket = assigned()
    for count in range(1, 4):
        ticket = assignment.give_back(ticket, reason="not_our_task", suggested_group_id=None, by=LEADER, at=LATER)
        assert ticket.arbiter_required is (count == 3)
        if count < 3:
            ticket = assignment.assign(
                ticket, group_id=uuid4(), group_path=(), by=None, at=LATER, reason="", arbiter=False
            )
    refuses(
        "arbiter_required",
        lambda: assignment.assign(
            ticket, group_id=uuid4(), group_path=(), by=LEADER, at=LATER, reason="", arbiter=False
        ),
    )
    bound = assignment.assign(ticket, group_id=uuid4(), group_path=(), by=SECRETARY, at=LATER, reason="", arbiter=True)
    refuses(
        "assignment_is_binding",
        lambda: assignment.give_back(bound, reason="no_capacity", suggested_group_id=None, by=LEADER, at=LATER),
    )


def test_a_return_names_a_reason_from_the_list() -> None:
    refuses(
        "reason_unknown",
        lambda: assignment.give_back(assigned(), reason="tired", suggested_group_id=None, by=LEADER, at=LATER),
    )


def test_nobody_handles_what_she_reported() -> None:
    assert rules.accept(assigned(), handler_id=LEADER, by=LEADER, at=LATER).handler_id == LEADER
    refuses("conflict_of_interest", lambda: rules.accept(assigned(), handler_id=RESIDENT, by=LEADER, at=LATER))


def test_from_the_third_round_on_the_secretary_names_the_handler() -> None:
    refuses(
        "secretary_names_the_handler", lambda: rules.accept(assigned(round=3), handler_id=LEADER, by=LEADER, at=LATER)
    )
    named = assigned(round=3, named_handler_id=LEADER)
    assert rules.accept(named, handler_id=LEADER, by=LEADER, at=LATER).state is State.ACCEPTED


def contact(ticket: Ticket, result: str, minutes: int) -> Ticket:
    at = NOW + timedelta(minutes=minutes)
    return contacts.record_contact(ticket, result=result, contact_at=at, by=LEADER, at=NOW + timedelta(days=1))


def test_three_tries_half_an_hour_apart_are_contact() -> None:
    ticket = a_ticket(state=State.IN_PROGRESS)
    for minutes, contacted in ((0, False), (10, False), (30, False), (60, True)):
        ticket = contact(ticket, "attempt", minutes)
        assert (ticket.contacted_at is not None) is contacted, minutes
    assert contact(a_ticket(state=State.ASSIGNED), "reached", 5).contacted_at is not None


@pytest.mark.parametrize("minutes", [-1, 2 * 24 * 60])
def test_a_contact_is_neither_before_filing_nor_in_the_future(minutes: int) -> None:
    refused = refuses("contact_time_impossible", lambda: contact(a_ticket(state=State.ASSIGNED), "reached", minutes))
    assert refused.status == 422


def test_nothing_is_resolved_before_the_resident_was_reached() -> None:
    working = a_ticket(state=State.IN_PROGRESS, handler_id=LEADER)
    refused = refuses("contact_needed", lambda: rules.resolve(working, result="办好", by=LEADER, at=LATER))
    assert refused.more["missing"] == ["contact"]
    done = rules.resolve(contact(working, "reached", 5), result="办好", by=LEADER, at=LATER)
    assert (done.state, done.resolved_at) == (State.RESOLVED, LATER)
    refuses("result_needed", lambda: rules.resolve(contact(working, "reached", 5), result=" ", by=LEADER, at=LATER))


def test_where_nobody_is_to_be_reached_no_contact_is_asked_for() -> None:
    anonymous = a_ticket(state=State.IN_PROGRESS, reporter_id=None)
    assert rules.resolve(anonymous, result="办好", by=LEADER, at=LATER).state is State.RESOLVED
    adopted = a_ticket(state=State.ADOPTED, kind=Kind.IDEA)
    assert rules.resolve(adopted, result="做了", by=LEADER, at=LATER).state is State.RESOLVED


def test_a_refusal_names_a_reason_from_the_list() -> None:
    assert rules.reject(assigned(), reason="not_ours", by=SECRETARY, at=LATER).state is State.REJECTED
    refuses("reason_unknown", lambda: rules.reject(assigned(), reason="no", by=SECRETARY, at=LATER))


def test_an_idea_is_decided_by_two_people() -> None:
    ticket = idea.deliberate(a_ticket(kind=Kind.IDEA), by=LEADER, at=LATER)
    decide: dict[str, Any] = {"decision": "adopted_fully", "reason": "好主意", "at": LATER}
    refuses("proposal_needed", lambda: idea.decide(ticket, Move.ADOPT, by=SECRETARY, **decide))
    proposed = idea.propose(ticket, Move.ADOPT, decision="adopted_fully", by=LEADER)
    assert proposed.state is State.DELIBERATING
    refuses("second_person_needed", lambda: idea.decide(proposed, Move.ADOPT, by=LEADER, **decide))
    assert idea.decide(proposed, Move.ADOPT, by=SECRETARY, **decide).state is State.ADOPTED
    refuses(
        "reason_needed",
        lambda: idea.decide(proposed, Move.ADOPT, by=SECRETARY, decision="adopted_fully", reason=" ", at=LATER),
    )
    declined = idea.propose(ticket, Move.DECLINE, decision="declined", by=LEADER)
    closed = idea.decide(declined, Move.DECLINE, decision="declined", reason="没有场地", by=SECRETARY, at=LATER)
    assert (closed.state, closed.outcome) == (State.CLOSED, "not_adopted")


def test_a_resident_reopens_for_thirty_days() -> None:
    closed = a_ticket(state=State.CLOSED, closed_at=NOW)
    for days, by_reporter, allowed in ((30, True, True), (31, True, False), (400, False, True)):
        at = NOW + timedelta(days=days)
        reopen: dict[str, Any] = {"by": RESIDENT, "at": at, "reason": "又坏了", "by_reporter": by_reporter}
        if allowed:
            again = follow_up.reopen(closed, **reopen)
            assert (again.state, again.round, again.closed_at) == (State.ASSIGNED, 2, None)
        else:
            refuses("reopening_has_ended", partial(follow_up.reopen, closed, **reopen))
    refuses("reason_needed", lambda: follow_up.reopen(closed, by=RESIDENT, at=NOW, reason="", by_reporter=True))
    nobody = a_ticket(state=State.CLOSED, group_id=None)
    refuses("no_group_yet", lambda: follow_up.reopen(nobody, by=SECRETARY, at=NOW, reason="x", by_reporter=False))
