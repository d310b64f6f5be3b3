"""What is sealed opens only with its key, in its row, unchanged."""

import base64

import pytest
from cryptography.exceptions import InvalidTag
from pydantic import SecretStr

from chassis.sealing import Sealing
from chassis.settings import Settings

KEY = base64.b64encode(b"s" * 32).decode()
OTHER = base64.b64encode(b"o" * 32).decode()


def sealing(sealing_key: str = KEY, index_key: str = OTHER) -> Sealing:
    secrets = {"sealing_key": SecretStr(sealing_key), "index_key": SecretStr(index_key)}
    return Sealing(Settings(service="members", **secrets))


def test_what_is_sealed_opens_again() -> None:
    key, wrapped = sealing().new_data_key()
    sealed = sealing().seal("林敏", key=key, aad="people.name:1")
    assert sealing().unseal(sealed, key=sealing().unwrap(wrapped), aad="people.name:1") == "林敏"
    assert "林敏".encode() not in sealed


def test_the_same_words_are_sealed_differently_each_time() -> None:
    assert sealing().seal("a", aad="x") != sealing().seal("a", aad="x")


def test_a_sealed_value_moved_to_another_row_does_not_open() -> None:
    sealed = sealing().seal("a", aad="people.name:1")
    with pytest.raises(InvalidTag):
        sealing().unseal(sealed, aad="people.name:2")


@pytest.mark.parametrize("place", [0, 13, -1])
def test_a_changed_byte_does_not_open(place: int) -> None:
    sealed = bytearray(sealing().seal("abcdef", aad="x"))
    sealed[place] ^= 1
    with pytest.raises(InvalidTag):
        sealing().unseal(bytes(sealed), aad="x")


def test_another_service_key_opens_nothing() -> None:
    _, wrapped = sealing().new_data_key()
    with pytest.raises(InvalidTag):
        sealing(OTHER).unwrap(wrapped)


def test_the_index_is_stable_and_its_own_key_decides() -> None:
    assert sealing().index("+8613800138000") == sealing(OTHER).index("+8613800138000")
    assert sealing().index("+8613800138000") != sealing(index_key=KEY).index("+8613800138000")


def test_a_key_of_the_wrong_length_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="sealing_key must be 32 bytes"):
        sealing("c2hvcnQ=")
