"""Which days the story plays on: working days of two months that are past."""

from datetime import date, timedelta

MONDAY = 0
SAFE_DAY_OF_MONTH = 12  # clear of the holidays that begin a month


def month_starts(today: date) -> tuple[date, date]:
    """The first Monday from the 12th on, in the month before last and in the last month."""
    last = today.replace(day=1) - timedelta(days=1)
    before_last = last.replace(day=1) - timedelta(days=1)
    return monday_from(before_last.replace(day=SAFE_DAY_OF_MONTH)), monday_from(last.replace(day=SAFE_DAY_OF_MONTH))


def monday_from(day: date) -> date:
    return day + timedelta(days=(MONDAY - day.weekday()) % 7)
