"""Now, later, or not at all; and the first no ends it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.budget import Balance
from services.notify.domain.caps import Cap, Count, Counted, free_at, minute_of
from services.notify.domain.consent import Statement
from services.notify.domain.decision import CHECKS, Contact, Decision, Emergency, Question, Verdict, decide
from services.notify.domain.hours import SHANGHAI, Hours, next_open, spoken

DAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 3, 2, 23, 15, tzinfo=SHANGHAI)
NOTICE_HOURS = Hours(time(7, 30), time(21, 30))
TEN_A_DAY = Cap(10, timedelta(days=1))


def a_question(**changes: Any) -> Question:
    values: dict[str, Any] = {
        "at": DAY,
        "contact": Contact.OK,
        "topic": "cases",
        "message_class": "notice",
        "refusable": True,
        "said": [],
        "hours": [NOTICE_HOURS],
        "counts": [counted(Counted(DAY, 9))],
    }
    return Question(**(values | changes))


def counted(*rows: Counted) -> Count:
    return Count("notice", rows, [TEN_A_DAY])


def no(topic: str, at: datetime = DAY) -> Statement:
    return Statement(given=False, topic=topic, channel="sms", at=at)


def yes(topic: str, at: datetime = DAY) -> Statement:
    return Statement(given=True, topic=topic, channel="sms", at=at)


def a_balance(spent: int, limit: int = 100, period: str = "day") -> Balance:
    return Balance(UUID(int=1), None, "*", period, limit, spent, 0, UUID(int=1), 1)


def results(decided: Decision) -> dict[str, str]:
    return {one["check"]: one["result"] for one in decided.trace}


def test_what_nothing_forbids_is_sent_with_a_trace_of_every_check() -> None:
    decided = decide(a_question())
    assert decided.verdict is Verdict.SEND
    assert results(decided) == {check.name: "ok" for check in CHECKS}


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"contact": Contact.NO_CONTACT}, Verdict.SUPPRESS, "no_contact"),
        ({"contact": Contact.ERASED}, Verdict.SUPPRESS, "erased"),
        ({"contact": Contact.NO_GUARDIAN}, Verdict.SUPPRESS, "no_guardian"),
        ({"contact": Contact.UNREACHABLE}, Verdict.SUPPRESS, "unreachable"),
        ({"said": [no("cases")]}, Verdict.SUPPRESS, "opted_out"),
        ({"said": [no("*")]}, Verdict.SUPPRESS, "opted_out"),
        ({"needs_consent": True}, Verdict.SUPPRESS, "no_consent"),
        ({"already_read": True}, Verdict.SUPPRESS, "already_read"),
        ({"at": NIGHT}, Verdict.LATER, "hours"),
        ({"hours": [NOTICE_HOURS, Hours(time(22), time(23))]}, Verdict.SUPPRESS, "hours"),
        ({"counts": [counted(Counted(DAY, 10))]}, Verdict.LATER, "cap"),
        ({"counts": [counted(), counted(Counted(DAY, 10))]}, Verdict.LATER, "cap"),
        ({"spaced_from": DAY + timedelta(seconds=2)}, Verdict.LATER, "spacing"),
        ({"balances": [a_balance(99), a_balance(100)]}, Verdict.LATER, "budget"),
        ({"stopped": True}, Verdict.SUPPRESS, "stopped"),
        ({"template_filed": False}, Verdict.PARK, "no_route"),
    ],
)
def test_each_check_says_no_in_its_own_word(changes: dict[str, Any], verdict: Verdict, reason: str) -> None:
    decided = decide(a_question(**changes))
    assert (decided.verdict, decided.reason) == (verdict, reason)
    assert decided.trace[-1]["result"] == reason
    assert all(one["result"] == "ok" for one in decided.trace[:-1])


@pytest.mark.parametrize(
    "changes",
    [
        {"contact": Contact.NOT_ASKED},
        {"contact": Contact.VIA_GUARDIAN},
        {"said": [no("duties")]},
        {"said": [no("cases")], "refusable": False},
        {"said": [yes("cases")], "needs_consent": True},
        {"at": NIGHT, "hours": []},
        {"counts": [counted(Counted(DAY, 9))]},
        {"counts": [counted(Counted(DAY - timedelta(days=1), 10))]},
        {"spaced_from": DAY},
        {"balances": [a_balance(99)]},
    ],
)
def test_what_only_looks_like_a_no_is_sent(changes: dict[str, Any]) -> None:
    assert decide(a_question(**changes)).verdict is Verdict.SEND


def test_a_refusal_comes_before_the_hour() -> None:
    assert decide(a_question(at=NIGHT, said=[no("cases")])).reason == "opted_out"


@pytest.mark.parametrize("changes", [{"said": [no("*")]}, {"needs_consent": True}, {"at": NIGHT}])
def test_an_emergency_in_force_skips_refusals_and_hours(changes: dict[str, Any]) -> None:
    decided = decide(a_question(emergency=Emergency.IN_FORCE, **changes))
    assert decided.verdict is Verdict.SEND
    assert (results(decided)["consent"], results(decided)["preference"]) == ("skipped", "skipped")
    assert decide(a_question(emergency=Emergency.NOT_IN_FORCE, **changes)).verdict is not Verdict.SEND


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"contact": Contact.ERASED}, "erased"),
        ({"counts": [counted(Counted(DAY, 10))]}, "cap"),
        ({"stopped": True}, "stopped"),
    ],
)
def test_an_emergency_skips_nothing_else(changes: dict[str, Any], reason: str) -> None:
    assert decide(a_question(emergency=Emergency.IN_FORCE, **changes)).reason == reason


def test_the_trace_tells_what_each_check_looked_at() -> None:
    said = {one["check"]: one["input"] for one in decide(a_question(balances=[a_balance(7)])).trace}
    assert said["consent"]["standing"] == "silent"
    assert said["preference"]["hours"] == ["07:30-21:30"]
    assert said["caps"] == {"notice": ["9/10"]}
    assert said["budget"] == {"* day": "7/100"}


def test_what_is_over_budget_waits_for_the_next_period() -> None:
    assert decide(a_question(balances=[a_balance(100)])).until == datetime(2026, 3, 3, tzinfo=SHANGHAI)
    monthly = a_question(balances=[a_balance(100), a_balance(100, period="month")])
    assert decide(monthly).until == datetime(2026, 4, 1, tzinfo=SHANGHAI)


def test_one_pair_of_hours_narrows_another_and_never_widens_it() -> None:
    own = Hours(time(6), time(20))
    assert next_open([NOTICE_HOURS, own], DAY.replace(hour=7, minute=0)) == DAY.replace(hour=7, minute=30)
    assert next_open([NOTICE_HOURS, own], DAY.replace(hour=20)) == datetime(2026, 3, 3, 7, 30, tzinfo=SHANGHAI)
    assert next_open([], NIGHT) == NIGHT


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
