"""Twilio: its own validator agrees with our proof of pushes, and every answer is read as yes, no, or nobody knows."""

import base64
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from services.notify.channels.contract import Push
from services.notify.channels.twilio import Twilio, signature
from services.notify.domain.delivery_report import DeliveryReport, Status
from services.notify.domain.outcome import Accepted, BadItem, Lost, RefusalClass, RefusedBy, Uplink
from tests.unit.notify.providers import PUSH_URL, REF, a_provider, an_outgoing, answering

CALLBACK = f"{PUSH_URL}/reports?ref={REF}"


def a_channel(answer: Any) -> tuple[Twilio, list[httpx.Request]]:
    transport, seen = answering(answer)
    credentials = {"account_sid": "AC1", "auth_token": "token"}
    return Twilio(a_provider("twilio", credentials=credentials), PUSH_URL, transport), seen


def a_push(form: dict[str, str], url: str = CALLBACK, token: str = "token") -> Push:
    theirs = RequestValidator(token).compute_signature(url, form)
    return Push(url=url, headers={"x-twilio-signature": theirs}, body=urlencode(form).encode())


@given(st.dictionaries(st.text("ABCabc", min_size=1), st.text(min_size=1)))
def test_our_signature_equals_the_vendor_s(form: dict[str, str]) -> None:
    assert signature("t", CALLBACK, {k: [v] for k, v in form.items()}) == RequestValidator("t").compute_signature(
        CALLBACK, form
    )


def test_only_a_signed_push_proves_itself() -> None:
    channel, _ = a_channel({})
    form = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+8613800000001"}
    assert channel.prove(a_push(form))
    assert not channel.prove(a_push(form, token="another"))
    assert not channel.prove(replace(a_push(form, url=CALLBACK + "1"), url=CALLBACK))
    assert not channel.prove(Push(url=CALLBACK, body=urlencode(form).encode()))


async def test_a_call_holds_the_whole_text_and_where_to_report() -> None:
    channel, seen = a_channel(httpx.Response(201, json={"sid": "SM1", "status": "queued"}))
    assert await channel.submit(an_outgoing()) == Accepted("SM1")
    form = {name: values[0] for name, values in parse_qs(seen[0].content.decode()).items()}
    assert form == {
        "To": "+8613800000001",
        "From": "106900000427",
        "Body": "【南岸妇联】噪音 & 光",
        "StatusCallback": CALLBACK,
    }
    assert base64.b64decode(seen[0].headers["authorization"].removeprefix("Basic ")) == b"AC1:token"
    assert seen[0].url.path == "/2010-04-01/Accounts/AC1/Messages.json"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx.Response(400, json={"code": 21211}), RefusedBy(RefusalClass.RECIPIENT, "21211")),
        (httpx.Response(400, json={"code": 21610}), RefusedBy(RefusalClass.OPT_OUT, "21610")),
        (httpx.Response(401, json={"code": 20003}), RefusedBy(RefusalClass.ACCOUNT, "20003")),
        (httpx.Response(429, json={"code": 20429}), RefusedBy(RefusalClass.LIMIT, "20429")),
        (httpx.Response(400, json={"code": 1}), RefusedBy(RefusalClass.UNLISTED, "1")),
        (httpx.Response(500, json={"code": 20500}), Lost("unreadable_500")),
        (httpx.Response(201, json={}), Lost("no_sid")),
        (httpx.Response(201, text="<html>"), Lost("unreadable_201")),
    ],
)
async def test_every_answer_is_a_yes_a_no_or_lost(answer: Any, outcome: object) -> None:
    channel, _ = a_channel(answer)
    assert await channel.submit(an_outgoing()) == outcome


@pytest.mark.parametrize(
    ("said", "read"),
    [("sent", Status.TAKEN), ("delivered", Status.DELIVERED), ("undelivered", Status.UNDELIVERED)],
)
def test_a_status_callback_is_a_report(said: str, read: Status) -> None:
    channel, _ = a_channel({})
    (line,) = channel.read_reports(a_push({"MessageSid": "SM1", "MessageStatus": said, "To": "+8613800000001"}))
    assert isinstance(line, DeliveryReport)
    assert (line.client_ref, line.provider_ref, line.status) == (REF, "SM1", read)


def test_a_callback_that_says_nothing_new_is_none_and_a_bad_one_is_bad() -> None:
    channel, _ = a_channel({})
    assert channel.read_reports(a_push({"MessageStatus": "queued", "To": "+1"})) == []
    bad = [a_push({"MessageStatus": "odd", "To": "+1"}), a_push({"MessageStatus": "sent"}, url=PUSH_URL + "/reports")]
    assert all(isinstance(channel.read_reports(push)[0], BadItem) for push in bad)


def test_a_text_is_read_and_answered_with_nothing_to_say() -> None:
    channel, _ = a_channel({})
    form = {"From": "+8613800000001", "To": "106900000427", "Body": "1 楼漏水", "MessageSid": "SM2"}
    (line,) = channel.read_uplinks(a_push(form))
    assert line == Uplink(sequence="SM2", number="+8613800000001", text="1 楼漏水", dest="106900000427", at="")
    assert channel.yes("uplinks").body == "<Response/>"
