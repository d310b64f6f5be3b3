"""The book's days are those of Asia/Shanghai."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.funds.domain.period import ZONE, day_of, next_month_begins, number_of


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2028, 2, 28, 16, 0, tzinfo=UTC), date(2028, 2, 29)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_turns_at_midnight_in_shanghai(moment: datetime, day: date) -> None:
    assert day_of(moment) == day


@given(some.dates(date(2026, 1, 1), date(2100, 1, 1)))
def test_the_next_month_begins_right_after_the_last_second_of_this_one(day: date) -> None:
    begins = next_month_begins(day)
    assert number_of(day_of(begins - timedelta(seconds=1))) == number_of(day)
    assert number_of(day_of(begins)) != number_of(day)
    assert begins.astimezone(ZONE).day == 1
