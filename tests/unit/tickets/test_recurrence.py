"""On which days a walk comes round."""

from datetime import date, timedelta

import pytest

from chassis.refused import Refused
from services.tickets.domain.recurrence import read_rule

FIRST = date(2026, 1, 1)


def days(rule: str, count: int = 8, first: date = FIRST, begin: date = FIRST) -> list[str]:
    found = read_rule(rule).days(first, begin, begin + timedelta(days=800))
    return [day.isoformat()[2:] for day, _ in zip(found, range(count), strict=False)]


@pytest.mark.parametrize(("rule", "expected"), [
    ("FREQ=DAILY", ["26-01-01", "26-01-02", "26-01-03"]),
    ("RRULE:FREQ=DAILY;INTERVAL=3", ["26-01-01", "26-01-04", "26-01-07"]),
    ("FREQ=DAILY;UNTIL=20260102", ["26-01-01", "26-01-02"]),
    ("FREQ=WEEKLY;BYDAY=TH", ["26-01-01", "26-01-08", "26-01-15"]),
    ("FREQ=WEEKLY;BYDAY=TU,SA", ["26-01-03", "26-01-06", "26-01-10"]),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", ["26-01-01", "26-01-12", "26-01-15"]),
    ("FREQ=MONTHLY;BYMONTHDAY=31", ["26-01-31", "26-03-31", "26-05-31"]),
    ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15,29", ["26-01-15", "26-01-29", "26-03-15"]),
])  # fmt: skip
def test_a_rule_gives_its_days(rule: str, expected: list[str]) -> None:
    assert days(rule, len(expected)) == expected


def test_two_weeks_are_counted_from_the_first_day_and_not_from_the_one_asked_for() -> None:
    assert days("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", 2, begin=date(2026, 1, 8)) == ["26-01-15", "26-01-29"]


@pytest.mark.parametrize("rule", [
    "",
    "FREQ=YEARLY",
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=",
    "FREQ=WEEKLY;BYDAY=XX",
    "FREQ=DAILY;BYDAY=MO",
    "FREQ=DAILY;COUNT=3",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=MONTHLY;BYMONTHDAY=32",
    "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=MO",
    "FREQ=DAILY;UNTIL=someday",
])  # fmt: skip
def test_what_is_not_of_the_subset_is_refused(rule: str) -> None:
    with pytest.raises(Refused, match="recurrence_unreadable") as refused:
        read_rule(rule)
    assert refused.value.status == 422
