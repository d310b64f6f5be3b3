"""The table of moves: every state by every move, every kind, every relation."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from chassis.refused import Refused
from services.tickets.domain import follow_up, idea
from services.tickets.domain import ticket as rules
from services.tickets.domain.permission import MOVERS, PERMISSIONS, Who
from services.tickets.domain.profile import BARRED, IDEA_MOVES, Kind, Origin
from services.tickets.domain.state import GOES, LIVE, MOVES, STATE_TYPES, STAYS, WORK, Move, State, StateType
from services.tickets.domain.states import markdown
from services.tickets.domain.ticket import Ticket
from tests.unit.tickets.builders import LEADER, NOW, RESIDENT, SECRETARY, a_ticket

LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_ticket_moves_only_as_the_table_says(state: State, move: Move) -> None:
    ticket = a_ticket(state=state, kind=Kind.IDEA)
    if move in MOVES[state]:
        moved = ticket.moved(move, at=LATER, by=LEADER)
        assert moved.state is MOVES[state][move]
        assert [(step.move, step.state_from, step.state_to) for step in moved.steps] == [(move, state, moved.state)]
    else:
        with pytest.raises(Refused, match=f"^cannot_{move}_when_{state}$") as refused:
            ticket.moved(move, at=LATER, by=LEADER)
        assert refused.value.more["possible_moves"] == [each.value for each in Move if each in MOVES[state]]


@pytest.mark.parametrize(("kind", "move"), list(product(Kind, Move)))
def test_a_kind_makes_no_move_its_profile_bars(kind: Kind, move: Move) -> None:
    for state in State:
        ticket = a_ticket(state=state, kind=kind)
        allowed = move in MOVES[state] and move not in BARRED[kind]
        assert (move in ticket.possible_moves) is allowed
        if not allowed:
            with pytest.raises(Refused):
                ticket.moved(move, at=LATER, by=LEADER)


def test_only_ideas_are_deliberated() -> None:
    assert all(moves == (frozenset() if kind is Kind.IDEA else IDEA_MOVES) for kind, moves in BARRED.items())


def test_nobody_is_asked_about_what_a_patrol_found() -> None:
    ticket = a_ticket(state=State.RESOLVED, origin=Origin.PATROL, reporter_id=None)
    assert Move.ASK not in ticket.possible_moves
    assert Move.ANSWER_SOLVED in ticket.possible_moves


def test_every_state_has_a_type_and_a_way_in_or_waits_for_its_move() -> None:
    assert set(STATE_TYPES) == set(GOES) == set(State)
    reached = {to for row in GOES.values() for to in row.values()} | {State.DRAFT, State.RECEIVED}
    assert set(State) - reached == {State.WAITING_RESIDENT, State.WAITING_EXTERNAL, State.MERGED}


def test_what_stays_stays() -> None:
    for move, states in STAYS.items():
        assert all(MOVES[state][move] is state for state in states)


def test_work_is_live_and_live_is_never_closed() -> None:
    assert WORK < LIVE
    assert all(STATE_TYPES[state] in (StateType.OPEN, StateType.PAUSED) for state in LIVE)


# Who -------------------------------------------------------------------------------------------------------------

TABLE: Mapping[str, str] = {
    "file": "ROMLSY", "confirm": "OSY", "triage": "OLS", "assign": "YOS", "accept": "L", "return": "L",
    "record_contact": "HL", "start": "HL", "resolve": "HL", "ask": "Y", "answer_solved": "RV", "answer_unsolved": "RV",
    "give_up": "Y", "reopen": "ROSV", "reject": "OS", "withdraw": "RO", "link": "OLHS", "unlink": "OLHS",
    "escalate": "Y", "deliberate": "LO", "adopt": "LS", "decline": "LS",
}
LETTERS = {
    "R": Who.REPORTER, "O": Who.OPERATOR, "M": Who.MEMBER, "L": Who.LEADER, "S": Who.SECRETARY, "H": Who.HANDLER,
    "V": Who.VERIFIER, "Y": Who.SYSTEM,
}


@pytest.mark.parametrize(("move", "who"), list(product(Move, Who)))
def test_a_move_is_open_to_those_of_the_table_and_to_nobody_else(move: Move, who: Who) -> None:
    expected = {LETTERS[letter] for letter in TABLE[move.value]}
    assert (who in MOVERS[move]) is (who in expected)


def test_every_move_but_the_systems_has_a_permission() -> None:
    own = {move for move in Move if MOVERS[move] - {Who.SYSTEM}}
    assert all(f"tickets.{move.value}" in PERMISSIONS for move in own)
    assert not {f"tickets.{move.value}" for move in (Move.ASK, Move.GIVE_UP, Move.ESCALATE)} & set(PERMISSIONS)


# Guards: each row happens, and its guard refuses -----------------------------------------------------------------


def refuses(code: str, act: Callable[[], Ticket]) -> Refused:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.code == code
    return refused.value


def assigned(**changes: object) -> Ticket:
    return a_ticket(state=State.ASSIGNED, **changes)


def test_a_draft_is_confirmed_once_matter_and_place_are_known() -> None:
    assert rules.confirm(a_ticket(state=State.DRAFT), by=None, at=LATER).state is State.RECEIVED
    refused = refuses("not_clear_yet", lambda: rules.confirm(
        a_ticket(state=State.DRAFT, community_id=None), by=None, at=LATER))
    assert refused.more["missing"] == ["community_id"]


def test_the_first_group_stays_first_receiver() -> None:
    first, second = uuid4(), uuid4()
    ticket = a_ticket(group_id=None, group_path=())
    once = rules.assign(ticket, group_id=first, group_path=(first,), by=None, at=LATER, reason="", arbiter=False)
    twice = rules.assign(once, group_id=second, group_path=(second,), by=None, at=LATER, reason="", arbiter=False)
    assert (twice.group_id, twice.first_group_id) == (second, first)


def test_after_the_third_return_only_the_arbiter_assigns_and_it_binds() -> None:
    ticket = assigned()
    for count in range(1, 4):
        ticket = rules.give_back(ticket, reason="not_our_task", suggested_group_id=None, by=LEADER, at=LATER)
        assert ticket.arbiter_required is (count == 3)
        if count < 3:
            ticket = rules.assign(
                ticket, group_id=uuid4(), group_path=(), by=None, at=LATER, reason="", arbiter=False)
    refuses("arbiter_required", lambda: rules.assign(
        ticket, group_id=uuid4(), group_path=(), by=LEADER, at=LATER, reason="", arbiter=False))
    bound = rules.assign(
        ticket, group_id=uuid4(), group_path=(), by=SECRETARY, at=LATER, reason="", arbiter=True)
    refuses("assignment_is_binding", lambda: rules.give_back(
        bound, reason="no_capacity", suggested_group_id=None, by=LEADER, at=LATER))


def test_a_return_names_a_reason_from_the_list() -> None:
    refuses("reason_unknown", lambda: rules.give_back(
        assigned(), reason="tired", suggested_group_id=None, by=LEADER, at=LATER))


def test_nobody_handles_what_she_reported() -> None:
    assert rules.accept(assigned(), handler_id=LEADER, by=LEADER, at=LATER).handler_id == LEADER
    refuses("conflict_of_interest", lambda: rules.accept(assigned(), handler_id=RESIDENT, by=LEADER, at=LATER))


def test_from_the_third_round_on_the_secretary_names_the_handler() -> None:
    refuses("secretary_names_the_handler", lambda: rules.accept(
        assigned(round=3), handler_id=LEADER, by=LEADER, at=LATER))
    named = assigned(round=3, named_handler_id=LEADER)
    assert rules.accept(named, handler_id=LEADER, by=LEADER, at=LATER).state is State.ACCEPTED


def contact(ticket: Ticket, result: str, minutes: int) -> Ticket:
    at = NOW + timedelta(minutes=minutes)
    return rules.record_contact(ticket, result=result, contact_at=at, by=LEADER, at=NOW + timedelta(days=1))


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
    refuses("reason_needed", lambda: idea.decide(
        proposed, Move.ADOPT, by=SECRETARY, decision="adopted_fully", reason=" ", at=LATER))
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


def test_the_page_of_states_is_written_from_the_tables() -> None:
    page = markdown()
    for state, row in MOVES.items():
        for move, to in row.items():
            if to is not state:
                assert f"{state} --> {to}: {move}" in page
