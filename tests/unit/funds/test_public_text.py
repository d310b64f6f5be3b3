"""What everybody can read holds no person."""

import pytest

from chassis.refused import Refused
from services.funds.domain.code import code_of
from services.funds.domain.fund import checked_code, checked_name
from services.funds.domain.public_text import checked_reference
from tests.unit.funds.builders import AUTHOR, OTHER


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "1380013-8000",
        "１３８００１３８０００",
        "50010819900101123X",
        "王女士的基金",
        "张三先生",
    ],
)
def test_a_number_or_a_person_in_a_public_name_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"^personal_data_in_public_text$") as refused:
        checked_name(text)
    assert refused.value.status == 422


@pytest.mark.parametrize("text", ["中一路社区公益基金", "群团基金2026", "东山坪社区 F002"])
def test_a_plain_name_passes(text: str) -> None:
    assert checked_name(text) == text


@pytest.mark.parametrize("reference", ["SWH-202611-01", "SWH-20261121-0001", "B1", "0"])
def test_a_code_of_a_paper_passes(reference: str) -> None:
    assert checked_reference(reference) == reference


@pytest.mark.parametrize(
    "reference", ["", "王", "138-0013-8000", "lower", "A" * 33, "13800138000", "A B", "50010819900101123X"]
)
def test_a_reference_that_is_no_code_or_holds_a_number_is_refused(reference: str) -> None:
    with pytest.raises(Refused, match=r"^personal_data_in_public_text$"):
        checked_reference(reference)


def test_a_bank_reference_may_be_long_but_is_still_a_code() -> None:
    assert checked_reference("20261121000171234567", numbers=True) == "20261121000171234567"
    with pytest.raises(Refused):
        checked_reference("转账给王女士", numbers=True)


@pytest.mark.parametrize("code", ["f001", "F", "F12345678", "1F", "F-01", "F０1", "F001\n"])
def test_a_fund_code_is_short_and_plain(code: str) -> None:
    with pytest.raises(Refused, match=r"^code_invalid$"):
        checked_code(code)


def test_a_case_code_is_readable_and_differs_by_case() -> None:
    assert code_of("H", AUTHOR) == "H-1000-0000"
    assert code_of("H", AUTHOR) != code_of("H", OTHER)
