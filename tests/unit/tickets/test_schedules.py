"""Whole schedules against the second clock: 10,000 of them, with everything that moves a limit."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from services.tickets.domain import clock, pause
from services.tickets.domain.calendar import Calendar, DayKind
from services.tickets.domain.clock import CLASSES, Clock, Limit, Unit
from services.tickets.domain.pause import Pause
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Step
from tests.unit.tickets.builders import SHANGHAI
from tests.unit.tickets.second_clock import SecondClock, Told

SEEDS, EACH = 25, 400
DAYS = 4 * 365
LIVES = {Move.TRIAGE: 2, Move.RECORD_CONTACT: 2, Move.EXTEND: 2, Move.WAIT_FOR_RESIDENT: 4, Move.NUDGE: 1}


def at(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, tz=UTC)


class Schedule:
    """One case lived at random, told to both clocks: as a history to the first, in minutes to the second."""

    def __init__(self, rng: random.Random, second: SecondClock) -> None:
        self.rng = rng
        self.now = second.zero + rng.randrange(500 * 1440)
        self.steps: list[Step] = []
        self.round = 0
        self.class_code = rng.choice(list(CLASSES))

    def write(self, move: Move, state: State, **details: object) -> None:
        step = Step(len(self.steps) + 1, self.round, move, None, state, at(self.now), details=details)
        self.steps.append(step)

    def lived(self) -> Iterator[Told]:
        """What was told of each round, when it is over."""
        for number in range(1, self.rng.choice([2, 2, 3, 4])):
            self.round = number
            first = self.round == 1
            told = Told(self.now, first)
            if first:
                self.write(Move.FILE, State.RECEIVED, **{"class": self.class_code})
                if self.rng.random() < 0.1:
                    yield told
                self.now += self.rng.choice([0, 0, 7, 600, 3_000])
                told.assigned = self.now
                self.write(Move.ASSIGN, State.ASSIGNED)
            else:
                self.write(Move.REOPEN, State.ASSIGNED)
            for _ in range(self.rng.randrange(9)):
                self._something(told)
            self.write(Move.RESOLVE, State.RESOLVED)
            yield told
            self.now += self.rng.randrange(20 * 1440)

    def _something(self, told: Told) -> None:
        self.now += self.rng.choice([0, 30, 200, 1_000, 4_000])
        move = self.rng.choices(list(LIVES), list(LIVES.values()))[0]
        if move is Move.TRIAGE:
            self.class_code = self.rng.choice(list(CLASSES))
            self.write(move, State.IN_PROGRESS, **{"class": self.class_code})
        elif move is Move.EXTEND:
            minutes = self.rng.choice([60, 420, 1_440])
            told.added += minutes
            self.write(move, State.IN_PROGRESS, minutes=minutes)
        elif move is Move.WAIT_FOR_RESIDENT:
            self._wait(told)
        else:
            self.write(move, State.IN_PROGRESS)

    def _wait(self, told: Told) -> None:
        begin, named = self.now, self.now + self.rng.choice([1, 300, 1_440, 4_321, 20_000])
        self.write(Move.WAIT_FOR_RESIDENT, State.WAITING_RESIDENT, until=at(named).isoformat())
        self.now += self.rng.choice([0, 45, 700, 2_000, 25_000])
        self.write(Move.RESUME, State.IN_PROGRESS)
        told.waits.append((begin, named, self.now))


def both_calendars(rng: random.Random) -> tuple[Calendar, SecondClock]:
    """Some years with holidays and make-up days thrown in anywhere."""
    first = date(rng.choice([2016, 2019, 2023]), 1, 1)
    days = [first + timedelta(days=offset) for offset in range(DAYS)]
    off = set(rng.sample([day for day in days if day.weekday() < 5], rng.randint(0, 120)))
    made_up = set(rng.sample([day for day in days if day.weekday() >= 5], rng.randint(0, 60)))
    kinds = dict.fromkeys(off, DayKind.HOLIDAY) | dict.fromkeys(made_up, DayKind.MAKE_UP)
    return Calendar(SHANGHAI, kinds, frozenset()), SecondClock(first, DAYS, off, made_up)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_both_clocks_agree_on_every_schedule_lived(seed: int) -> None:
    rng = random.Random(seed)
    calendar, second = both_calendars(rng)
    for _ in range(EACH):
        schedule = Schedule(rng, second)
        for told in schedule.lived():
            code = clock.class_code(schedule.steps)
            assert code == schedule.class_code
            readings = clock.readings(schedule.steps, calendar, CLASSES[code], timedelta(minutes=15))
            for name, reading in readings.items():
                assert reading.start == at(second.start(told, code)), schedule.steps
                assert reading.due == at(second.due(told, code, name.value)), (name, schedule.steps)
                assert reading.due >= reading.start


def test_the_second_clock_knows_the_example_of_2018() -> None:
    holidays = {date(2018, 10, day) for day in range(1, 8)}
    second = SecondClock(date(2018, 1, 1), 400, holidays, {date(2018, 9, 29), date(2018, 9, 30)})
    begun = int(datetime(2018, 9, 28, 9, tzinfo=UTC).timestamp()) // 60
    told = Told(begun, first=True, assigned=begun)
    assert at(second.due(told, "general", "contact")) == datetime(2018, 9, 29, 9, tzinfo=UTC)
    assert at(second.due(told, "general", "resolve")) == datetime(2018, 10, 8, 10, tzinfo=UTC)


@pytest.mark.parametrize("unit", list(Unit))
def test_so_much_paused_shifts_the_due_by_so_much(unit: Unit) -> None:
    rng = random.Random(unit.value)
    calendar, second = both_calendars(rng)
    for _ in range(300):
        start = at(second.zero + rng.randrange(300 * 1440))
        limit = Limit(timedelta(minutes=rng.choice([60, 420, 4_200])), unit)
        begin = start + timedelta(minutes=rng.randrange(60))
        stands = Pause(begin, begin + timedelta(minutes=rng.randrange(1, 9_000)))
        due = clock.after(calendar, start, limit, pauses=[stands])
        if unit is Unit.WORKING:
            paused = calendar.working_between(stands.start, stands.end)
            assert calendar.working_between(start, due) == limit.amount + paused
        else:
            longer = Limit(limit.amount + (stands.end - stands.start), unit)
            assert due == clock.after(calendar, start, longer)


def test_two_pauses_that_touch_are_one_and_notes_change_nothing() -> None:
    rng = random.Random(3)
    calendar, second = both_calendars(rng)
    for _ in range(300):
        start = at(second.zero + rng.randrange(300 * 1440))
        middle, end = (start + timedelta(minutes=minutes) for minutes in sorted(rng.sample(range(1, 30_000), 2)))
        far = (end + timedelta(days=9)).isoformat()
        filed = Step(1, 1, Move.FILE, None, State.RECEIVED, start)
        wait = Step(2, 1, Move.WAIT_FOR_EXTERNAL, None, State.WAITING_EXTERNAL, start, details={"until": far})
        nudge = Step(3, 1, Move.NUDGE, None, State.WAITING_EXTERNAL, middle)
        word = Step(4, 1, Move.RESUME, None, State.IN_PROGRESS, middle)
        again = Step(5, 1, Move.WAIT_FOR_EXTERNAL, None, State.WAITING_EXTERNAL, middle, details={"until": far})
        back = Step(6, 1, Move.RESUME, None, State.IN_PROGRESS, end)
        assert pause.pauses([filed, wait, back], calendar) == pause.pauses(
            [filed, wait, nudge, word, again, back], calendar
        )


def test_a_pause_that_begins_after_the_limit_undoes_nothing() -> None:
    calendar = Calendar(SHANGHAI, {}, frozenset())
    start = datetime(2018, 9, 3, 2, tzinfo=UTC)
    for class_ in CLASSES.values():
        limit = class_.limits[Clock.RESOLVE]
        due = clock.after(calendar, start, limit)
        late = Pause(due, due + timedelta(days=3))
        assert clock.after(calendar, start, limit, pauses=[late]) == due
        early = Pause(due - timedelta(minutes=1), due + timedelta(days=3))
        assert clock.after(calendar, start, limit, pauses=[early]) > due


def test_no_more_is_waited_than_the_budget_holds() -> None:
    calendar = Calendar(SHANGHAI, {}, frozenset())
    start = datetime(2018, 9, 3, 1, tzinfo=UTC)
    filed = Step(1, 1, Move.FILE, None, State.RECEIVED, start)
    far = (start + timedelta(days=90)).isoformat()
    wait = Step(2, 1, Move.WAIT_FOR_RESIDENT, None, State.WAITING_RESIDENT, start, details={"until": far})
    (stands,) = pause.pauses([filed, wait], calendar)
    assert stands.end == datetime(2018, 9, 11, 10, tzinfo=UTC)
    assert pause.budget_left([filed, wait], calendar) == timedelta()
