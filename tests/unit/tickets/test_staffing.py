"""The model of waiting: cases in the order they came, so many hands, each case as long as it took."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.tickets.domain import clock, staffing
from services.tickets.domain.clock import CLASSES, Clock
from services.tickets.domain.staffing import Work
from services.tickets.domain.state import Move, State
from services.tickets.domain.ticket import Step
from tests.unit.tickets.builders import a_calendar, local

FIRST, SECOND = uuid4(), uuid4()
MORNING = local("2018-09-10T09:00")


def a_work(came: float, hours: float, due: float, *, by: UUID = FIRST, by_wall: bool = True) -> Work:
    """In hours after nine in the morning; done as if a hand had been free."""
    at = [MORNING + timedelta(hours=each) for each in (came, came + hours, due)]
    return Work(at[0], by, timedelta(hours=hours), by_wall, at[1], at[2])


@pytest.mark.parametrize(("hands", "in_time"), [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_with_more_hands_less_is_waited(hands: int, in_time: int) -> None:
    works = [a_work(0, 4, 4), a_work(1, 4, 5), a_work(2, 4, 6)]
    assert staffing.kept(works) == 3
    assert staffing.kept_with(works, hands, a_calendar()) == in_time


def test_who_came_first_is_begun_first_however_they_are_listed() -> None:
    works = [a_work(3, 1, 5), a_work(0, 4, 4)]
    assert staffing.kept_with(works, 1, a_calendar()) == 2
    assert staffing.kept_with([a_work(3, 1, 4.5), a_work(0, 4, 4)], 1, a_calendar()) == 1


def test_a_hand_that_has_nothing_to_do_waits_for_the_next_case() -> None:
    assert staffing.kept_with([a_work(0, 1, 1), a_work(20, 1, 21)], 1, a_calendar()) == 2


def test_work_goes_on_in_working_hours_only() -> None:
    """Four hours from 16:00 end at 11:00 of the next working day."""
    late = a_work(7, 4, 26, by_wall=False)
    assert staffing.kept_with([late], 1, a_calendar()) == 1
    assert staffing.kept_with([a_work(7, 4, 25.9, by_wall=False)], 1, a_calendar()) == 0


def test_each_person_counts_once() -> None:
    assert staffing.handlers([a_work(0, 1, 1), a_work(1, 1, 2), a_work(2, 1, 3, by=SECOND)]) == 2
    assert staffing.handlers([]) == 0


def a_history(*moves: tuple[Move, State, datetime]) -> list[Step]:
    details = {Move.ACCEPT: {"handler_id": str(FIRST)}, Move.FILE: {"class": "general"}}
    return [
        Step(at, 1, move, None, to, when, None, "", details.get(move, {}))
        for at, (move, to, when) in enumerate(moves, 1)
    ]


def test_a_cases_work_goes_from_acceptance_to_result() -> None:
    lines = a_history(
        (Move.FILE, State.RECEIVED, MORNING),
        (Move.ASSIGN, State.ASSIGNED, MORNING + timedelta(minutes=10)),
        (Move.ACCEPT, State.ACCEPTED, MORNING + timedelta(hours=2)),
        (Move.RESOLVE, State.RESOLVED, MORNING + timedelta(hours=6)),
    )
    reading = clock.readings(lines, a_calendar(), CLASSES["general"], timedelta(minutes=15))[Clock.RESOLVE]
    work = staffing.work_of(lines, reading, "general", a_calendar())
    assert work is not None
    assert (work.came_at, work.length, work.handler_id) == (
        MORNING + timedelta(minutes=10), timedelta(hours=2), FIRST,
    )  # fmt: skip
    urgent = staffing.work_of(lines, reading, "urgent", a_calendar())
    assert urgent is not None
    assert urgent.length == timedelta(hours=4)
    unfinished = clock.readings(lines[:3], a_calendar(), CLASSES["general"], timedelta(minutes=15))[Clock.RESOLVE]
    assert staffing.work_of(lines[:3], unfinished, "general", a_calendar()) is None
    assert MORNING.tzinfo is UTC
