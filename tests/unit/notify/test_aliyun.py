"""Aliyun's signature equals the vendor's own, and every answer is read as yes, no, or nobody knows."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from alibabacloud_tea_openapi.utils import Utils
from hypothesis import given
from hypothesis import strategies as st

from services.notify.channels import acs3
from services.notify.channels.aliyun import Aliyun
from services.notify.channels.contract import Push
from services.notify.domain.delivery_report import DeliveryReport, Status
from services.notify.domain.outcome import (
    Accepted,
    BadItem,
    CannotSay,
    Found,
    Lost,
    NotFound,
    Outgoing,
    RefusalClass,
    RefusedBy,
    Uplink,
)

REF = UUID("01920000-0000-7000-8000-00000000abcd")
HEADERS = {
    "host": "dysmsapi.aliyuncs.com",
    "x-acs-action": "SendSms",
    "x-acs-version": "2017-05-25",
    "x-acs-date": "2026-03-02T02:00:00Z",
    "x-acs-signature-nonce": "0123456789abcdef",
    "x-acs-content-sha256": sha256(b"").hexdigest(),
    "accept": "application/json",
}
OUTGOING = Outgoing(
    client_ref=REF,
    number="+8613800000001",
    signature="南岸妇联",
    template_code="SMS_case_received",
    parameters={"number": "20261124-01-00042-4", "category": "噪音 & 光~*'()!"},
    ext="07",
)


def vendors(query: dict[str, str]) -> str:
    """The Authorization header as the vendor's SDK makes it."""
    request = SimpleNamespace(method="POST", pathname="/", query=query, headers=dict(HEADERS))
    sign: Callable[..., str] = Utils.get_authorization
    return sign(request, acs3.ALGORITHM, acs3.EMPTY_BODY_SHA256, "key-id", "key-secret")


def ours(query: dict[str, str]) -> str:
    return acs3.authorization(
        method="POST",
        path="/",
        query=query,
        headers=HEADERS,
        body_sha256=acs3.EMPTY_BODY_SHA256,
        key_id="key-id",
        secret="key-secret",
    )


def test_our_signature_equals_the_vendor_s_on_a_fixed_text() -> None:
    query = {
        "PhoneNumbers": "13800000001",
        "SignName": "南岸妇联",
        "TemplateCode": "SMS_1",
        "TemplateParam": json.dumps({"a": "噪音 + 光~*'()/?"}, ensure_ascii=False),
        "OutId": str(REF),
        "SmsUpExtendCode": "07",
    }
    assert ours(query) == vendors(query)


@given(st.dictionaries(st.text("ABCdef019", min_size=1), st.text(st.characters(exclude_categories=["Cs"]))))
def test_our_signature_equals_the_vendor_s_on_any_text(query: dict[str, str]) -> None:
    assert ours(query) == vendors(query)


def a_channel(answer: Any) -> tuple[Aliyun, list[httpx.Request]]:
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    return Aliyun("http://sms.test", "id", "secret", transport=httpx.MockTransport(respond)), seen


