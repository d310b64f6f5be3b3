"""Aliyun Dysmsapi 2017-05-25: SendSms and QuerySendDetails, answered as the vendor answers."""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
from fastapi import Request, Response

from demo.gateway.apis import acs3
from demo.gateway.apis.answering import Json, answered
from demo.gateway.faults import Line
from demo.gateway.messages import Message, State, vendor_time
from demo.gateway.network import Network
from demo.gateway.submission import Submission
from demo.gateway.templates import Refusal
from demo.gateway.vendors import Report, Stage, Told, guessed

NAME = "aliyun"
MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
NUMBERS_MAX = 1_000
PAGE_MAX = 50
NOT_ARRIVED = {"空号": "MOBILE_NOT_ON_SERVICE", "停机": "MOBILE_NOT_ON_SERVICE", "关机": "EXPIRED"}
STATUS = {State.ACCEPTED: 1, State.FAILED: 2, State.DELIVERED: 3}

Answer = dict[str, Any]
Parameters = Mapping[str, str]


class Aliyun:
    """One account of the vendor."""

    def __init__(self, network: Network, access_key_id: str, access_key_secret: str) -> None:
        self._network = network
        self._secrets = {access_key_id: access_key_secret}
        self._nonces = acs3.Nonces()

    async def answer(self, request: Request) -> Response:
        """The one address of the API; the action is named in a header."""
        raw = acs3.Request(
            method=request.method,
            path=request.url.path,
            query=tuple(parse_qsl(request.url.query, keep_blank_values=True)),
            headers=dict(request.headers),
            body=await request.body(),
        )
        try:
            acs3.verify(raw, self._secrets, self._nonces, datetime.now(UTC))
            return await self._act(raw)
        except acs3.Denied as denied:
            return Json(_told(denied.code, denied.message), denied.status)
        except Refusal as refusal:
            return Json(_told(refusal.code, refusal.message))

    async def _act(self, raw: acs3.Request) -> Response:
        given = dict(raw.query) | dict(parse_qsl(raw.body.decode("utf-8", "replace")))
        action = raw.headers["x-acs-action"]
        if raw.headers["x-acs-version"] != "2017-05-25" or action not in ("SendSms", "QuerySendDetails"):
            raise acs3.Denied(404, "InvalidAction.NotFound", "Specified api is not found.")
        if action == "QuerySendDetails":
            return self._query(given)
        headers = {name: value for name, value in raw.headers.items() if name.startswith("x-acs-")}
        return await self._send(given, {"action": action, "headers": headers, "parameters": given})

    async def _send(self, given: Parameters, call: dict[str, Any]) -> Response:
        return await answered(self._network, lambda: self._judge(given, call), _unavailable)

    def _judge(self, given: Parameters, call: dict[str, Any]) -> tuple[Response, list[Submission]]:
        """One answer for all numbers of a call, and what is filed for each of them."""
        biz_id = f"{uuid.uuid4().int % 10**18:018d}^0"
        text, numbers = "", given.get("PhoneNumbers", "").split(",")
        try:
            numbers = _numbers(numbers)
            self._out_of_order(numbers)
            text = self._text(given)
            answer = _told("OK", "OK") | {"BizId": biz_id}
        except Refusal as refusal:
            answer = _told(refusal.code, refusal.message)
        yes = answer["Code"] == "OK"
        thread = self._network.thread(given.get("SignName", ""), given.get("SmsUpExtendCode", ""))
        return Json(answer), [
            Submission(
                provider=NAME,
                number=number,
                thread=thread,
                sign_name=given.get("SignName", ""),
                template_code=given.get("TemplateCode", ""),
                text=text,
                client_ref=given.get("OutId"),
                biz_id=biz_id if yes else None,
                code=answer["Code"],
                reason=None if yes else answer["Message"],
                call=call | {"answer": answer},
            )
            for number in numbers[:NUMBERS_MAX]
        ]

    def _out_of_order(self, numbers: list[str]) -> None:
        faults = self._network.faults
        if faults.take("throttle"):
            raise Refusal("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1")
        if faults.take("refuse"):
            raise Refusal(faults.refuse_code or "isv.OUT_OF_SERVICE", "业务停机")
        if any(faults.line(number) is Line.BLACKLISTED for number in numbers):
            raise Refusal("isv.BLACK_KEY_CONTROL_LIMIT", "黑名单管控")

    def _text(self, given: Parameters) -> str:
        if not re.fullmatch(r"\d{0,8}", given.get("SmsUpExtendCode", "")):
            raise Refusal("isv.EXTEND_CODE_ERROR", "扩展码使用错误")
        if len(given.get("OutId", "")) > 256:
            raise Refusal("isv.INVALID_PARAMETERS", "参数异常: OutId")
        return self._network.templates.render(
            given.get("TemplateCode", ""), given.get("SignName", ""), _values(given.get("TemplateParam", "{}"))
        )

    def _query(self, given: Parameters) -> Response:
        """What became of the texts to one number on one day, the newest first."""
        if self._network.faults.take("query_5xx"):
            return _unavailable()
        size, page = _page(given)
        found = [
            message
            for message in reversed(self._network.handsets.of(_numbers([given.get("PhoneNumber", "")])[0]))
            if message.provider == NAME
            and message.biz_id is not None
            and given.get("BizId") in (None, "", message.biz_id)
            and vendor_time(message.moment())[:10].replace("-", "") == given.get("SendDate")
        ]
        details = [_detail(message) for message in found[(page - 1) * size : page * size]]
        answer = _told("OK", "OK") | {"TotalCount": len(found)}
        return Json(answer | {"SmsSendDetailDTOs": {"SmsSendDetailDTO": details}})


