"""Now, later, or not at all; and the first no ends it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.caps import Cap, Counted, free_at, minute_of
from services.notify.domain.decision import CHECKS, Contact, Question, Verdict, decide
from services.notify.domain.hours import SHANGHAI, Hours, spoken

DAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 3, 2, 23, 15, tzinfo=SHANGHAI)
NOTICE_HOURS = Hours(time(7, 30), time(21, 30))
TEN_A_DAY = Cap(10, timedelta(days=1))


def a_question(**changes: Any) -> Question:
    values: dict[str, Any] = {
        "at": DAY,
        "contact": Contact.OK,
        "topic": "cases",
        "refusable": True,
        "opted_out": frozenset(),
        "hours": NOTICE_HOURS,
        "counted": [],
        "caps": [TEN_A_DAY],
    }
    return Question(**(values | changes))


def test_what_nothing_forbids_is_sent_with_a_trace_of_every_check() -> None:
    decided = decide(a_question())
    assert decided.verdict is Verdict.SEND
    assert decided.trace == tuple((name, "ok") for name, _ in CHECKS)


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"contact": Contact.NO_CONTACT}, Verdict.SUPPRESS, "no_contact"),
        ({"contact": Contact.ERASED}, Verdict.SUPPRESS, "erased"),
        ({"contact": Contact.UNREACHABLE}, Verdict.SUPPRESS, "unreachable"),
        ({"opted_out": frozenset({"cases"})}, Verdict.SUPPRESS, "opted_out"),
        ({"opted_out": frozenset({"*"})}, Verdict.SUPPRESS, "opted_out"),
        ({"at": NIGHT}, Verdict.LATER, "hours"),
        ({"counted": [Counted(DAY, 10)]}, Verdict.LATER, "cap"),
        ({"stopped": True}, Verdict.SUPPRESS, "stopped"),
        ({"template_filed": False}, Verdict.PARK, "no_route"),
    ],
)
def test_each_check_says_no_in_its_own_word(changes: dict[str, Any], verdict: Verdict, reason: str) -> None:
    decided = decide(a_question(**changes))
    assert (decided.verdict, decided.reason) == (verdict, reason)
    assert decided.trace[-1][1] == reason


@pytest.mark.parametrize(
    "changes",
    [
        {"contact": Contact.NOT_ASKED},
        {"opted_out": frozenset({"duties"})},
        {"opted_out": frozenset({"cases"}), "refusable": False},
        {"at": NIGHT, "hours": None},
        {"counted": [Counted(DAY, 9)]},
        {"counted": [Counted(DAY - timedelta(days=1), 10)]},
    ],
)
def test_what_only_looks_like_a_no_is_sent(changes: dict[str, Any]) -> None:
    assert decide(a_question(**changes)).verdict is Verdict.SEND


def test_a_refusal_comes_before_the_hour() -> None:
    assert decide(a_question(at=NIGHT, opted_out=frozenset({"cases"}))).reason == "opted_out"


@pytest.mark.parametrize(
    ("clock", "opens"),
    [
        ((7, 29), (2, 7, 30)),
        ((7, 30), (2, 7, 30)),
        ((12, 0), (2, 12, 0)),
        ((21, 29), (2, 21, 29)),
        ((21, 30), (3, 7, 30)),
        ((23, 59), (3, 7, 30)),
    ],
)
def test_notices_go_out_between_half_past_seven_and_half_past_nine(
    clock: tuple[int, int], opens: tuple[int, int, int]
) -> None:
    at = datetime(2026, 3, 2, *clock, tzinfo=SHANGHAI).astimezone(UTC)
    assert NOTICE_HOURS.next_open(at) == datetime(2026, 3, *opens, tzinfo=SHANGHAI)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))
def test_the_next_open_moment_is_open_and_never_more_than_a_night_away(naive: datetime) -> None:
    at = naive.replace(tzinfo=UTC)
    opens = NOTICE_HOURS.next_open(at)
    assert NOTICE_HOURS.next_open(opens) == opens
    assert timedelta(0) <= opens - at <= timedelta(hours=10)


def test_a_time_is_told_as_people_say_it() -> None:
    assert spoken(datetime(2026, 11, 24, 10, 30, tzinfo=UTC)) == "11月24日18:30"


def test_a_cap_opens_again_when_enough_has_left_its_window() -> None:
    codes = [Cap(1, timedelta(minutes=1)), Cap(5, timedelta(hours=1))]
    minute = timedelta(minutes=1)
    assert free_at([], codes, DAY) == DAY
    assert free_at([Counted(DAY, 1)], codes, DAY + timedelta(seconds=30)) == DAY + minute
    assert free_at([Counted(DAY + n * minute, 1) for n in range(5)], codes, DAY + 5 * minute) == DAY + timedelta(
        hours=1
    )


@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(1, 3)), max_size=40), st.integers(1, 12))
def test_when_a_cap_opens_there_is_room_and_not_before(rows: list[tuple[int, int]], most: int) -> None:
    counted = [Counted(DAY - timedelta(minutes=ago), many) for ago, many in rows]
    cap = Cap(most, timedelta(days=1))
    opens = free_at(counted, [cap], DAY)
    assert sum(c.count for c in counted if c.minute > opens - cap.window) < most
    if opens > DAY:
        just_before = opens - timedelta(seconds=1)
        assert sum(c.count for c in counted if c.minute > just_before - cap.window) >= most


def test_a_text_is_counted_in_its_minute() -> None:
    assert minute_of(DAY + timedelta(seconds=59, microseconds=5)) == DAY
