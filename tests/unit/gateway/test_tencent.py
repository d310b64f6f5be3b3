"""The vendor's own SDK is the judge of the API; our requests try what the SDK would never do."""

import asyncio
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.sms.v20210111.models import PullSmsSendStatusByPhoneNumberRequest, SendSmsRequest
from tencentcloud.sms.v20210111.sms_client import SmsClient

from tests.unit.gateway.harness import Customer, Gateway

NUMBER = "13800000001"


def sdk(gateway: Gateway, secret: str = "secret") -> Any:
    host = gateway.url.removeprefix("http://")
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=host))
    return SmsClient(Credential("key", secret), "ap-guangzhou", profile)


def a_request(**changed: Any) -> SendSmsRequest:
    request = SendSmsRequest()
    facts = {
        "PhoneNumberSet": [f"+86{NUMBER}"],
        "SmsSdkAppId": "1400006666",
        "TemplateId": "1001",
        "SignName": "中一路社区",
        "TemplateParamSet": ["0427", "3天"],
        "SessionContext": "ref-1",
        "ExtendCode": "01",
    }
    request.from_json_string(json.dumps(facts | changed))
    return request


async def sent(gateway: Gateway, **changed: Any) -> list[Any]:
    answer = await asyncio.to_thread(sdk(gateway).SendSms, a_request(**changed))
    return list(answer.SendStatusSet)


async def test_the_vendors_sdk_sends_with_the_right_secret(gateway: Gateway) -> None:
    [status] = await sent(gateway)
    assert (status.Code, status.PhoneNumber, status.Fee, status.SessionContext) == ("Ok", f"+86{NUMBER}", 1, "ref-1")
    [submission] = await gateway.submissions("ref-1")
    assert (submission["text"], submission["thread"], submission["biz_id"]) == (
        "【中一路社区】您反映的问题已受理,编号0427,3天内答复。",
        "10690000042701",
        status.SerialNo,
    )


async def test_the_vendors_sdk_is_refused_with_a_wrong_secret(gateway: Gateway) -> None:
    with pytest.raises(TencentCloudSDKException) as refused:
        await asyncio.to_thread(sdk(gateway, "another").SendSms, a_request())
    assert refused.value.code == "AuthFailure.SignatureFailure"
    assert await gateway.submissions("ref-1") == []


async def test_each_number_of_a_call_has_its_own_answer(gateway: Gateway) -> None:
    await gateway.faults(numbers={"13800000002": "blacklisted"})
    statuses = await sent(gateway, PhoneNumberSet=[f"+86{NUMBER}", "13800000002", "12345", "008613800000003"])
    assert [status.Code for status in statuses] == [
        "Ok",
        "FailedOperation.PhoneNumberInBlacklist",
        "InvalidParameterValue.IncorrectPhoneNumber",
        "Ok",
    ]
    assert len(await gateway.submissions("ref-1")) == 4
    assert await gateway.messages("13800000002") == []


async def test_two_hundred_numbers_go_in_one_call_and_not_one_more(gateway: Gateway) -> None:
    numbers = [f"+86138{n:08d}" for n in range(201)]
    assert [status.Code for status in await sent(gateway, PhoneNumberSet=numbers[:200])] == ["Ok"] * 200
    with pytest.raises(TencentCloudSDKException) as refused:
        await sent(gateway, PhoneNumberSet=numbers)
    assert refused.value.code == "LimitExceeded.PhoneNumberCountLimit"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"SignName": "别的社区"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"TemplateId": "9"}, "FailedOperation.TemplateIncorrectOrUnapproved"),
        ({"TemplateParamSet": ["0427"]}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ({"ExtendCode": "x"}, "InvalidParameterValue.ExtendCode"),
    ],
)
async def test_what_was_not_filed_is_not_sent(gateway: Gateway, changed: dict[str, Any], code: str) -> None:
    [status] = await sent(gateway, **changed)
    assert (status.Code, status.Fee, status.SerialNo) == (code, 0, "")
    assert await gateway.messages() == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"throttle": 1}, "LimitExceeded.PhoneNumberThirtySecondLimit"),
        ({"refuse": 1}, "FailedOperation.InsufficientBalanceInSmsPackage"),
        ({"refuse": 1, "refuse_code": "FailedOperation.ContainSensitiveWord"}, "FailedOperation.ContainSensitiveWord"),
    ],
)
async def test_a_refusal_hits_as_many_numbers_as_it_says(gateway: Gateway, fault: dict[str, Any], code: str) -> None:
    await gateway.faults(**fault)
    statuses = await sent(gateway, PhoneNumberSet=[NUMBER, "13800000002"])
    assert [status.Code for status in statuses] == [code, "Ok"]


async def test_the_sdk_pulls_what_the_carrier_has_said(gateway: Gateway) -> None:
    [status] = await sent(gateway)
    await gateway.settled()
    request = PullSmsSendStatusByPhoneNumberRequest()
    facts = {"BeginTime": int(time.time()) - 60, "Limit": 10, "Offset": 0, "SmsSdkAppId": "1400006666"}
    request.from_json_string(json.dumps(facts | {"PhoneNumber": f"+86{NUMBER}"}))
    answer = await asyncio.to_thread(sdk(gateway).PullSmsSendStatusByPhoneNumber, request)
    [pulled] = answer.PullSmsSendStatusSet
    assert (pulled.SessionContext, pulled.SerialNo, pulled.ReportStatus) == ("ref-1", status.SerialNo, "SUCCESS")
    request.BeginTime = int(time.time()) + 60
    later = await asyncio.to_thread(sdk(gateway).PullSmsSendStatusByPhoneNumber, request)
    assert later.PullSmsSendStatusSet == []


