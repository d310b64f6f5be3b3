"""Asking and answering: who is believed, and when."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from chassis.refused import Refused
from services.tickets.domain import follow_up as rules
from services.tickets.domain.follow_up import ANSWERS, NOT_STATED, Answer, FollowUp
from services.tickets.domain.state import AWAITING, Move, State
from services.tickets.domain.ticket import Ticket
from tests.unit.tickets.builders import LEADER, NOW, RESIDENT, a_calendar, a_ticket, local


def asked(**changes: object) -> tuple[Ticket, FollowUp]:
    ticket = a_ticket(state=State.RESOLVED, handler_id=LEADER, **changes)
    return rules.ask(ticket, FollowUp(uuid4(), ticket.id, ticket.round), at=NOW)


def say(option: str, reason: str = NOT_STATED) -> Answer:
    return Answer(option, RESIDENT, "reporter", "sms", reason)


@pytest.mark.parametrize(("resolved", "expected"), [
    ("2018-09-27T10:00", "2018-09-27T11:00"),
    ("2018-09-27T05:00", "2018-09-27T08:00"),
    ("2018-09-27T19:30", "2018-09-27T20:30"),
    ("2018-09-27T19:31", "2018-09-28T08:00"),
    ("2018-09-27T23:30", "2018-09-28T08:00"),
])  # fmt: skip
def test_a_resident_is_asked_an_hour_later_and_never_at_night(resolved: str, expected: str) -> None:
    assert rules.ask_at(a_calendar(), local(resolved)) == local(expected)


@pytest.mark.parametrize(("option", "state", "outcome", "satisfaction"), [
    ("solved_satisfied", State.CLOSED, "solved", "satisfied"),
    ("solved_mostly", State.CLOSED, "solved", "fairly_satisfied"),
    ("solved_dissatisfied", State.ASSIGNED, None, None),
    ("unsolved", State.ASSIGNED, None, None),
])  # fmt: skip
def test_one_digit_is_the_whole_answer(
    option: str, state: State, outcome: str | None, satisfaction: str | None
) -> None:
    ticket, follow_up = asked()
    moved, answered = rules.answer(ticket, follow_up, say(option), at=NOW)
    assert (moved.state, moved.outcome, moved.satisfaction) == (state, outcome, satisfaction)
    assert moved.round == (2 if state is State.ASSIGNED else 1)
    assert (answered.solved, answered.satisfaction) == (ANSWERS[option].solved, ANSWERS[option].satisfaction)
    if state is State.ASSIGNED:
        assert moved.group_id == ticket.group_id
        assert (moved.handler_id, moved.contacted_at, moved.resolved_at) == (None, None, None)


def test_the_reason_may_come_later_and_only_once() -> None:
    _, answered = rules.answer(*asked(), say("unsolved"), at=NOW)
    assert answered.reason == NOT_STATED
    told = rules.with_reason(answered, "partly")
    assert told is not None
    assert (told.reason, told.solved) == ("partly", "partly")
    assert rules.with_reason(told, "slow") is None
    assert rules.with_reason(answered, "because") is None


def test_an_unknown_reason_is_refused() -> None:
    with pytest.raises(Refused, match="reason_unknown"):
        rules.answer(*asked(), say("unsolved", "because"), at=NOW)


def test_who_did_the_work_does_not_judge_it() -> None:
    ticket, _ = asked()
    rules.check_independence(ticket, uuid4(), leads_or_belongs=False)
    for person, leads in ((LEADER, False), (uuid4(), True)):
        with pytest.raises(Refused, match="not_independent"):
            rules.check_independence(ticket, person, leads)


def test_after_seven_days_it_is_given_up_and_shown_apart() -> None:
    ticket, _ = asked()
    assert rules.give_up(ticket, at=NOW).outcome == "unanswered"


@pytest.mark.parametrize("seed", range(10))
def test_no_answer_moves_a_ticket_that_was_not_asked_about_it(seed: int) -> None:
    """A hundred interleavings each of answers (double, stale, late) and reopenings."""
    rng = random.Random(seed)
    for _ in range(100):
        ticket, follow_up = asked()
        follow_ups = {1: follow_up}
        acted: dict[int, int] = {}
        for step in range(20):
            at = NOW + timedelta(hours=step)
            round_ = rng.randint(1, ticket.round)
            happens = rng.choice(["answer", "answer", "reopen", "work"])
            if happens == "answer":
                option = rng.choice(list(ANSWERS))
                before, known = ticket, follow_ups.get(round_)
                if rules.why_it_cannot_act(ticket, known, round_) is None:
                    assert known is not None
                    ticket, follow_ups[round_] = rules.answer(ticket, known, say(option), at=at)
                    acted[round_] = acted.get(round_, 0) + 1
                    assert round_ == before.round
                    assert before.state in AWAITING
            elif happens == "reopen" and Move.REOPEN in ticket.possible_moves:
                ticket = rules.reopen(ticket, by=RESIDENT, at=at, reason="又坏了", by_reporter=False)
            elif ticket.state is State.ASSIGNED:
                resolved = replace(ticket, state=State.RESOLVED)
                fresh = FollowUp(uuid4(), ticket.id, ticket.round)
                ticket, follow_ups[ticket.round] = rules.ask(resolved, fresh, at=at)
        assert all(count == 1 for count in acted.values())
        assert [step.seq for step in ticket.steps] == list(range(2, len(ticket.steps) + 2))


@pytest.mark.parametrize(("state", "answered", "round_", "why"), [
    (State.FOLLOWING_UP, False, 2, "old_round"),
    (State.FOLLOWING_UP, True, 1, "already_answered"),
    (State.CLOSED, False, 1, "closed"),
    (State.IN_PROGRESS, False, 1, "not_asked"),
    (State.FOLLOWING_UP, False, 1, None),
    (State.RESOLVED, False, 1, None),
])  # fmt: skip
def test_why_an_answer_does_not_act(state: State, answered: bool, round_: int, why: str | None) -> None:
    ticket = a_ticket(state=state)
    follow_up = FollowUp(uuid4(), ticket.id, 1, answered_at=NOW if answered else None)
    assert rules.why_it_cannot_act(ticket, follow_up, round_) == why
