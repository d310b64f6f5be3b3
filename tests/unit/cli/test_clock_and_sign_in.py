"""Steps of the clock in words; the second factor as RFC 6238 has it."""

from datetime import timedelta

import pytest

from cli.clocks import step
from cli.sign_in import totp

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("+1h", timedelta(hours=1)),
        ("30m", timedelta(minutes=30)),
        ("+2d12h", timedelta(days=2, hours=12)),
        ("+1w", timedelta(weeks=1)),
    ],
)
def test_a_step_is_read_as_written(words: str, wanted: timedelta) -> None:
    assert step(words) == wanted


@pytest.mark.parametrize("words", ["-1h", "", "+", "tomorrow", "1", "+1h30"])
def test_a_step_back_or_without_a_unit_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="no step forward"):
        step(words)


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_second_factor_is_that_of_the_rfc(at: int, code: str) -> None:
    assert totp(RFC_SECRET, at) == code


def test_a_secret_without_padding_is_read_as_well() -> None:
    assert totp("GEZDGNBVGY3TQOJQGEZDGNBVGY", 59) == totp("GEZDGNBVGY3TQOJQGEZDGNBVGY======", 59)