async def test_of_a_text_on_its_way_nothing_is_pulled(gateway: Gateway) -> None:
    await gateway.http.put("/sim/settings", json={"report_delay_ms": 60_000})
    await sent(gateway)
    answer = await gateway.http.send(signed(gateway))
    assert answer.json()["Response"]["PullSmsSendStatusSet"] == []


async def test_a_report_comes_in_the_vendors_shape(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(numbers={"13800000002": "unallocated"})
    first, second = await sent(gateway, PhoneNumberSet=[NUMBER, "13800000002"])
    reports = sorted(await customer.received(2), key=lambda report: str(report["mobile"]))
    assert [report | {"user_receive_time": ""} for report in reports] == [
        {
            "user_receive_time": "",
            "nationcode": "86",
            "mobile": NUMBER,
            "report_status": "SUCCESS",
            "errmsg": "DELIVRD",
            "description": "用户短信送达成功",
            "sid": first.SerialNo,
        },
        {
            "user_receive_time": "",
            "nationcode": "86",
            "mobile": "13800000002",
            "report_status": "FAIL",
            "errmsg": "UNDELIV",
            "description": "空号",
            "sid": second.SerialNo,
        },
    ]


async def test_a_report_that_is_not_taken_comes_again(gateway: Gateway, customer: Customer) -> None:
    customer.answers = [JSONResponse({"result": 1, "errmsg": "later"})]
    await sent(gateway)
    first, second = await customer.received(2)
    assert first == second


async def test_a_reply_is_one_object_with_the_extension(gateway: Gateway, customer: Customer) -> None:
    await sent(gateway, ExtendCode="07")
    asked = await gateway.settled()
    await customer.received(1)
    await gateway.types("1", in_reply_to=asked["id"])

    reply = (await customer.pushed(2))[-1]
    assert reply | {"time": 0} == {
        "extend": "07",
        "mobile": NUMBER,
        "nationcode": "86",
        "sign": "中一路社区",
        "text": "1",
        "time": 0,
    }


def signed(gateway: Gateway, *, at: float | None = None, date: str | None = None, key: str = "key") -> httpx.Request:
    """A request signed from the published description, apart from the gateway's own code."""
    stamp = int(time.time() if at is None else at)
    day = date or datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d")
    body = json.dumps({"PhoneNumber": NUMBER, "BeginTime": 0, "Limit": 1}).encode()
    host = gateway.url.removeprefix("http://")
    headers = {
        "host": host,
        "content-type": "application/json; charset=utf-8",
        "x-tc-action": "PullSmsSendStatusByPhoneNumber",
        "x-tc-version": "2021-01-11",
        "x-tc-timestamp": str(stamp),
    }
    lines = f"content-type:{headers['content-type']}\nhost:{host}\n"
    canonical = f"POST\n/\n\n{lines}\ncontent-type;host\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/sms/tc3_request"
    to_sign = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    mac = b"TC3secret"
    for word in (day, "sms", "tc3_request", to_sign):
        mac = hmac.digest(mac, word.encode(), "sha256")
    headers["authorization"] = (
        f"TC3-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=content-type;host, Signature={mac.hex()}"
    )
    return httpx.Request("POST", f"{gateway.url}/", content=body, headers=headers)


async def code_of(gateway: Gateway, request: httpx.Request) -> str:
    answer = (await gateway.http.send(request)).json()["Response"]
    return str(answer.get("Error", {}).get("Code", "Ok"))


@pytest.mark.parametrize(("minutes", "code"), [(-4.9, "Ok"), (4.9, "Ok"), (-5.2, "Expire"), (5.2, "Expire")])
async def test_a_clock_may_be_five_minutes_off(gateway: Gateway, minutes: float, code: str) -> None:
    assert (await code_of(gateway, signed(gateway, at=time.time() + minutes * 60))).endswith(code)


async def test_the_key_of_another_day_or_account_is_refused(gateway: Gateway) -> None:
    assert await code_of(gateway, signed(gateway)) == "Ok"
    assert await code_of(gateway, signed(gateway, date="2020-01-01")) == "AuthFailure.SignatureFailure"
    assert await code_of(gateway, signed(gateway, key="stranger")) == "AuthFailure.SecretIdNotFound"


async def test_a_changed_body_breaks_the_signature(gateway: Gateway) -> None:
    request = signed(gateway)
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    changed = httpx.Request("POST", request.url, content=b'{"Limit": 2}', headers=headers)
    assert await code_of(gateway, changed) == "AuthFailure.SignatureFailure"


async def test_a_request_without_signature_is_refused(gateway: Gateway) -> None:
    answer = await gateway.http.post("/", json={}, headers={"x-tc-action": "SendSms"})
    assert answer.json()["Response"]["Error"]["Code"] == "AuthFailure.InvalidAuthorization"
