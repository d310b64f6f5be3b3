"""Telephone numbers come to one form, or are refused."""

import pytest

from chassis.refused import Refused
from services.notify.domain.number import e164, masked, sender_of


@pytest.mark.parametrize(
    "raw",
    [
        "13800000001",
        "+8613800000001",
        "8613800000001",
        "008613800000001",
        "138 0000 0001",
        "138-0000-0001",
        "１３８００００００01",
    ],
)
def test_a_mainland_mobile_has_one_form(raw: str) -> None:
    assert e164(raw) == "+8613800000001"


@pytest.mark.parametrize(
    "raw", ["", "1380000000", "138000000011", "1380000000a", "02388888888", "12345", "+85290000000", "+12025550100"]
)
def test_what_is_no_mainland_mobile_is_refused(raw: str) -> None:
    with pytest.raises(Refused, match=r"^number_invalid$") as refusal:
        e164(raw)
    assert refusal.value.status == 422


def test_any_sender_of_a_text_can_be_kept_and_counted() -> None:
    assert sender_of("13800000001") == sender_of("+86 138 0000 0001") == "+8613800000001"
    assert sender_of("95588") == "95588"


def test_a_shown_number_is_enough_to_recognise_and_not_to_call() -> None:
    assert masked("+8613800000427") == "138****0427"
    assert masked("95588") == "****"
