"""Keys, addresses, Notify's words for states, and harmless values: the pure parts of the compatible API."""

from itertools import product
from typing import Any
from uuid import UUID

import pytest

from chassis.refused import Refused
from services.notify.channels.codes import codes_of
from services.notify.domain.api_key import SMOKE, parted, simulated_end, written
from services.notify.domain.explaining import SENTENCES, explained
from services.notify.domain.mailbox import address_of, channel_of, mail_address, masked_address
from services.notify.domain.message import Move, State
from services.notify.domain.sanitising import harmless, sanitised
from services.notify.domain.status import NAMES, RECIPIENT, STATUSES, shapes_of, status_of
from tests.unit.notify.builders import a_message

ORGANISATION, SECRET = UUID(int=1), UUID(int=2)


def test_a_written_key_is_read_back_whatever_its_name() -> None:
    for name in ("a", "with-hyphens-in-it", "主站"):
        assert parted(written(name, ORGANISATION, SECRET)) == (name, ORGANISATION, SECRET)


@pytest.mark.parametrize("key", ["", "x", f"x-{ORGANISATION}", f"x-{ORGANISATION}-{'g' * 36}"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"badly formed|invalid literal"):
        parted(key)


def test_smoke_numbers_end_by_themselves_and_others_only_for_a_test_key() -> None:
    assert {simulated_end(number, test=False) for number in SMOKE} == set(SMOKE.values())
    assert simulated_end("+8613800000001", test=False) is None
    end = simulated_end("+8613800000001", test=True)
    assert end is not None
    assert end.move is Move.DELIVER


@pytest.mark.parametrize("raw", ["Mei@Example.ORG", " mei@example.org "])
def test_a_mail_address_has_one_form(raw: str) -> None:
    assert (mail_address(raw), channel_of(address_of(raw))) == ("mei@example.org", "email")


@pytest.mark.parametrize(
    "raw", ["@example.org", "a@b", "a..b@example.org", "a@ex ample.org", "a@b.c" + "d" * 64, "a@b@c.org"]
)
def test_what_is_no_mail_address_is_refused(raw: str) -> None:
    with pytest.raises(Refused, match="mail_address_invalid"):
        mail_address(raw)


def test_addresses_are_masked() -> None:
    assert masked_address("+8613800000427") == "138****0427"
    assert masked_address("mei@example.org") == "m****@example.org"


REASONS = ("", "expired", "no_report", "undelivered", "isv.MOBILE_NUMBER_ILLEGAL", "outcome_unknown", "tries", "closed")


@pytest.mark.parametrize(("state", "channel", "reason"), list(product(State, ("sms", "email"), REASONS)))
def test_every_message_has_exactly_one_word_of_notify(state: State, channel: str, reason: str) -> None:
    message = a_message(state=state, channel=channel, reason=reason)
    assert len([name for name, shape in STATUSES if shape.fits(message)]) == 1
    assert status_of(message) in NAMES


@pytest.mark.parametrize(
    ("state", "reason", "word"),
    [
        (State.QUEUED, "", "created"),
        (State.UNKNOWN, "", "sending"),
        (State.PARKED, "no_route", "sending"),
        (State.SUBMITTED, "", "sending"),
        (State.DELIVERED, "", "delivered"),
        (State.SUPPRESSED, "opted_out", "permanent-failure"),
        (State.CANCELLED, "cancelled", "permanent-failure"),
        (State.FAILED, "undelivered", "permanent-failure"),
        (State.FAILED, "expired", "temporary-failure"),
        (State.FAILED, "no_report", "temporary-failure"),
        (State.FAILED, "outcome_unknown", "technical-failure"),
    ],
)
def test_states_are_told_in_notify_s_words(state: State, reason: str, word: str) -> None:
    assert status_of(a_message(state=state, reason=reason)) == word


def test_failed_means_all_three_failures() -> None:
    assert {shape.state for shape in shapes_of("failed")} == {State.FAILED, State.SUPPRESSED, State.CANCELLED}
    assert shapes_of("accepted") == []


@pytest.mark.parametrize("vendor", ["aliyun", "tencent", "twilio"])
def test_codes_for_a_number_that_takes_no_text_are_permanent(vendor: str) -> None:
    codes = {code for code, kind in codes_of(vendor).items() if kind in ("recipient", "opt_out")}
    assert codes <= RECIPIENT


@pytest.mark.parametrize(
    ("given", "harmless_"),
    [
        ("*小梅*", r"\*小梅\*"),
        ("看 https://bad.example/x 吧", "看  吧"),
        ("[a](http://x)", r"\[a\]\("),
        ("平常", "平常"),
    ],
)
def test_values_of_strangers_lose_links_and_markdown(given: str, harmless_: str) -> None:
    assert harmless(given) == harmless_


def test_only_the_named_values_are_made_harmless() -> None:
    values: dict[str, Any] = {"First Name": "*a*", "other": "*b*"}
    assert sanitised(values, ["first_name", "unknown"]) == {"First Name": r"\*a\*"}


SEEN: dict[str, dict[str, Any]] = {
    "key": {"type": "team"},
    "contact": {"contact": "no_contact"},
    "emergency": {"emergency": "not_in_force"},
    "consent": {"topic": "cases", "channel": "sms", "standing": "silent", "refusable": True, "needs_consent": False},
    "preference": {"at": "2026-11-24T10:00:00+08:00", "hours": ["07:30-21:30"], "read": False},
    "caps": {"notice": ["3/10"]},
    "budget": {"notice day": "3/10"},
    "kill_switch": {"class": "code", "stopped": True},
    "route": {"template": "case-due", "filed": True},
    "draw": {
        "client_ref": "r",
        "provider": "p",
        "sender": "1069",
        "pairs": [{"provider": "p", "sender": "1069", "weight": 100}],
    },
}


@pytest.mark.parametrize("check", sorted(SENTENCES))
def test_every_check_is_told_in_a_sentence(check: str) -> None:
    told = explained({"check": check, "result": "ok", "input": SEEN[check]})
    assert told["words"].endswith("It passed.")
    assert len(told["words"]) > len("It passed.")


def test_a_check_without_a_sentence_of_its_own_is_told_by_what_it_saw() -> None:
    told = explained({"check": "new", "result": "too_far", "input": {"a": 1}})
    assert told["words"] == "a: 1. It did not pass: too far."
