"""A service's Chinese sentence on an English page: read from its codes, never lost."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console import readings
from console.ask.tickets import Assignment, Clock
from console.language import language
from services.tickets.domain.sentence import STEPS
from tests.console import answers
from tests.console.conftest import Console, a_case

ZONE = ZoneInfo("Asia/Shanghai")
EN, ZH = language("en"), language("zh-CN")
START, DUE = "2026-03-02T01:00:00Z", "2026-03-03T02:00:00Z"
SPANS = [
    {"from": START, "to": "2026-03-02T10:00:00Z", "kind": "working", "minutes": 540},
    {"from": "2026-03-02T10:00:00Z", "to": "2026-03-03T01:00:00Z", "kind": "closed", "minutes": 900},
    {"from": "2026-03-03T01:00:00Z", "to": DUE, "kind": "working", "minutes": 60},
]


def a_clock(**changes: Any) -> Clock:
    told = {"name": "accept", "unit": "working", "start": START, "due": DUE, "state": "running", "spans": SPANS,
            "why_due": "接单时限600个工作分钟"}  # fmt: skip
    return Clock.model_validate(told | changes)


def an_assignment(rule: str, **changes: Any) -> Assignment:
    inputs = {"place": "8栋", "category": "sanitation"}
    told = {"rule_id": rule, "group_name": "物业管理", "explanation": "这栋楼没有物业", "inputs": inputs}
    return Assignment.model_validate(told | changes)


def test_in_chinese_the_owners_sentence_stands_as_it_came() -> None:
    assert readings.why_due(a_clock(), ZH, ZONE).words == "接单时限600个工作分钟"
    assert readings.why_group(an_assignment("coverage"), ZH).words == "这栋楼没有物业"
    assert readings.standing("已派给物业管理", "assigned", None, "物业管理", None, ZH, ZONE).words == "已派给物业管理"


def test_a_working_clock_tells_in_english_what_was_counted_on_which_day() -> None:
    words = readings.why_due(a_clock(), EN, ZONE).words
    assert words.startswith("Working time from Mon 2 Mar 2026 09:00 to Tue 3 Mar 2026 10:00")
    assert "9 h (Mon 2 Mar), 1 h (Tue 3 Mar)" in words


@pytest.mark.parametrize("unit", ["calendar_days", "wall"])
def test_each_other_unit_has_its_sentence(unit: str) -> None:
    assert "Mon 2 Mar 2026 09:00" in readings.why_due(a_clock(unit=unit), EN, ZONE).words


@pytest.mark.parametrize("rule", ["no_property_management", "coverage", "same_group"])
def test_a_rule_is_told_whole_in_english(rule: str) -> None:
    told = readings.why_group(an_assignment(rule), EN)
    assert "物业管理" in told.words
    assert told.original is None


@pytest.mark.parametrize("rule", ["by_hand", "never_heard_of"])
def test_what_the_codes_do_not_say_stands_below_in_chinese(rule: str) -> None:
    told = readings.why_group(an_assignment(rule), EN)
    assert told.words
    assert told.original == "这栋楼没有物业"


@pytest.mark.parametrize("state", sorted(STEPS))
def test_every_state_of_a_ticket_can_be_read_by_a_resident_in_english(state: str) -> None:
    told = readings.standing("一句话", state, None, "物业管理", None, EN, ZONE)
    assert told.words
    assert told.original == "一句话"


def test_how_it_ended_and_by_when_it_is_due_are_told() -> None:
    assert readings.standing("", "closed", "solved", None, None, EN, ZONE).words == "Closed: solved"
    due = a_clock().due
    assert readings.standing("", "assigned", None, None, due, EN, ZONE).words.endswith(
        "next step by Tue 3 Mar 2026 10:00"
    )


async def test_an_english_ticket_page_marks_what_stays_chinese(console: Console) -> None:
    told = await console()
    page = await told.operator(language="en").open(a_case(told, answers.a_ticket(category_label="卫生垃圾")))
    assert '<span lang="zh-CN">楼道垃圾没人收' in page.text
    assert "Given to" in page.text
    assert '<p lang="zh-CN">已派给物业管理</p>' in page.text
    assert "cleanliness" in page.text
    assert "卫生垃圾" not in page.text
