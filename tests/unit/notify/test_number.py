"""Telephone numbers come to one form, or are refused."""

import phonenumbers
import pytest

from chassis.refused import Refused
from services.notify.domain.number import CARD_RANGES, e164, fault_of, is_mobile, masked, sender_of


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
    ("raw", "fault"),
    [
        ("", "not_digits"),
        ("1380000000a", "not_digits"),
        ("1380000000", "too_short"),
        ("12345", "too_short"),
        ("138000000011", "too_long"),
        ("02388888888", "landline"),
        ("023-8888888", "landline"),
        ("15400000000", "unallocated"),
        ("12900000000", "unallocated"),
        ("19400000000", "unallocated"),
        ("+85290000000", "foreign"),
        ("+12025550100", "foreign"),
        ("0085290000000", "foreign"),
    ],
)
def test_what_takes_no_text_is_refused_by_its_fault(raw: str, fault: str) -> None:
    with pytest.raises(Refused, match=r"^number_invalid$") as refusal:
        e164(raw)
    assert refusal.value.status == 422
    assert refusal.value.errors == [{"pointer": "", "code": fault, "detail": ""}]


def test_our_ranges_are_those_of_the_library_and_the_data_cards_it_leaves_out() -> None:
    for prefix in range(1_000, 2_000):
        number = f"{prefix}0123456"
        held = phonenumbers.number_type(phonenumbers.parse(f"+86{number}")) == phonenumbers.PhoneNumberType.MOBILE
        assert is_mobile(number) == held, number
        assert (fault_of(number) == "") == (held or number.startswith(CARD_RANGES)), number


def test_a_card_in_a_machine_gets_texts_and_no_codes() -> None:
    assert e164("14900000001") == "+8614900000001"
    assert not is_mobile("+8614900000001")


def test_any_sender_of_a_text_can_be_kept_and_counted() -> None:
    assert sender_of("13800000001") == sender_of("+86 138 0000 0001") == "+8613800000001"
    assert sender_of("95588") == "95588"


def test_a_shown_number_is_enough_to_recognise_and_not_to_call() -> None:
    assert masked("+8613800000427") == "138****0427"
    assert masked("95588") == "****"
