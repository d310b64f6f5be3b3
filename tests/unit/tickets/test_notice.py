"""The official notice of a year: taken whole, or refused with the lines that are wrong."""

from collections import defaultdict
from datetime import date

import pytest

from chassis.refused import Refused
from services.tickets.domain.calendar import DayKind
from services.tickets.domain.notice import read_notice
from services.tickets.store.reference import seed_rows

HEAD = "from,to,kind,name\n"
GOOD = HEAD + "2031-10-01,2031-10-07,holiday,国庆\n2031-09-28,,make_up,国庆\n2031-01-01,,holiday,元旦\n"


def test_a_notice_gives_every_day_of_its_stretches() -> None:
    days = read_notice(GOOD, 2031)
    assert len(days) == 9
    assert days[date(2031, 10, 3)] == (DayKind.HOLIDAY, "国庆")
    assert days[date(2031, 9, 28)] == (DayKind.MAKE_UP, "国庆")


@pytest.mark.parametrize(("lines", "code"), [
    ("2031-10-01,2031-10-03,holiday,国庆\n2031-10-05,2031-10-07,holiday,国庆\n", "hole"),
    ("2031-10-01,2031-10-07,holiday,国庆\n2031-10-06,,holiday,中秋\n", "overlap"),
    ("2031-10-01,2031-10-07,holiday,国庆\n2031-10-05,,make_up,国庆\n", "overlap"),
    ("2031-10-08,,make_up,国庆\n", "make_up_on_a_weekday"),
    ("2031-10-07,2031-10-01,holiday,国庆\n", "stretch_impossible"),
    ("2030-10-01,2030-10-07,holiday,国庆\n", "outside_the_year"),
    ("2031-02-30,,holiday,春节\n", "day_unreadable"),
    ("2031-10-01,,party,国庆\n", "kind_unknown"),
    ("2031-10-01,,holiday,\n", "name_missing"),
    ("", "no_days"),
])  # fmt: skip
def test_what_is_wrong_is_refused_with_its_line_and_nothing_is_taken(lines: str, code: str) -> None:
    with pytest.raises(Refused, match="calendar_invalid") as refused:
        read_notice(HEAD + lines, 2031)
    assert refused.value.status == 422
    assert code in [each["code"] for each in refused.value.errors]


def test_the_seeded_years_are_notices_that_would_be_taken() -> None:
    years: dict[int, list[str]] = defaultdict(list)
    for row in seed_rows("calendar_days.csv"):
        years[int(row["day"][:4])].append(f"{row['day']},{row['kind']},{row['name']}")
    assert set(range(2017, 2027)) <= set(years)
    for year, lines in years.items():
        assert len(read_notice("day,kind,name\n" + "\n".join(lines), year)) == len(lines)
