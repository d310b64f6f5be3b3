"""Tencent: our signature equals its SDK's, and every answer is read as yes, no, or nobody knows."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tencentcloud.common.sign import Sign

from services.notify.channels import tc3
from services.notify.channels.contract import Push
from services.notify.channels.tencent import Tencent
from services.notify.domain.delivery_report import DeliveryReport, Status
from services.notify.domain.outcome import (
    Accepted,
    BadItem,
    CannotSay,
    Found,
    Lost,
    RefusalClass,
    RefusedBy,
    Uplink,
)
from tests.unit.notify.providers import REF, a_provider, an_outgoing, answering

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@given(st.binary(max_size=60), st.text("abcXYZ019", min_size=1))
def test_our_signature_equals_the_vendor_s(body: bytes, secret: str) -> None:
    headers = {"content-type": "application/json", "host": "sms.tencentcloudapi.com"}
    ours = tc3.authorization(service="sms", headers=headers, body=body, at=AT, key_id="id", secret=secret)
    digest = sha256(body).hexdigest()
    canonical = f"POST\n/\n\ncontent-type:application/json\nhost:sms.tencentcloudapi.com\n\ncontent-type;host\n{digest}"
    scope = "2026-03-02/sms/tc3_request"
    to_sign = f"TC3-HMAC-SHA256\n{int(AT.timestamp())}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    theirs = Sign.sign_tc3(secret, "2026-03-02", "sms", to_sign)
    assert ours.endswith(f"SignedHeaders=content-type;host, Signature={theirs}")


def a_channel(answer: Any) -> tuple[Tencent, list[httpx.Request]]:
    transport, seen = answering(answer)
    options = {"application_id": "1400", "base_number": "106900000427"}
    credentials = {"key_id": "id", "key_secret": "secret"}
    return Tencent(a_provider("tencent", options=options, credentials=credentials), transport), seen


def told(**status: Any) -> dict[str, Any]:
    return {"Response": {"SendStatusSet": [status], "RequestId": "r"}}


async def test_a_call_is_one_text_to_one_number_with_our_reference() -> None:
    channel, seen = a_channel(told(Code="Ok", SerialNo="2019:1", Fee=2))
    assert await channel.submit(an_outgoing()) == Accepted("2019:1", 2)
    body = json.loads(seen[0].content)
    assert body == {
        "PhoneNumberSet": ["+8613800000001"],
        "SmsSdkAppId": "1400",
        "SignName": "南岸妇联",
        "TemplateId": "1001",
        "TemplateParamSet": ["噪音 & 光", "0427"],
        "SessionContext": str(REF),
        "ExtendCode": "07",
    }
    assert seen[0].headers["x-tc-action"] == "SendSms"


@pytest.mark.parametrize(
    ("code", "kind", "window"),
    [
        ("LimitExceeded.PhoneNumberDailyLimit", "limit", "day"),
        ("LimitExceeded.PhoneNumberSameContentDailyLimit", "limit", "day"),
        ("LimitExceeded.PhoneNumberOneHourLimit", "limit", "hour"),
        ("LimitExceeded.PhoneNumberThirtySecondLimit", "limit", "minute"),
        ("LimitExceeded.AppDailyLimit", "account", ""),
        ("FailedOperation.InsufficientBalanceInSmsPackage", "account", ""),
        ("FailedOperation.SignatureIncorrectOrUnapproved", "content", ""),
        ("FailedOperation.TemplateIncorrectOrUnapproved", "content", ""),
        ("InvalidParameterValue.IncorrectPhoneNumber", "recipient", ""),
        ("FailedOperation.PhoneNumberInBlacklist", "opt_out", ""),
        ("FailedOperation.MarketingSendTimeConstraint", "hours", ""),
        ("FailedOperation.Nobody", "unlisted", ""),
    ],
)
async def test_a_readable_no_is_a_refusal_of_its_class(code: str, kind: str, window: str) -> None:
    channel, _ = a_channel(told(Code=code, SerialNo=""))
    assert await channel.submit(an_outgoing()) == RefusedBy(RefusalClass(kind), code, window)


async def test_an_error_of_the_whole_call_is_read_too() -> None:
    channel, _ = a_channel({"Response": {"Error": {"Code": "AuthFailure.SignatureExpire", "Message": "m"}}})
    assert await channel.submit(an_outgoing()) == RefusedBy(RefusalClass.ACCOUNT, "AuthFailure.SignatureExpire")


@pytest.mark.parametrize(
    "answer",
    [
        told(Code="InternalError.Timeout"),
        httpx.Response(502, json=told(Code="Ok", SerialNo="1")),
        httpx.Response(200, text="<html>"),
        {"Response": {}},
        httpx.ReadTimeout("10 s"),
        httpx.Response(200, content=b"x" * 70_000),
    ],
)
async def test_what_is_no_clear_answer_is_lost(answer: Any) -> None:
    channel, _ = a_channel(answer)
    assert isinstance(await channel.submit(an_outgoing()), Lost)


async def test_no_connection_is_surely_not_sent() -> None:
    channel, _ = a_channel(httpx.ConnectError("refused"))
    assert await channel.submit(an_outgoing()) == RefusedBy(RefusalClass.NOT_SENT, "no_connection")


async def test_the_vendor_s_query_is_believed_only_with_our_reference() -> None:
    row = {
        "SessionContext": str(REF),
        "SerialNo": "2019:1",
        "ReportStatus": "SUCCESS",
        "UserReceiveTime": 1_772_000_000,
    }
    channel, _ = a_channel({"Response": {"PullSmsSendStatusSet": [row | {"SessionContext": "other"}, row]}})
    found = await channel.find(REF, "+8613800000001", AT)
    assert isinstance(found, Found)
    assert (found.provider_ref, found.status) == ("2019:1", Status.DELIVERED)
    silent, _ = a_channel({"Response": {"PullSmsSendStatusSet": []}})
    assert await silent.find(REF, "+8613800000001", AT) == CannotSay()


def test_a_push_is_read_line_by_line() -> None:
    channel, _ = a_channel({})
    good = {
        "mobile": "13800000001",
        "nationcode": "86",
        "report_status": "SUCCESS",
        "errmsg": "DELIVRD",
        "sid": "2019:1",
    }
    lines = channel.read_reports(Push(url="", body=json.dumps([good, {"mobile": "1"}, "text"]).encode()))
    assert isinstance(lines[0], DeliveryReport)
    assert (lines[0].client_ref, lines[0].provider_ref, lines[0].status) == (None, "2019:1", Status.DELIVERED)
    assert [type(line) for line in lines[1:]] == [BadItem, BadItem]


def test_a_text_names_the_thread_it_came_by() -> None:
    channel, _ = a_channel({})
    pushed = {"extend": "07", "mobile": "13800000001", "nationcode": "86", "text": "1", "time": 1_772_000_000}
    (line,) = channel.read_uplinks(Push(url="", body=json.dumps(pushed).encode()))
    assert isinstance(line, Uplink)
    assert (line.number, line.dest, line.text) == ("+8613800000001", "10690000042707", "1")
    assert isinstance(channel.read_uplinks(Push(url="", body=b"{}"))[0], BadItem)
