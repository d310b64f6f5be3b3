"""A rule as people write it is read strictly: what is missing, unknown or of another kind is refused."""

from typing import Any

import pytest

from chassis.refused import Refused
from services.notify.domain.rule import Condition, choices
from services.notify.domain.rule_row import of_row

OPTIONS: list[dict[str, Any]] = [
    {"key": "1", "code": "accept", "label": "接单", "label_en": "Accept", "words": ["去"]},
    {"key": "2", "code": "return", "label": "退回"},
]
ROW: dict[str, Any] = {
    "name": "r",
    "event": "tickets.ticket_assigned.v1",
    "when": [["category", "=", "noise"]],
    "audience": "leader(group_id)",
    "fallback": "role(operator)",
    "template": "t",
    "about": "ticket_id",
    "question": {"about": "ticket_id", "purpose": "accept", "valid_hours": 4, "options": OPTIONS},
}


def test_a_row_becomes_a_rule() -> None:
    rule = of_row(ROW, 3)
    assert (rule.name, rule.version, rule.when) == ("r", 3, (Condition("category", "=", "noise"),))
    assert rule.question is not None
    assert [option.code for option in rule.question.options] == ["accept", "return"]
    assert rule.fields() == {"category", "group_id", "ticket_id"}


@pytest.mark.parametrize(
    "row",
    [
        {k: v for k, v in ROW.items() if k != "template"},
        ROW | {"colour": "red"},
        ROW | {"when": [["category"]]},
        ROW | {"question": {"about": "ticket_id"}},
        ROW | {"question": ROW["question"] | {"mood": "good"}},
        ROW | {"question": ROW["question"] | {"options": [OPTIONS[0] | {"icon": "x"}]}},
        ROW | {"question": ROW["question"] | {"options": [{"key": "1"}]}},
        ROW | {"when": 7},
    ],
)
def test_a_row_that_is_not_one_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"^rule_malformed$"):
        of_row(row, 1)


def test_the_choices_are_said_in_both_languages() -> None:
    question = of_row(ROW, 1).question
    assert question is not None
    assert choices(question.options, "zh-CN") == "回复1接单,2退回"
    assert choices(question.options, "en") == "Reply 1 Accept, 2 退回"
