"""The table of moves: every state by every move, every kind, every relation."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import product

import pytest

from chassis.refused import Refused
from services.tickets.domain.permission import MOVERS, PERMISSIONS, Who, movers
from services.tickets.domain.profile import BARRED, IDEA_MOVES, Kind, Origin
from services.tickets.domain.state import GOES, LIVE, MOVES, STATE_TYPES, STAYS, WORK, Move, State, StateType
from services.tickets.domain.states import markdown
from tests.unit.tickets.builders import LEADER, NOW, a_ticket

LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_a_ticket_moves_only_as_the_table_says(state: State, move: Move) -> None:
    kind = Kind.PRAISE if move is Move.ACKNOWLEDGE else Kind.INQUIRY if move not in IDEA_MOVES else Kind.IDEA
    ticket = a_ticket(state=state, kind=kind)
    if move in MOVES[state]:
        moved = ticket.moved(move, at=LATER, by=LEADER)
        assert moved.state is MOVES[state][move]
        assert [(step.move, step.state_from, step.state_to) for step in moved.steps] == [(move, state, moved.state)]
    else:
        with pytest.raises(Refused, match=f"^cannot_{move}_when_{state}$") as refused:
            ticket.moved(move, at=LATER, by=LEADER)
        possible = [each.value for each in Move if each in MOVES[state] and each not in ticket.barred]
        assert refused.value.more["possible_moves"] == possible


@pytest.mark.parametrize(("kind", "move"), list(product(Kind, Move)))
def test_a_kind_makes_no_move_its_profile_bars(kind: Kind, move: Move) -> None:
    for state in State:
        ticket = a_ticket(state=state, kind=kind)
        at_the_desk = move is Move.RESOLVE and state is State.RECEIVED
        allowed = move in MOVES[state] and move not in BARRED[kind] and (kind is Kind.INQUIRY or not at_the_desk)
        assert (move in ticket.possible_moves) is allowed
        if not allowed:
            with pytest.raises(Refused):
                ticket.moved(move, at=LATER, by=LEADER)


def test_only_ideas_are_deliberated_and_only_praise_is_acknowledged() -> None:
    for kind, moves in BARRED.items():
        assert (moves >= IDEA_MOVES) is (kind is not Kind.IDEA)
        assert (Move.ACKNOWLEDGE in moves) is (kind is not Kind.PRAISE)
    assert not {Move.ACCEPT, Move.RESOLVE, Move.ASK} & (set(Move) - BARRED[Kind.PRAISE])


def test_the_desk_answers_only_what_is_a_question() -> None:
    assert movers(Move.RESOLVE, State.RECEIVED) == {Who.OPERATOR}
    assert Who.OPERATOR not in movers(Move.RESOLVE, State.IN_PROGRESS)
    for kind in Kind:
        possible = Move.RESOLVE in a_ticket(state=State.RECEIVED, kind=kind).possible_moves
        assert possible is (kind is Kind.INQUIRY)


def test_a_hidden_reporter_is_reached_through_the_desk() -> None:
    assert Who.OPERATOR in movers(Move.RECORD_CONTACT, State.IN_PROGRESS, hidden=True)
    assert Who.OPERATOR not in movers(Move.RECORD_CONTACT, State.IN_PROGRESS)


def test_a_refusal_is_objected_to_by_the_resident_or_the_secretary() -> None:
    assert movers(Move.REOPEN, State.REJECTED) == {Who.REPORTER, Who.SECRETARY}


def test_nobody_is_asked_about_what_a_patrol_found() -> None:
    ticket = a_ticket(state=State.RESOLVED, origin=Origin.PATROL, reporter_id=None)
    assert Move.ASK not in ticket.possible_moves
    assert Move.ANSWER_SOLVED in ticket.possible_moves


def test_every_state_has_a_type_and_a_way_in_or_waits_for_its_move() -> None:
    assert set(STATE_TYPES) == set(GOES) == set(State)
    reached = {to for row in MOVES.values() for to in row.values()} | {State.DRAFT, State.RECEIVED}
    assert reached == set(State)


def test_what_stays_stays() -> None:
    for move, states in STAYS.items():
        assert all(MOVES[state][move] is state for state in states)


def test_work_is_live_and_live_is_never_closed() -> None:
    assert WORK < LIVE
    assert all(STATE_TYPES[state] in (StateType.OPEN, StateType.PAUSED) for state in LIVE)


# Who -------------------------------------------------------------------------------------------------------------

TABLE: Mapping[str, str] = {
    "file": "ROMLSY",
    "confirm": "OSY",
    "triage": "OLS",
    "assign": "YOS",
    "accept": "LM",
    "return": "L",
    "record_contact": "HLF",
    "start": "HL",
    "resolve": "HL",
    "ask": "Y",
    "answer_solved": "RV",
    "answer_unsolved": "RV",
    "give_up": "Y",
    "reopen": "ROSV",
    "reject": "OS",
    "withdraw": "RO",
    "link": "OLHS",
    "unlink": "OLHS",
    "escalate": "Y",
    "deliberate": "LO",
    "adopt": "LS",
    "decline": "LS",
    "hand_over": "LY",
    "transfer": "S",
    "add_cohandler": "LS",
    "wait_for_resident": "HL",
    "wait_for_external": "HL",
    "resume": "HLY",
    "ask_extension": "L",
    "extend": "S",
    "refuse_extension": "SY",
    "retract": "HL",
    "nudge": "R",
    "conclude": "S",
    "look_back": "VY",
    "acknowledge": "OL",
    "merge": "OL",
    "unmerge": "O",
    "split": "OL",
}
LETTERS = {
    "R": Who.REPORTER,
    "O": Who.OPERATOR,
    "M": Who.MEMBER,
    "L": Who.LEADER,
    "S": Who.SECRETARY,
    "H": Who.HANDLER,
    "V": Who.VERIFIER,
    "F": Who.FIRST_RECEIVER,
    "Y": Who.SYSTEM,
}


@pytest.mark.parametrize(("move", "who"), list(product(Move, Who)))
def test_a_move_is_open_to_those_of_the_table_and_to_nobody_else(move: Move, who: Who) -> None:
    expected = {LETTERS[letter] for letter in TABLE[move.value]}
    assert (who in MOVERS[move]) is (who in expected)


def test_every_move_but_the_systems_has_a_permission() -> None:
    own = {move for move in Move if MOVERS[move] - {Who.SYSTEM}}
    assert all(f"tickets.{move.value}" in PERMISSIONS for move in own)
    assert not {f"tickets.{move.value}" for move in (Move.ASK, Move.GIVE_UP, Move.ESCALATE)} & set(PERMISSIONS)


def test_the_page_of_states_is_written_from_the_tables() -> None:
    page = markdown()
    for state, row in MOVES.items():
        for move, to in row.items():
            if to is not state:
                assert f"{state} --> {to}: {move}" in page
