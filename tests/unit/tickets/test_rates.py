"""Rates against a second implementation, intervals against published values, and what is never said in per cent."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.tickets.domain import clock, interval, rates, trend
from services.tickets.domain.clock import CLASSES, Clock, Reading
from services.tickets.domain.rates import Definition, Facts, Round
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Step
from services.tickets.domain.trend import Counted
from tests.unit.tickets.builders import NOW, a_calendar
from tests.unit.tickets.oracle import Oracle
from tests.unit.tickets.second_rates import month_sums
from tests.unit.tickets.test_sums import a_rated

LIMIT = timedelta(minutes=15)
MONTHS = ("2018-08", "2018-09", "2018-10")
OFF = {datetime(2018, 10, day).date() for day in range(1, 8)}
MADE_UP = {datetime(2018, 9, 29).date(), datetime(2018, 9, 30).date()}


def a_history(rng: random.Random) -> dict[str, Any]:
    """A ticket that has gone any way the table allows, each line written down a little after it happened."""
    at = datetime(2018, 8, 20, tzinfo=UTC) + timedelta(minutes=rng.randrange(60 * 24 * 45))
    ticket: dict[str, Any] = {
        "id": uuid4(),
        "kind": rng.choice(["complaint", "complaint", "need", "idea"]),
        "origin": rng.choice(["resident", "resident", "resident", "patrol"]),
        "class": rng.choice(["urgent", "utility", "utility", "utility"]),
        "rows": [],
    }

    def add(move: str, to: str, round_: int, **details: Any) -> None:
        nonlocal at
        at += timedelta(minutes=rng.choice([1, 7, 45, 400, 3_000]))
        recorded = at + timedelta(seconds=rng.randrange(50))
        row = {"move": move, "to": to, "round": round_, "at": at, "recorded_at": recorded, "details": details}
        ticket["rows"].append(row)

    add("file", "received", 1)
    round_, group = 1, str(uuid4())
    while True:
        if round_ == 1:
            if rng.random() < 0.1:
                add(*rng.choice([("reject", "rejected"), ("withdraw", "withdrawn")]), round_)
                break
            add("assign", "assigned", round_, group_id=group)
        if rng.random() < 0.15:
            break
        add("accept", "accepted", round_, handler_id=str(uuid4()))
        for _ in range(rng.randrange(3)):
            add("record_contact", "accepted", round_, counts=rng.random() < 0.6)
        if rng.random() < 0.1:
            add("withdraw", "withdrawn", round_)
            break
        add("resolve", "resolved", round_)
        if rng.random() < 0.8:
            add("ask", "following_up", round_, ask_no=1)
        way = rng.random()
        if way < 0.15:
            break
        if way < 0.3:
            add("give_up", "closed", round_)
        elif way < 0.6:
            add("answer_solved", "closed", round_, option=rng.choice(["solved_satisfied", "solved_mostly"]))
        else:
            round_ += 1
            add("answer_unsolved", "assigned", round_, option=rng.choice(["unsolved", "solved_dissatisfied"]))
            continue
        if rng.random() < 0.7:
            break
        round_ += 1
        add("reopen", "assigned", round_)
    return ticket


def read(history: Sequence[Step], code: str) -> Mapping[Clock, Reading]:
    return clock.readings(history, a_calendar(), CLASSES[code], LIMIT)


def first_way(tickets: list[dict[str, Any]], month: str, as_of: datetime) -> rates.Rates:
    found: list[Round] = []
    for ticket in tickets:
        rows = [row for row in ticket["rows"] if row["recorded_at"] <= as_of]
        if rows and ticket["kind"] in Definition().kinds and ticket["origin"] not in rates.NOT_RATED_ORIGINS:
            facts = Facts(ticket["id"], "x", None, None, None, "noise", ticket["class"], "page", ticket["origin"])
            found += rates.rounds(facts, [a_step(row, n) for n, row in enumerate(rows)], a_calendar(), read)
    return rates.rates([each for each in found if each.month is not None and f"{each.month:%Y-%m}" == month])


def a_step(row: dict[str, Any], seq: int) -> Step:
    return Step(
        seq, row["round"], Move(row["move"]), None, State(row["to"]), row["at"], None, "", row["details"]
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_a_second_implementation_finds_the_same(seed: int) -> None:
    rng = random.Random(seed)
    tickets = [a_history(rng) for _ in range(60)]
    oracle = Oracle(OFF, MADE_UP)
    for month in MONTHS:
        as_of = datetime(2018, 9, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(60 * 24 * 60))
        found, again = first_way(tickets, month, as_of), month_sums(tickets, month, as_of, oracle)
        told = (found.rounds, found.within, found.late, found.never, found.solved, found.answered, found.asked)
        assert told == tuple(
            again[name] for name in ("rounds", "within", "late", "never", "solved", "answered", "asked")
        )
        moods = (found.satisfied, found.answered_with_satisfaction, found.unanswered)
        assert moods == (again["satisfied"], again["rated"], again["unanswered"])
        assert found.pending == found.asked - found.answered - found.unanswered


def test_the_generated_tickets_are_not_all_alike() -> None:
    tickets = [a_history(random.Random(seed)) for seed in range(200)]
    sums = sum((month_sums(tickets, month, datetime(2019, 1, 1, tzinfo=UTC), Oracle(OFF, MADE_UP)) for month in MONTHS),
               start=month_sums([], "2018-08", NOW, Oracle(OFF, MADE_UP)))  # fmt: skip
    for name in ("within", "late", "never", "solved", "answered", "asked", "satisfied", "unanswered"):
        assert sums[name] >= 10, name


def test_six_of_seven_lies_where_wilson_says() -> None:
    found = interval.wilson(6, 7)
    assert found is not None
    assert (round(100 * found.low, 1), round(100 * found.high, 1)) == (48.7, 97.4)
    assert interval.wilson(0, 0) is None


def test_below_thirty_counts_are_told_and_no_percentage() -> None:
    few = rates.rates([a_rated(solved="solved", satisfaction="satisfied")] * 6 + [a_rated(solved="unsolved")])
    share = rates.shares(few, Definition())["solved"]
    assert (share.words, share.percent) == ("7 件中 6 件", None)
    assert rates.score(rates.shares(few, Definition()), Definition()) is None
    nothing = rates.shares(rates.rates([]), Definition())["solved"]
    assert (nothing.words, nothing.percent, nothing.interval) == ("–", None, None)


def test_the_weights_are_whole_numbers_and_make_the_score() -> None:
    found = rates.rates(
        [a_rated(solved="solved", satisfaction="satisfied")] * 30
        + [a_rated(solved="unsolved", satisfaction="dissatisfied", contacted_at=None)] * 30
    )
    thirds, only_first = Definition(), Definition(weights=(1, 0, 0))
    assert rates.score(rates.shares(found, thirds), thirds) == 50.0
    assert rates.score(rates.shares(found, only_first), only_first) == 50.0


def test_partly_counts_half_only_where_configured_and_then_without_an_interval() -> None:
    found = rates.rates([a_rated(solved="partly")] * 4)
    assert rates.shares(found, Definition())["solved"].hits == 0
    half = rates.shares(found, Definition(partly_counts_half=True))["solved"]
    assert (half.hits, half.interval) == (2, None)


def test_what_is_excluded_is_counted_by_reason_and_nowhere_else() -> None:
    found = rates.rates([a_rated(solved="solved"), a_rated(solved="unsolved", excluded="无法联系上级单位")])
    assert (found.rounds, found.answered) == (1, 1)
    assert found.excluded == {"无法联系上级单位": 1}


def a_line(seq: int, move: Move, to: State, round_: int = 1, **details: str) -> Step:
    return Step(seq, round_, move, None, to, NOW + timedelta(minutes=seq), None, "", details)


def test_the_first_group_answers_for_a_round_until_another_has_accepted() -> None:
    first, second = uuid4(), uuid4()
    facts = Facts(uuid4(), "x", None, None, None, "noise", "urgent", "page", "resident")
    lines = [
        a_line(1, Move.FILE, State.RECEIVED),
        a_line(2, Move.ASSIGN, State.ASSIGNED, group_id=str(first)),
        a_line(3, Move.RETURN, State.RECEIVED),
        a_line(4, Move.ASSIGN, State.ASSIGNED, group_id=str(second)),
    ]
    leads: list[UUID | None] = [rates.rounds(facts, lines, a_calendar(), read)[0].group_id]
    lines.append(a_line(5, Move.ACCEPT, State.ACCEPTED, handler_id=str(uuid4())))
    leads.append(rates.rounds(facts, lines, a_calendar(), read)[0].group_id)
    assert leads == [first, second]


def test_a_later_rejection_leaves_only_the_last_round_out() -> None:
    facts = Facts(uuid4(), "x", None, None, None, "noise", "urgent", "page", "resident")
    lines = [
        a_line(1, Move.FILE, State.RECEIVED),
        a_line(2, Move.ANSWER_UNSOLVED, State.ASSIGNED, 2, option="unsolved"),
        a_line(3, Move.WITHDRAW, State.WITHDRAWN, 2),
    ]
    found = rates.rounds(facts, lines, a_calendar(), read)
    assert [(each.round, each.solved) for each in found] == [(1, "unsolved")]


def test_the_band_begins_with_six_months_and_holds_99_in_100() -> None:
    assert interval.poisson_band([5] * 5) is None
    band = interval.poisson_band([5] * 6)
    assert band == interval.Interval(0, 12)
    assert interval.poisson_band([0] * 12) == interval.Interval(0, 0)
    assert interval.poisson_band([0] * 12 + [9] * 12) == interval.poisson_band([9] * 12)
    assert interval.poisson_band([2_000] * 12) is not None


def test_a_month_outside_the_band_is_unusual() -> None:
    counted = {trend.months_before(datetime(2019, 6, 1).date(), back): Counted(7) for back in range(1, 13)}
    june = datetime(2019, 6, 1).date()
    begun = trend.months_before(june, 12)
    (quiet,) = trend.series(june, june, counted | {june: Counted(0)}, begun=begun)
    (usual,) = trend.series(june, june, counted | {june: Counted(8)}, begun=begun, households={june: 400})
    assert (quiet.unusual, usual.unusual) == (True, False)
    assert (usual.per_100, quiet.per_100) == (2.0, None)
