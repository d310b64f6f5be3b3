"""What a mainland carrier charges, and what is too long to be sent."""

import pytest

from chassis.refused import Refused
from services.notify.domain.segments import measured

SIGNED = "【中一路社区】"


@pytest.mark.parametrize(
    ("text", "units", "billable"),
    [
        ("Your code is 482913.", 20, 1),
        ("ＡＢＣ 123", 7, 1),
        ("x" * 100, 100, 2),
        ("x" * 161, 161, 3),
        (SIGNED + "您反映的问题已受理,编号0427。", 24, 1),
        (SIGNED + "合唱团周二下午两点排练🎵", 20, 1),
        (SIGNED + "字" * 63, 70, 1),
        (SIGNED + "字" * 64, 71, 2),
        (SIGNED + "字" * 128, 135, 3),
        (SIGNED + "字" * 493, 500, 8),
        ("a\r\nb", 3, 1),
        ("’", 1, 1),
    ],
)
def test_a_text_is_measured_as_it_is(text: str, units: int, billable: int) -> None:
    assert (measured(text).units, measured(text).billable) == (units, billable)


def test_a_text_that_is_too_long_is_refused_never_cut() -> None:
    with pytest.raises(Refused, match=r"^too_long$") as refusal:
        measured(SIGNED + "字" * 494)
    assert refusal.value.more == {"units": 501}
