"""By which channels a rule tells, and which of them must wait."""

from dataclasses import replace
from typing import Any

import pytest

from chassis.refused import Refused
from services.notify import seeds
from services.notify.domain.rule import Audience, Rule, Step, check

RULES = {rule.name: rule for rule in seeds.rules()}


def checked(rule: Rule) -> None:
    check(rule, rule.fields(), {rule.template})


def test_approvers_are_told_in_the_tray_and_by_text_half_an_hour_later() -> None:
    rule = RULES["approval-wanted"]
    assert rule.channels == (Step("tray"), Step("sms", 30))
    assert rule.on_unknown == "ask"
    checked(rule)


def test_leader_and_reporter_hear_at_once_by_text_and_in_the_tray() -> None:
    for name in ("case-assigned", "case-received", "case-accepted", "case-follow-up", "case-reopened"):
        assert RULES[name].channels == (Step("tray"), Step("sms")), name


def test_a_code_never_lies_in_a_tray() -> None:
    assert RULES["sign-in-code"].channels == (Step("sms"),)
    in_tray = replace(RULES["sign-in-code"], channels=(Step("tray"),))
    with pytest.raises(Refused, match="channels_invalid"):
        checked(in_tray)


@pytest.mark.parametrize(
    "channels",
    [
        (),
        (Step("pigeon"),),
        (Step("sms"), Step("sms", 30)),
        (Step("tray", 30), Step("sms")),
        (Step("tray", 5),),
        (Step("tray"), Step("sms", 24 * 60 + 1)),
    ],
)
def test_channels_that_cannot_work_are_refused(channels: tuple[Step, ...]) -> None:
    with pytest.raises(Refused, match="channels_invalid"):
        checked(replace(RULES["case-accepted"], audience=Audience.parse("person(reporter_id)"), channels=channels))


@pytest.mark.parametrize(
    ("row", "step"),
    [
        ({"channel": "sms"}, Step("sms")),
        ({"channel": "sms", "after": "PT30M", "unless": "read"}, Step("sms", 30)),
        ({"channel": "sms", "after": "PT2H", "unless": "read"}, Step("sms", 120)),
        ({"channel": "sms", "after": "PT1H30M", "unless": "read"}, Step("sms", 90)),
    ],
)
def test_a_step_is_written_as_a_span_of_time(row: dict[str, Any], step: Step) -> None:
    assert Step.parse(row) == step


@pytest.mark.parametrize(
    "row",
    [
        {"channel": "sms", "after": "30"},
        {"channel": "sms", "after": "PT30M"},
        {"channel": "sms", "unless": "read"},
        {"channel": "sms", "after": "PT30M", "unless": "raining"},
        {"channel": "sms", "when": "now"},
    ],
)
def test_a_step_that_does_not_say_what_makes_it_needless_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="channels_invalid"):
        Step.parse(row)
