"""What a provider's no leads to: later when its reason passes, failed when it does not."""

from datetime import UTC, datetime, timedelta

import pytest

from services.notify.domain.message import State
from services.notify.domain.outcome import AGAIN, RefusalClass, RefusedBy, back_off, refused, window_end
from tests.unit.notify.builders import NOW, a_message


@pytest.mark.parametrize("kind", list(RefusalClass))
def test_only_passing_reasons_are_tried_again(kind: RefusalClass) -> None:
    after = refused(a_message(state=State.CLAIMED, attempt=1), RefusedBy(kind, "code"), at=NOW, jitter=0)
    if kind is RefusalClass.HOURS:
        eight = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
        assert (after.state, after.due_at, after.waiting_for) == (State.QUEUED, eight, "code")
    elif kind in AGAIN:
        assert (after.state, after.due_at, after.waiting_for) == (State.QUEUED, NOW + timedelta(seconds=30), "code")
    else:
        assert (after.state, after.reason, after.closed_at) == (State.FAILED, "code", NOW)


def test_tries_end_at_twelve() -> None:
    by = RefusedBy(RefusalClass.NOT_SENT, "no_connection")
    assert refused(a_message(state=State.CLAIMED, attempt=11), by, at=NOW, jitter=0).state is State.QUEUED
    last = refused(a_message(state=State.CLAIMED, attempt=12), by, at=NOW, jitter=0)
    assert (last.state, last.reason) == (State.FAILED, "tries")


def test_a_limit_beyond_the_message_s_worth_fails_it() -> None:
    by = RefusedBy(RefusalClass.LIMIT, "limit", "day")
    short = a_message(state=State.CLAIMED, attempt=1, valid_until=NOW + timedelta(minutes=5))
    assert refused(short, by, at=NOW, jitter=0).state is State.FAILED


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 30), (2, 120), (3, 300), (4, 900), (9, 900)])
def test_the_back_off_grows_to_a_quarter_of_an_hour(attempt: int, seconds: int) -> None:
    assert back_off(attempt, at=NOW, jitter=0) == NOW + timedelta(seconds=seconds)
    assert back_off(attempt, at=NOW, jitter=1) == NOW + timedelta(seconds=seconds * 1.2)


@pytest.mark.parametrize(
    ("window", "wait"),
    [
        ("minute", timedelta(seconds=18)),
        ("hour", timedelta(minutes=17, seconds=18)),
        ("day", timedelta(days=1)),
        ("", timedelta(0)),
    ],
)
def test_a_limit_ends_with_its_natural_window(window: str, wait: timedelta) -> None:
    at = NOW + timedelta(minutes=42, seconds=42)
    assert window_end(RefusedBy(RefusalClass.LIMIT, "limit", window), at) == at + wait