class AliyunPushes:
    """Both as JSON arrays; taken when the answer is 200 and has a number as its `code`, no matter which."""

    name = NAME
    reports_at_once = 4
    reports_per_push = 100

    def report(self, report: Report) -> Told | None:
        if report.stage is not Stage.FINAL:
            return None
        if report.garbled:
            return Told({"phone_number": report.number, "success": "maybe"})
        return Told(
            {
                "phone_number": report.number,
                "send_time": vendor_time(report.message.moment()),
                "report_time": vendor_time(report.at),
                "success": report.delivered,
                "err_code": "DELIVERED" if report.delivered else NOT_ARRIVED.get(report.reason or "", "UNDELIV"),
                "err_msg": "用户接收成功" if report.delivered else report.reason,
                "sms_size": str(len(report.message.segments)),
                "biz_id": report.biz_id,
                "out_id": report.client_ref,
            }
        )

    def uplink(self, message: Message, extension: str) -> Told:
        return Told(
            {
                "phone_number": message.number,
                "send_time": vendor_time(message.moment()),
                "content": message.text,
                "sign_name": message.sign_name,
                "dest_code": message.thread,
                "sequence_id": message.sequence_id,
            }
        )

    def request(self, kind: str, url: str, bodies: Sequence[Any], *, forged: bool) -> httpx.Request:
        return httpx.Request(
            "POST",
            guessed(url) if forged else url,
            content=json.dumps(list(bodies)).encode(),
            headers={"content-type": "application/json;charset=utf-8"},
        )

    def taken(self, answer: httpx.Response) -> bool:
        try:
            code = answer.json()["code"]
        except (ValueError, KeyError, TypeError):
            return False
        return answer.status_code == 200 and isinstance(code, int) and not isinstance(code, bool)


def _told(code: str, message: str) -> Answer:
    return {"Code": code, "Message": message, "RequestId": str(uuid.uuid4()).upper()}


def _unavailable() -> Response:
    return Json(_told("ServiceUnavailable", "The request has failed due to a temporary failure of the server."), 503)


def _numbers(given: list[str]) -> list[str]:
    found = [MOBILE.fullmatch(number.strip()) for number in given]
    if len(given) > NUMBERS_MAX or not all(found):
        raise Refusal("isv.MOBILE_NUMBER_ILLEGAL", "手机号码格式错误")
    return [number[1] for number in found if number]


def _values(parameter: str) -> dict[str, str]:
    try:
        values = json.loads(parameter)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise Refusal("isv.INVALID_JSON_PARAM", "JSON参数不合法,只接受字符串值")
    return {name: str(value) for name, value in values.items()}


def _page(given: Parameters) -> tuple[int, int]:
    try:
        size, page = int(given.get("PageSize", "")), int(given.get("CurrentPage", ""))
    except ValueError:
        size, page = 0, 0
    if not 1 <= size <= PAGE_MAX or page < 1:
        raise Refusal("isv.INVALID_PARAMETERS", "参数异常: PageSize, CurrentPage")
    return size, page


def _detail(message: Message) -> dict[str, Any]:
    codes = {State.DELIVERED: "DELIVERED", State.FAILED: NOT_ARRIVED.get(message.reason or "", "UNDELIV")}
    sent_at = vendor_time(message.moment())
    return {
        "PhoneNum": message.number,
        "SendStatus": STATUS[message.state],
        "ErrCode": codes.get(message.state, ""),
        "TemplateCode": message.template_code,
        "Content": message.text,
        "SendDate": sent_at,
        "ReceiveDate": "" if message.state is State.ACCEPTED else sent_at,
        "OutId": message.client_ref or "",
    }
