"""Kannel: a segment as it stands in the query, its few words of yes and no, and its reports."""

from typing import Any
from urllib.parse import parse_qs, unquote_to_bytes

import httpx
import pytest

from services.notify.channels.contract import Push
from services.notify.channels.kannel import Kannel
from services.notify.domain.delivery_report import DeliveryReport, Status
from services.notify.domain.outcome import Accepted, BadItem, CannotSay, Lost, RefusalClass, RefusedBy, Uplink
from services.notify.domain.segments import divided
from tests.unit.notify.builders import NOW
from tests.unit.notify.providers import PUSH_URL, REF, a_provider, an_outgoing, answering


def a_channel(answer: Any) -> tuple[Kannel, list[httpx.Request]]:
    transport, seen = answering(answer)
    credentials = {"username": "yihu", "password": "pass word"}
    return Kannel(a_provider("kannel", credentials=credentials), PUSH_URL, transport), seen


def octets(request: httpx.Request, name: str) -> bytes:
    query = request.url.query.decode()
    return unquote_to_bytes(next(pair.partition("=")[2] for pair in query.split("&") if pair.startswith(name + "=")))


async def test_a_segment_goes_out_as_utf16_with_its_header_and_our_reference() -> None:
    channel, seen = a_channel(httpx.Response(202, text="0: Accepted for delivery"))
    parts = divided("字" * 70 + "🎵", ref=9)
    assert await channel.submit(an_outgoing(part=parts[1])) == Accepted("")
    assert octets(seen[0], "text").decode("utf-16-be") == "字" * 3 + "🎵"
    assert octets(seen[0], "udh").hex() == "050003090202"
    query = parse_qs(seen[0].url.query.decode())
    assert (query["coding"], query["charset"], query["from"]) == (["2"], ["UTF-16BE"], ["10690000042707"])
    assert query["dlr-url"][0].startswith(f"{PUSH_URL}/reports?")
    assert query["dlr-url"][0].endswith(str(REF))


async def test_a_text_of_seven_bits_goes_out_as_utf8_without_a_header() -> None:
    channel, seen = a_channel(httpx.Response(202, text="3: Queued for later delivery"))
    (part,) = divided("Fee: 5€ [A] + & %")
    assert await channel.submit(an_outgoing(part=part)) == Accepted("")
    assert octets(seen[0], "text").decode() == "Fee: 5€ [A] + & %"
    assert "udh" not in parse_qs(seen[0].url.query.decode())
    assert parse_qs(seen[0].url.query.decode())["coding"] == ["0"]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx.Response(400, text="?"), RefusedBy(RefusalClass.CONTENT, "400")),
        (httpx.Response(403, text="Authorization failed"), RefusedBy(RefusalClass.ACCOUNT, "403")),
        (httpx.Response(503, text="Temporal failure"), RefusedBy(RefusalClass.LIMIT, "503")),
        (httpx.Response(202, text="4: what"), Lost("202")),
        (httpx.Response(500, text=""), Lost("500")),
        (httpx.ConnectError("refused"), RefusedBy(RefusalClass.NOT_SENT, "no_connection")),
        (httpx.ReadError("reset"), Lost("connection_lost")),
    ],
)
async def test_every_answer_is_a_yes_a_no_or_lost(answer: Any, outcome: object) -> None:
    channel, _ = a_channel(answer)
    assert await channel.submit(an_outgoing()) == outcome


@pytest.mark.parametrize(
    ("status", "read"),
    [("1", Status.DELIVERED), ("2", Status.UNDELIVERED), ("8", Status.TAKEN), ("16", Status.UNDELIVERED)],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_report_is_read_whichever_way_the_numbers_stand(status: str, read: Status, turned: bool) -> None:
    channel, _ = a_channel({})
    ours, theirs = "10690000042707", "+8613800000001"
    a, b = (ours, theirs) if turned else (theirs, ours)
    query = {"sender": "106900000427", "status": status, "a": a, "b": b, "at": "1772000000", "ref": str(REF)}
    (line,) = channel.read_reports(Push(url="", query=query))
    assert isinstance(line, DeliveryReport)
    assert (line.client_ref, line.number, line.status) == (REF, theirs, read)


def test_a_report_that_says_nothing_new_is_none_and_a_bad_one_is_bad() -> None:
    channel, _ = a_channel({})
    assert channel.read_reports(Push(url="", query={"ref": str(REF), "status": "4"})) == []
    bad = [{"ref": "x", "status": "1"}, {"ref": str(REF), "status": "9"}, {}]
    assert all(isinstance(channel.read_reports(Push(url="", query=query))[0], BadItem) for query in bad)


def test_a_text_of_a_resident_is_read_in_its_own_coding() -> None:
    channel, _ = a_channel({})
    headers = {"x-kannel-from": "+8613800000001", "x-kannel-to": "10690000042707", "x-kannel-coding": "2"}
    (line,) = channel.read_uplinks(Push(url="", headers=headers, body="漏水".encode("utf-16-be")))
    assert isinstance(line, Uplink)
    assert (line.text, line.dest) == ("漏水", "10690000042707")
    assert isinstance(channel.read_uplinks(Push(url=""))[0], BadItem)


async def test_kannel_cannot_be_asked() -> None:
    channel, _ = a_channel({})
    assert await channel.find(REF, "+8613800000001", NOW) == CannotSay()