async def test_a_call_holds_number_params_and_our_reference_and_no_more() -> None:
    channel, seen = a_channel({"Code": "OK", "BizId": "9001^0"})
    assert await channel.submit(OUTGOING) == Accepted("9001^0")
    query = dict(seen[0].url.params)
    assert query.keys() == {
        "PhoneNumbers",
        "SignName",
        "TemplateCode",
        "TemplateParam",
        "OutId",
        "SmsUpExtendCode",
    }
    assert query["PhoneNumbers"] == "13800000001"
    assert query["OutId"] == str(REF)
    assert json.loads(query["TemplateParam"]) == OUTGOING.parameters


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "触发天级流控"}, ("limit", "day")),
        ({"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "触发小时级流控"}, ("limit", "hour")),
        ({"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "触发分钟级流控"}, ("limit", "minute")),
        ({"Code": "isv.AMOUNT_NOT_ENOUGH"}, ("account", "")),
        ({"Code": "isv.SMS_TEMPLATE_ILLEGAL"}, ("content", "")),
        ({"Code": "isv.MOBILE_NUMBER_ILLEGAL"}, ("recipient", "")),
        ({"Code": "isv.BLACK_KEY_CONTROL_LIMIT"}, ("opt_out", "")),
        ({"Code": "isv.NOBODY_KNOWS_THIS"}, ("unlisted", "")),
        (httpx.Response(400, json={"Code": "SignatureDoesNotMatch"}), ("account", "")),
        (httpx.ConnectError("refused"), ("not_sent", "")),
        (httpx.ConnectTimeout("2 s"), ("not_sent", "")),
    ],
)
async def test_a_readable_no_is_a_refusal_of_its_class(answer: Any, outcome: tuple[str, str]) -> None:
    channel, _ = a_channel(answer)
    refused = await channel.submit(OUTGOING)
    assert isinstance(refused, RefusedBy)
    assert (refused.kind, refused.window) == (RefusalClass(outcome[0]), outcome[1])


@pytest.mark.parametrize(
    "answer",
    [
        {"Code": "isp.SYSTEM_ERROR"},
        {"no": "code"},
        ["a", "list"],
        httpx.Response(503, json={"Code": "OK"}),
        httpx.Response(500, text="<html>"),
        httpx.Response(200, text="<html>"),
        httpx.Response(201, json={"Code": "OK"}),
        httpx.Response(200, content=b'{"Code": "OK", "x": "' + b"x" * 70_000 + b'"}'),
        httpx.ReadTimeout("10 s"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("cut"),
    ],
)
async def test_everything_without_a_clear_yes_or_no_is_lost(answer: Any) -> None:
    channel, _ = a_channel(answer)
    assert isinstance(await channel.submit(OUTGOING), Lost)


def details(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": list(rows)}}


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (details({"OutId": str(REF), "SendStatus": 1}), Found(None, None)),
        (
            details({"OutId": str(REF), "SendStatus": 3, "ErrCode": "DELIVERED"}),
            Found(None, Status.DELIVERED, "DELIVERED"),
        ),
        (details({"OutId": str(REF), "SendStatus": 2, "ErrCode": "X"}), Found(None, Status.UNDELIVERED, "X")),
        (details({"OutId": "another", "SendStatus": 3}), NotFound()),
        (details(), NotFound()),
        ({"Code": "isp.RAM_PERMISSION_DENY"}, CannotSay()),
        (httpx.Response(503), CannotSay()),
        (httpx.ReadTimeout("10 s"), CannotSay()),
    ],
)
async def test_a_question_finds_only_our_own_reference(answer: Any, finding: Any) -> None:
    channel, seen = a_channel(answer)
    claimed_at = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
    assert await channel.find(REF, "+8613800000001", claimed_at) == finding
    assert seen[0].url.params["SendDate"] == "20260303"


def test_a_push_is_read_line_by_line() -> None:
    good = {"phone_number": "13800000001", "success": True, "out_id": str(REF), "biz_id": "b", "sms_size": "2"}
    channel, _ = a_channel({})
    batch = [good, {"success": "yes"}, "text", good | {"out_id": "no-uuid"}]
    lines = channel.read_reports(Push(url="", body=json.dumps(batch).encode()))
    assert isinstance(lines[0], DeliveryReport)
    assert (lines[0].client_ref, lines[0].status, lines[0].billed) == (REF, Status.DELIVERED, 2)
    assert isinstance(lines[1], BadItem)
    assert isinstance(lines[2], BadItem)
    assert isinstance(lines[3], DeliveryReport)
    assert lines[3].client_ref is None


def test_a_text_is_a_text_whatever_it_looks_like() -> None:
    report_like = json.dumps({"success": True, "out_id": str(REF)})
    channel, _ = a_channel({})
    pushed = [{"phone_number": "13800000001", "content": report_like, "sequence_id": 7}]
    (line,) = channel.read_uplinks(Push(url="", body=json.dumps(pushed).encode()))
    assert isinstance(line, Uplink)
    assert (line.text, line.sequence) == (report_like, "7")
