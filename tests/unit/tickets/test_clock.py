"""The clocks, against the example of 2018 and against a second clock that shares no code."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from services.tickets.domain import clock
from services.tickets.domain.calendar import Calendar, DayKind
from services.tickets.domain.clock import CLASSES, Clock
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Step
from tests.unit.tickets.builders import SHANGHAI, a_calendar, local
from tests.unit.tickets.oracle import LIMITS, Oracle

QUARTER = timedelta(minutes=15)
SCHEDULES = 1_200


def steps(filed: datetime, assigned: datetime | None = None) -> list[Step]:
    history = [Step(1, 1, Move.FILE, None, State.RECEIVED, filed)]
    if assigned is not None:
        history.append(Step(2, 1, Move.ASSIGN, State.RECEIVED, State.ASSIGNED, assigned))
    return history


def read(history: list[Step], calendar: Calendar, class_code: str) -> dict[Clock, clock.Reading]:
    return clock.readings(history, calendar, CLASSES[class_code], QUARTER)


def test_the_example_of_2018_holds() -> None:
    filed = local("2018-09-28T17:00")
    reading = read(steps(filed, filed), a_calendar(), "general")
    assert reading[Clock.CONTACT].due == local("2018-09-29T17:00")
    assert reading[Clock.RESOLVE].due == local("2018-10-08T18:00")


def test_the_two_tables_of_limits_say_the_same() -> None:
    for code, limits in LIMITS.items():
        for name, (unit, amount) in limits.items():
            limit = CLASSES[code].limits[Clock(name)]
            minutes = amount * 24 * 60 if unit == "days" else amount
            assert limit.amount == timedelta(minutes=minutes), (code, name)


def random_calendar(rng: random.Random) -> tuple[Calendar, Oracle]:
    """Two years with holidays and make-up days thrown in anywhere."""
    year = rng.choice([2016, 2018, 2019, 2023])
    days = [date(year, 1, 1) + timedelta(days=offset) for offset in range(730)]
    off = set(rng.sample([day for day in days if day.weekday() < 5], rng.randint(0, 60)))
    made_up = set(rng.sample([day for day in days if day.weekday() >= 5], rng.randint(0, 30)))
    kinds = dict.fromkeys(off, DayKind.HOLIDAY) | dict.fromkeys(made_up, DayKind.MAKE_UP)
    return Calendar(SHANGHAI, kinds, frozenset({year, year + 1})), Oracle(off, made_up)


@pytest.mark.parametrize("seed", range(12))
def test_both_clocks_agree_on_every_schedule(seed: int) -> None:
    rng = random.Random(seed)
    calendar, oracle = random_calendar(rng)
    first = min(calendar.exceptions, default=date(2018, 1, 1)).year
    for _ in range(SCHEDULES // 12):
        minute = rng.randrange(600 * 24 * 60)
        filed = datetime(first, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
        assigned = rng.choice([None, filed, filed + timedelta(minutes=rng.randrange(3_000))])
        class_code = rng.choice(list(CLASSES))
        reading = read(steps(filed, assigned), calendar, class_code)
        start = oracle.start(filed, assigned, class_code)
        for name in Clock:
            assert reading[name].start == start, (filed, assigned, class_code)
            assert reading[name].due == oracle.due(start, class_code, name.value), (filed, assigned, class_code, name)


def test_due_is_never_before_the_start_and_thresholds_never_go_back() -> None:
    rng = random.Random(7)
    for _ in range(200):
        start = local("2018-01-01T00:00") + timedelta(minutes=rng.randrange(525_600))
        for class_ in CLASSES.values():
            for limit in class_.limits.values():
                points = [clock.after(a_calendar(), start, limit, percent) for percent in (50, 80, 100, 150)]
                assert start <= points[0]
                assert points == sorted(points)


def test_what_is_left_unassigned_starts_to_count_all_the_same() -> None:
    filed = local("2018-09-27T10:00")
    assert read(steps(filed), a_calendar(), "general")[Clock.ACCEPT].start == local("2018-09-27T10:15")
    late = read(steps(filed, local("2018-09-27T16:00")), a_calendar(), "general")
    assert late[Clock.ACCEPT].start == local("2018-09-27T10:15")
    at_night = local("2018-09-27T22:00")
    assert read(steps(at_night), a_calendar(), "general")[Clock.ACCEPT].start == local("2018-09-28T09:15")
    assert read(steps(at_night), a_calendar(), "utility")[Clock.ACCEPT].start == local("2018-09-27T22:15")


def test_no_return_and_no_second_assignment_stops_the_clock_or_starts_it_anew() -> None:
    filed = local("2018-09-27T10:00")
    history = steps(filed, filed)
    due = read(history, a_calendar(), "general")
    history += [
        Step(3, 1, Move.ACCEPT, State.ASSIGNED, State.ACCEPTED, filed + timedelta(minutes=5)),
        Step(4, 1, Move.RETURN, State.ACCEPTED, State.RECEIVED, filed + timedelta(minutes=9)),
        Step(5, 1, Move.ASSIGN, State.RECEIVED, State.ASSIGNED, filed + timedelta(hours=30)),
    ]
    again = read(history, a_calendar(), "general")
    assert [reading.due for reading in again.values()] == [reading.due for reading in due.values()]
    assert again[Clock.ACCEPT].met_at is None


def test_a_later_round_starts_when_it_is_reopened() -> None:
    filed, back = local("2018-09-10T10:00"), local("2018-09-20T11:00")
    history = [*steps(filed, filed), Step(3, 2, Move.ANSWER_UNSOLVED, State.FOLLOWING_UP, State.ASSIGNED, back)]
    assert read(history, a_calendar(), "general")[Clock.ACCEPT].start == back


def test_only_a_contact_that_counts_meets_the_clock() -> None:
    filed = local("2018-09-27T10:00")
    tried = Step(
        3,
        1,
        Move.RECORD_CONTACT,
        State.ASSIGNED,
        State.ASSIGNED,
        filed + timedelta(minutes=5),
        details={"counts": False},
    )
    reached = Step(
        4,
        1,
        Move.RECORD_CONTACT,
        State.ASSIGNED,
        State.ASSIGNED,
        filed + timedelta(minutes=50),
        details={"counts": True},
    )
    assert read([*steps(filed, filed), tried], a_calendar(), "general")[Clock.CONTACT].met_at is None
    met = read([*steps(filed, filed), tried, reached], a_calendar(), "general")[Clock.CONTACT]
    assert met.met_at == reached.at
    assert met.in_time


def test_a_year_without_data_counts_monday_to_friday_and_says_so() -> None:
    calendar = a_calendar()
    assert not calendar.knows(local("2031-05-01T10:00"))
    assert calendar.knows(local("2018-05-01T10:00"))
    assert calendar.works_on(date(2031, 5, 1))
    assert not calendar.works_on(date(2031, 5, 3))


def test_the_minutes_of_the_spans_add_up() -> None:
    calendar = a_calendar()
    start, end = local("2018-09-28T17:00"), local("2018-10-08T18:00")
    spans = calendar.spans(start, end)
    assert sum(span.minutes for span in spans) == (end - start).total_seconds() / 60
    assert [one.end for one in spans[:-1]] == [other.start for other in spans[1:]]
    assert {span.kind for span in spans} == {"working", "closed", "make_up", "holiday"}
    worked = sum(span.minutes for span in spans if span.kind in ("working", "make_up"))
    assert timedelta(minutes=worked) == calendar.working_between(start, end)


def test_a_longer_class_is_known_as_longer() -> None:
    order = ["urgent", "utility", "inquiry", "general", "complex", "idea"]
    ranks = [CLASSES[code].rank for code in order]
    assert ranks == sorted(ranks)
