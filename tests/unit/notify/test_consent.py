"""Where somebody stands on a topic: the stricter reading wins, and a way back opens only what was closed."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.budget import Balance, next_period, paying, period_start
from services.notify.domain.consent import Standing, Statement, last_refused, standing

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
GIVEN, REFUSED, SILENT = Standing.GIVEN, Standing.REFUSED, Standing.SILENT


def said(*words: str) -> list[Statement]:
    """`+cases` is a yes, `-cases` a no, each an hour after the one before."""
    return [Statement(word[0] == "+", word[1:], "sms", NOW + timedelta(hours=n)) for n, word in enumerate(words)]


@pytest.mark.parametrize(
    ("statements", "topic", "message_class", "stands"),
    [
        ([], "cases", "notice", SILENT),
        (["+cases"], "cases", "notice", GIVEN),
        (["-cases"], "cases", "notice", REFUSED),
        (["-duties"], "cases", "notice", SILENT),
        (["-*"], "cases", "notice", REFUSED),
        (["-cases", "+cases"], "cases", "notice", GIVEN),
        (["+cases", "-cases"], "cases", "notice", REFUSED),
        (["-*", "+cases"], "cases", "notice", GIVEN),
        (["-*", "+*"], "cases", "notice", SILENT),
        (["-cases", "+*"], "cases", "notice", REFUSED),
        (["-promotion"], "activities", "promotion", REFUSED),
        (["-promotion"], "activities", "notice", SILENT),
        (["+activities", "-promotion"], "activities", "promotion", REFUSED),
        (["+activities", "-*", "+*"], "activities", "mutual-aid", GIVEN),
    ],
)
def test_statements_come_to_one_standing(
    statements: list[str], topic: str, message_class: str, stands: Standing
) -> None:
    assert standing(said(*statements), topic, message_class, "sms") is stands


def test_a_no_and_a_yes_of_one_moment_are_a_no() -> None:
    both = [Statement(True, "cases", "sms", NOW), Statement(False, "cases", "sms", NOW)]
    assert standing(both, "cases", "notice", "sms") is REFUSED


def test_a_channel_is_refused_alone_or_with_all() -> None:
    assert standing([Statement(False, "cases", "email", NOW)], "cases", "notice", "sms") is SILENT
    assert standing([Statement(False, "cases", "*", NOW)], "cases", "notice", "sms") is REFUSED


STATEMENTS = st.lists(
    st.builds(
        Statement,
        st.booleans(),
        st.sampled_from(["cases", "duties", "promotion", "*"]),
        st.sampled_from(["sms", "email", "*"]),
        st.integers(0, 5).map(lambda n: NOW + timedelta(hours=n)),
    ),
    max_size=8,
)


@given(STATEMENTS, STATEMENTS)
def test_when_two_people_become_one_the_stricter_wins(one: list[Statement], other: list[Statement]) -> None:
    """A no that neither took back after it was said is a no of both together."""
    last = max((s.at for s in (*one, *other)), default=NOW)
    final = Statement(False, "cases", "sms", last)
    assert standing([*one, *other, final], "cases", "notice", "sms") is REFUSED


@given(STATEMENTS)
def test_the_order_in_which_rows_are_read_changes_nothing(rows: list[Statement]) -> None:
    assert standing(rows, "cases", "notice", "sms") is standing(rows[::-1], "cases", "notice", "sms")


@pytest.mark.parametrize(
    ("statements", "last"),
    [([], []), (["-cases"], ["cases"]), (["-cases", "-*"], ["*"]), (["-cases", "-*", "+*"], ["cases"]),
     (["-cases", "+cases"], [])],
)  # fmt: skip
def test_a_way_back_opens_what_was_closed_last(statements: list[str], last: list[str]) -> None:
    assert last_refused(said(*statements), "sms") == last


def a_balance(community: UUID | None, message_class: str, spent: int = 0) -> Balance:
    return Balance(UUID(int=1), community, message_class, "day", 100, spent, 0, UUID(int=1), 1)


def test_codes_and_emergencies_count_against_the_budgets_of_everybody_only() -> None:
    here = UUID(int=5)
    own, other, every = a_balance(here, "notice"), a_balance(UUID(int=6), "*"), a_balance(None, "*")
    code = a_balance(here, "code")
    all_of_them = [own, other, every, code]
    assert paying(all_of_them, here, "notice") == [own, every]
    assert paying(all_of_them, here, "code") == [every]
    assert paying(all_of_them, here, "emergency") == [every]


@pytest.mark.parametrize(("spent", "level"), [(0, 0), (79, 0), (80, 80), (99, 80), (100, 100), (130, 100)])
def test_eighty_percent_warns_and_a_hundred_is_all(spent: int, level: int) -> None:
    assert a_balance(None, "*", spent).reached == level


def test_a_period_begins_at_midnight_in_shanghai() -> None:
    at = datetime(2026, 2, 28, 16, 30, tzinfo=UTC)
    assert period_start("day", at) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert period_start("month", at) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert next_period("day", at) == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert next_period("month", at) == datetime(2026, 3, 31, 16, tzinfo=UTC)
