"""The vendor's own SDK is the judge of the API; our requests try what the SDK would never do."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alibabacloud_dysmsapi20170525.client import Client
from alibabacloud_dysmsapi20170525.models._query_send_details_request import QuerySendDetailsRequest
from alibabacloud_dysmsapi20170525.models._send_sms_request import SendSmsRequest
from alibabacloud_tea_openapi.exceptions._client import ClientException
from alibabacloud_tea_openapi.utils_models._config import Config

from demo.gateway.messages import SHANGHAI
from tests.unit.gateway.harness import Gateway
from tests.unit.gateway.signing import signed


def sdk(gateway: Gateway, secret: str = "secret") -> Any:
    host = gateway.url.removeprefix("http://")
    return Client(Config(access_key_id="key", access_key_secret=secret, endpoint=host, protocol="http"))


def a_request() -> SendSmsRequest:
    return SendSmsRequest(
        phone_numbers="13800000001",
        sign_name="中一路社区",
        template_code="SMS_1",
        template_param='{"number":"A 0427~*"}',
        out_id="ref-sdk",
        sms_up_extend_code="01",
    )


async def test_the_vendors_sdk_sends_with_the_right_secret(gateway: Gateway) -> None:
    answer = await asyncio.to_thread(sdk(gateway).send_sms, a_request())
    assert answer.body.code == "OK"
    assert answer.body.biz_id
    [submission] = await gateway.submissions("ref-sdk")
    assert submission["text"] == "【中一路社区】您反映的问题已受理,编号A 0427~*。"
    assert submission["thread"] == "10690000042701"


async def test_the_vendors_sdk_is_refused_with_a_wrong_secret(gateway: Gateway) -> None:
    with pytest.raises(ClientException) as refused:
        await asyncio.to_thread(sdk(gateway, "another").send_sms, a_request())
    assert refused.value.code == "SignatureDoesNotMatch"
    assert await gateway.submissions("ref-sdk") == []


async def test_the_vendors_sdk_finds_what_was_sent(gateway: Gateway) -> None:
    client = sdk(gateway)
    await asyncio.to_thread(client.send_sms, a_request())
    await gateway.settled()
    today = datetime.now(SHANGHAI).strftime("%Y%m%d")
    request = QuerySendDetailsRequest(phone_number="13800000001", send_date=today, page_size=10, current_page=1)
    found = await asyncio.to_thread(client.query_send_details, request)
    [detail] = found.body.sms_send_detail_dtos.sms_send_detail_dto
    assert (detail.out_id, detail.send_status, detail.err_code) == ("ref-sdk", 3, "DELIVERED")


async def test_another_day_or_another_number_finds_nothing(gateway: Gateway) -> None:
    await gateway.send()
    paging = {"PageSize": "10", "CurrentPage": "1"}
    today = datetime.now(SHANGHAI).strftime("%Y%m%d")
    for number, day in (("13800000001", "20200101"), ("13800000009", today)):
        answer = await gateway.call("QuerySendDetails", PhoneNumber=number, SendDate=day, **paging)
        assert answer.json()["TotalCount"] == 0


async def test_an_unknown_key_is_refused(gateway: Gateway) -> None:
    answer = await gateway.http.send(signed(gateway.url, "SendSms", {}, key="stranger"))
    assert (answer.status_code, answer.json()["Code"]) == (404, "InvalidAccessKeyId.NotFound")


async def test_a_request_without_signature_is_refused(gateway: Gateway) -> None:
    answer = await gateway.http.post("/?PhoneNumbers=13800000001", headers={"x-acs-action": "SendSms"})
    assert (answer.status_code, answer.json()["Code"]) == (400, "IncompleteSignature")


async def test_a_nonce_is_good_for_one_request(gateway: Gateway) -> None:
    request = signed(gateway.url, "QuerySendDetails", {"PhoneNumber": "13800000001"})
    await gateway.http.send(request)
    again = await gateway.http.send(request)
    assert (again.status_code, again.json()["Code"]) == (400, "SignatureNonceUsed")


@pytest.mark.parametrize("minutes", [-16, 16])
async def test_an_old_or_early_date_is_refused(gateway: Gateway, minutes: int) -> None:
    date = (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = await gateway.http.send(signed(gateway.url, "SendSms", {}, headers={"x-acs-date": date}))
    assert answer.json()["Code"] == "InvalidTimeStamp.Expired"


@pytest.mark.parametrize("name", ["host", "x-acs-action", "x-acs-date", "x-acs-version", "x-acs-signature-nonce"])
async def test_a_header_that_decides_must_be_signed(gateway: Gateway, name: str) -> None:
    answer = await gateway.http.send(signed(gateway.url, "SendSms", {}, leave_out=name))
    assert (answer.status_code, answer.json()["Code"]) == (400, "IncompleteSignature")


async def test_a_changed_query_breaks_the_signature(gateway: Gateway) -> None:
    request = signed(gateway.url, "SendSms", {"PhoneNumbers": "13800000001"})
    request.url = request.url.copy_set_param("PhoneNumbers", "13800000002")
    answer = await gateway.http.send(request)
    assert answer.json()["Code"] == "SignatureDoesNotMatch"


async def test_a_body_must_be_the_one_signed(gateway: Gateway) -> None:
    request = signed(gateway.url, "SendSms", {})
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    answer = await gateway.http.post("/", content=b"PhoneNumbers=13800000001", headers=headers)
    assert answer.json()["Code"] == "SignatureDoesNotMatch"


async def test_another_action_or_version_is_not_found(gateway: Gateway) -> None:
    for request in (
        signed(gateway.url, "SendBatchSms", {}),
        signed(gateway.url, "SendSms", {}, headers={"x-acs-version": "2018-01-01"}),
    ):
        answer = await gateway.http.send(request)
        assert (answer.status_code, answer.json()["Code"]) == (404, "InvalidAction.NotFound")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"TemplateCode": "SMS_9"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"SignName": "别人的签名"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"TemplateParam": "{}"}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"TemplateParam": "number"}, "isv.INVALID_JSON_PARAM"),
        ({"TemplateParam": '["number"]'}, "isv.INVALID_JSON_PARAM"),
        ({"TemplateParam": '{"number":"%s"}' % ("长" * 36)}, "isv.PARAM_LENGTH_LIMIT"),
        ({"PhoneNumbers": "02362800000"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"PhoneNumbers": "13800000001,abc"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"SmsUpExtendCode": "x1"}, "isv.EXTEND_CODE_ERROR"),
        ({"OutId": "r" * 257}, "isv.INVALID_PARAMETERS"),
    ],
)
async def test_what_the_vendor_refuses_is_on_file_with_its_code(
    gateway: Gateway, changed: dict[str, str], code: str
) -> None:
    answer = await gateway.send(**changed)
    assert (answer.status_code, answer.json()["Code"]) == (200, code)
    assert "BizId" not in answer.json()
    client_ref = changed.get("OutId", "ref-1")
    assert {s["code"] for s in await gateway.submissions(client_ref)} == {code}
    assert await gateway.messages() == []


async def test_thirty_five_characters_in_a_variable_are_accepted(gateway: Gateway) -> None:
    answer = await gateway.send(TemplateParam='{"number":"%s"}' % ("长" * 35))
    assert answer.json()["Code"] == "OK"


async def test_several_numbers_get_one_answer(gateway: Gateway) -> None:
    answer = await gateway.send("13800000001,+8613800000002")
    submissions = await gateway.submissions("ref-1")
    assert [s["number"] for s in submissions] == ["13800000001", "13800000002"]
    assert {s["biz_id"] for s in submissions} == {answer.json()["BizId"]}
