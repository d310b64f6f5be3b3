"""What need not be told at once is gathered to a time of day, or to a number."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.refused import Refused
from services.notify import seeds
from services.notify.domain.digest import Digest
from services.notify.domain.hours import SHANGHAI
from services.notify.domain.rule import Step, check

WATCHED = next(rule for rule in seeds.rules() if rule.digest is not None)


@pytest.mark.parametrize(("clock", "days"), [("10:00", 0), ("17:59", 0), ("18:00", 1), ("23:30", 1)])
def test_it_is_gathered_at_the_next_time_of_day(clock: str, days: int) -> None:
    at = datetime.fromisoformat(f"2026-03-02T{clock}+08:00").astimezone(UTC)
    wanted = datetime(2026, 3, 2, 18, tzinfo=SHANGHAI) + timedelta(days=days)
    assert Digest.parse({"at": "18:00"}).next_after(at) == wanted


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"count": 5},
        {"at": "25:00"},
        {"at": "18:00", "count": 1},
        {"at": "18:00", "count": 101},
        {"at": "18:00", "x": 1},
    ],
)
def test_a_digest_that_might_wait_for_ever_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="digest_invalid"):
        Digest.parse(row)


@pytest.mark.parametrize("wrong", ["question", "tray"])
def test_a_question_and_a_tray_are_not_gathered(wrong: str) -> None:
    question = next(rule.question for rule in seeds.rules() if rule.question is not None)
    changes: dict[str, dict[str, Any]] = {"question": {"question": question}, "tray": {"channels": (Step("tray"),)}}
    rule = replace(WATCHED, **changes[wrong])
    with pytest.raises(Refused, match="channels_invalid"):
        check(rule, rule.fields(), {rule.template})
