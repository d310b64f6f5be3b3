"""Asking and answering: who is believed, and when."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from chassis.refused import Refused
from services.tickets.domain import call, closing
from services.tickets.domain import follow_up as rules
from services.tickets.domain.follow_up import ANSWERS, NOT_STATED, Answer, FollowUp
from services.tickets.domain.profile import Kind
from services.tickets.domain.state import AWAITING, Move, State
from services.tickets.domain.ticket import Ticket
from tests.unit.tickets.builders import LEADER, NOW, RESIDENT, SECRETARY, a_calendar, a_ticket, local


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


class Case:
    """One case with everything that may come in about it, in any order."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.now = rng, NOW
        self.ticket, first = asked()
        self.follow_ups = {1: first}
        self.acted: dict[int, int] = {}

    def live(self, steps: int) -> None:
        doors = [self.answer, self.answer, self.answer, self.remind, self.reopen, self.work, self.end, self.look_back]
        for _ in range(steps):
            self.now += timedelta(hours=self.rng.choice([0, 1, 30, 700]))
            self.rng.choice(doors)()

    def answer(self) -> None:
        """By text, by link, in her pages, on the telephone: of any round, double, stale or late."""
        round_ = self.rng.randint(1, self.ticket.round)
        before, known = self.ticket, self.follow_ups.get(round_)
        if rules.why_it_cannot_act(self.ticket, known, round_) is not None:
            return
        assert known is not None
        option, door = self.rng.choice(list(ANSWERS)), self.rng.choice(["reporter", "verifier"])
        given = Answer(option, RESIDENT, door, self.rng.choice(["sms", "page", "call"]))
        self.ticket, self.follow_ups[round_] = rules.answer(self.ticket, known, given, at=self.now)
        self.acted[round_] = self.acted.get(round_, 0) + 1
        assert round_ == before.round
        assert before.state in AWAITING

    def remind(self) -> None:
        known = self.follow_ups.get(self.ticket.round)
        if known is not None and self.ticket.state is State.FOLLOWING_UP:
            self.follow_ups[self.ticket.round] = rules.remind(known)

    def reopen(self) -> None:
        if Move.REOPEN in self.ticket.possible_moves:
            again = rules.reopen(self.ticket, by=RESIDENT, at=self.now, reason="又坏了", by_reporter=False)
            self.ticket = again

    def work(self) -> None:
        if self.ticket.state is State.ASSIGNED:
            done = replace(self.ticket, state=State.RESOLVED)
            if self.rng.random() < 0.2:
                self.ticket = replace(closing.retract(done, by=LEADER, at=self.now), state=State.ASSIGNED)
                return
            fresh = FollowUp(uuid4(), done.id, done.round)
            self.ticket, self.follow_ups[done.round] = rules.ask(done, fresh, at=self.now)

    def end(self) -> None:
        """Given up, concluded by the secretary, or merged into another."""
        if self.ticket.state is State.FOLLOWING_UP and self.rng.random() < 0.3:
            self.ticket = rules.give_up(self.ticket, at=self.now)
        elif Move.CONCLUDE in self.ticket.possible_moves and self.ticket.round >= 3 and self.rng.random() < 0.3:
            self.ticket = closing.conclude(self.ticket, finding="不能再办", by=SECRETARY, at=self.now)
            known = self.follow_ups.get(self.ticket.round) or FollowUp(uuid4(), self.ticket.id, self.ticket.round)
            self.follow_ups[self.ticket.round] = closing.concluded(known, by=SECRETARY, at=self.now)
        elif Move.MERGE in self.ticket.possible_moves and self.rng.random() < 0.05:
            self.ticket = self.ticket.moved(Move.MERGE, at=self.now, by=LEADER)

    def look_back(self) -> None:
        closed_at = self.ticket.closed_at
        if self.ticket.state is State.CLOSED and closed_at and self.now >= closed_at + closing.LOOK_BACK_AFTER:
            self.ticket = closing.look_back(self.ticket, result="holds", by=SECRETARY, at=self.now)


@pytest.mark.parametrize("seed", range(10))
def test_no_answer_moves_a_ticket_that_was_not_asked_about_it(seed: int) -> None:
    """A thousand interleavings each of answers through every door, reopenings, merges, and the ends of a case."""
    rng = random.Random(seed)
    for _ in range(1_000):
        case = Case(rng)
        case.live(16)
        assert all(count == 1 for count in case.acted.values())
        steps = case.ticket.steps
        answers = [step.move for step in steps if step.move in (Move.ANSWER_SOLVED, Move.ANSWER_UNSOLVED)]
        assert len(answers) == len(case.acted)
        assert [step.seq for step in steps] == sorted({step.seq for step in steps})


@pytest.mark.parametrize(("kind", "once"), [(Kind.INQUIRY, True), (Kind.COMPLAINT, False), (Kind.NEED, False)])
def test_who_asked_a_question_is_asked_only_once(kind: Kind, once: bool) -> None:
    assert rules.is_asked_once_only(kind) is once


@pytest.mark.parametrize(("tried", "again"), [
    ("2018-09-27T09:00", "2018-09-27T12:00"),
    ("2018-09-27T11:59", "2018-09-27T12:00"),
    ("2018-09-27T12:00", "2018-09-28T08:00"),
    ("2018-09-27T20:00", "2018-09-28T08:00"),
])  # fmt: skip
def test_the_second_call_is_made_on_another_half_day(tried: str, again: str) -> None:
    assert call.next_half_day(a_calendar(), local(tried)) == local(again)


def test_a_tenth_is_looked_back_at_and_what_concerns_the_weak_always() -> None:
    chosen = sum(closing.is_looked_back_at(a_ticket()) for _ in range(2_000))
    assert 120 < chosen < 290
    assert closing.is_looked_back_at(a_ticket(category="hardship"))
    assert not closing.is_looked_back_at(a_ticket(category="hardship", reporter_id=None))


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
