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


# The constants of chinesecalendar --------------------------------------------------------------------------------

NAMES = {"元旦": "new_years_day", "春节": "spring_festival", "国庆节": "national_day"}
ENTRY = "    datetime.date(year={0.year}, month={0.month}, day={0.day}): Holiday.{1}.value,"


def constants(holidays: dict[date, str], workdays: dict[date, str]) -> str:
    lines = ["# -*- coding: utf-8 -*-", "class Holiday(Enum):", "    def __new__(cls, english, chinese, days):"]
    lines += [f'    {name} = "In English", "{word}", 1' for word, name in NAMES.items()]
    for section, days in (("holidays", holidays), ("workdays", workdays), ("in_lieu_days", holidays)):
        lines += ["", section + " = {", *(ENTRY.format(day, NAMES[word]) for day, word in days.items()), "}"]
    return "\n".join(lines) + "\n"


FESTIVAL = {date(2031, 10, day): "国庆节" for day in range(1, 8)}
OTHER_YEAR = {date(2030, 1, 1): "元旦"}
WORKED = {date(2031, 9, 28): "国庆节"}


def test_the_librarys_constants_give_the_days_of_one_year() -> None:
    days = read_notice(constants(OTHER_YEAR | FESTIVAL, WORKED), 2031)
    assert len(days) == 8
    assert days[date(2031, 10, 3)] == (DayKind.HOLIDAY, "国庆节")
    assert days[date(2031, 9, 28)] == (DayKind.MAKE_UP, "国庆节")
    assert read_notice(constants(OTHER_YEAR | FESTIVAL, WORKED), 2030) == {date(2030, 1, 1): (DayKind.HOLIDAY, "元旦")}


def test_a_sunday_the_library_leaves_out_is_no_hole() -> None:
    assert len(read_notice(constants({date(2011, 6, 4): "国庆节", date(2011, 6, 6): "国庆节"}, {}), 2011)) == 2


@pytest.mark.parametrize(("text", "code"), [
    (constants(OTHER_YEAR, {}), "no_days"),
    (constants({date(2031, 10, 1): "国庆节", date(2031, 10, 3): "国庆节"}, {}), "hole"),
    (constants(FESTIVAL, {date(2031, 10, 4): "国庆节"}), "overlap"),
    (constants(FESTIVAL, {date(2031, 10, 8): "国庆节"}), "make_up_on_a_weekday"),
    (constants(FESTIVAL, {}).replace("month=10, day=3", "month=13, day=3"), "day_unreadable"),
    (constants(FESTIVAL, {}).replace("day=3)", "day=3 + 0)"), "day_unreadable"),
    (constants(FESTIVAL, {}).replace("Holiday.national_day.value,\n    datetime.date(year=2031, month=10, day=4)",
                                     "Holiday.unknown.value,\n    datetime.date(year=2031, month=10, day=4)"),
     "day_unreadable"),
])  # fmt: skip
def test_constants_with_a_fault_are_refused_whole(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_notice(text, 2031)
    assert code in {each["code"] for each in refused.value.errors}


def test_every_seeded_year_reads_the_same_from_the_constants() -> None:
    seeded: dict[int, dict[date, tuple[DayKind, str]]] = defaultdict(dict)
    for row in seed_rows("calendar_days.csv"):
        day = date.fromisoformat(row["day"])
        seeded[day.year][day] = (DayKind(row["kind"]), row["name"])
        NAMES.setdefault(row["name"], f"named_{len(NAMES)}")
    for year, days in seeded.items():
        of = {kind: {day: name for day, (known, name) in days.items() if known is kind} for kind in DayKind}
        assert read_notice(constants(of[DayKind.HOLIDAY], of[DayKind.MAKE_UP]), year) == days
