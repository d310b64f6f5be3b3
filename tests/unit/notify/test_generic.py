"""A provider that somebody described: its values escaped, its yes by status and pointer, its pushes by their fields."""

import json
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

import httpx
import pytest

from chassis.refused import Refused
from services.notify.channels.contract import Push
from services.notify.channels.generic import Generic, at_pointer, check
from services.notify.domain.delivery_report import DeliveryReport, Status
from services.notify.domain.guard import Guard
from services.notify.domain.outcome import Accepted, BadItem, Lost, RefusalClass, RefusedBy, Uplink
from tests.unit.notify.providers import PUSH_URL, REF, a_provider, an_outgoing, answering

NASTY = '"},{"x":"<&>{{secret.key}}\n漏水'
OPTIONS: dict[str, Any] = {
    "headers": {"X-Key": "{{secret.key}}"},
    "body": '{"to":"{{number}}","words":"{{text}}","ref":"{{ref}}"}',
    "yes": {"statuses": [200], "pointer": "/code", "equals": "0"},
    "ref": "/data/id",
    "code": "/code",
    "codes": {"7": "account", "9*": "content", "5": "lost"},
    "reports": {"items": "/list", "status": "/s", "client_ref": "/r", "number": "/n", "delivered": ["OK"]},
    "uplinks": {"number": "/from", "text": "/words", "dest": "/to"},
    "answer": '{"ok":true}',
}


def a_channel(answer: Any, **options: Any) -> tuple[Generic, list[httpx.Request]]:
    transport, seen = answering(answer)
    provider = a_provider("generic", options=OPTIONS | options, credentials={"key": "s3cret"})
    return Generic(provider, PUSH_URL, transport), seen


async def test_a_value_is_escaped_and_never_filled_in_again() -> None:
    channel, seen = a_channel({"code": 0, "data": {"id": "77"}})
    assert await channel.submit(an_outgoing(text=NASTY)) == Accepted("77")
    assert json.loads(seen[0].content) == {"to": "+8613800000001", "words": NASTY, "ref": str(REF)}
    assert seen[0].headers["x-key"] == "s3cret"


async def test_a_form_and_xml_are_escaped_in_their_own_way() -> None:
    form, seen = a_channel({"code": 0}, body="t={{text}}", content_type="application/x-www-form-urlencoded")
    await form.submit(an_outgoing(text=NASTY))
    assert parse_qs(seen[0].content.decode()) == {"t": [NASTY]}
    xml, seen = a_channel({"code": 0}, body="<t>{{text}}</t>", content_type="application/xml")
    await xml.submit(an_outgoing(text='<&>"'))
    assert ElementTree.fromstring(seen[0].content).text == '<&>"'


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"code": 7}, RefusedBy(RefusalClass.ACCOUNT, "7")),
        ({"code": "901"}, RefusedBy(RefusalClass.CONTENT, "901")),
        ({"code": 3}, RefusedBy(RefusalClass.UNLISTED, "3")),
        ({"code": 5}, Lost("5")),
        ({}, Lost("unreadable_200")),
        (httpx.Response(200, text="<html>"), Lost("unreadable_200")),
        (httpx.Response(503, json={"code": 0}), Lost("unreadable_503")),
    ],
)
async def test_every_answer_is_a_yes_a_no_or_lost(answer: Any, outcome: object) -> None:
    channel, _ = a_channel(answer)
    assert await channel.submit(an_outgoing()) == outcome


def test_pushes_are_read_by_the_fields_described() -> None:
    channel, _ = a_channel({})
    good = {"s": "OK", "r": str(REF), "n": "13800000001"}
    lines = channel.read_reports(Push(url="", body=json.dumps({"list": [good, {"s": "odd"}, 7]}).encode()))
    assert isinstance(lines[0], DeliveryReport)
    assert (lines[0].client_ref, lines[0].status) == (REF, Status.DELIVERED)
    assert [type(line) for line in lines[1:]] == [BadItem, BadItem]
    pushed = {"from": "13800000001", "words": "1", "to": "10690000042707"}
    (text,) = channel.read_uplinks(Push(url="", body=json.dumps(pushed).encode()))
    assert isinstance(text, Uplink)
    assert (text.text, text.dest) == ("1", "10690000042707")
    assert channel.yes("reports").media_type == "application/json"
    with pytest.raises(Refused, match="not_json"):
        channel.read_reports(Push(url="", body=b"?"))


@pytest.mark.parametrize(
    "options",
    [
        {"method": "DELETE"},
        {"content_type": "text/html"},
        {"body": "{{password}}"},
        {"headers": {"X": "{{secret.other}}"}},
        {"codes": {"1": "whatever"}},
    ],
)
def test_a_description_that_could_not_be_used_is_refused(options: dict[str, Any]) -> None:
    provider = a_provider("generic", base_url="https://sms.example.com/send", credentials={"key": "k"}, options=options)
    with pytest.raises(Refused, match="provider_options_invalid"):
        check(provider, Guard(frozenset({"sms.example.com"}), frozenset()))


def test_an_address_that_nobody_approved_is_refused() -> None:
    with pytest.raises(Refused, match="address_refused"):
        check(a_provider("generic", base_url="https://10.0.0.1/send"), Guard(frozenset(), frozenset()))


def test_a_pointer_is_read_as_the_standard_says() -> None:
    document = {"a": [{"b/c": 1, "d~e": 2}]}
    assert (at_pointer(document, "/a/0/b~1c"), at_pointer(document, "/a/0/d~0e")) == (1, 2)
    assert (at_pointer(document, ""), at_pointer(document, "/a/1"), at_pointer(document, "/x/y")) == (
        document,
        None,
        None,
    )
