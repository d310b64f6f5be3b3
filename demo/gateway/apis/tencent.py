"""Tencent Cloud SMS 2021-01-11: SendSms and PullSmsSendStatusByPhoneNumber, answered as the vendor answers."""

import json
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import Request, Response
from fastapi.responses import JSONResponse

from demo.gateway.apis import tc3
from demo.gateway.apis.answering import answered
from demo.gateway.faults import Line
from demo.gateway.messages import Message, State, segments, vendor_time
from demo.gateway.network import Network
from demo.gateway.numbers import international, local
from demo.gateway.submission import Submission
from demo.gateway.templates import Refusal
from demo.gateway.vendors import Report, Stage, Told, guessed

NAME = "tencent"
NUMBERS_MAX = 200
PULLED_MAX = 100
GAP = re.compile(r"\{(\d{1,2})\}")
OUT_OF_SERVICE = "FailedOperation.InsufficientBalanceInSmsPackage"

Given = dict[str, Any]


class Tencent:
    """One account of the vendor."""

    def __init__(self, network: Network, secret_id: str, secret_key: str) -> None:
        self._network = network
        self._secrets = {secret_id: secret_key}

    async def answer(self, request: Request) -> Response:
        """The one address of the API; the action is named in a header."""
        body = await request.body()
        try:
            tc3.verify(request, body, self._secrets, datetime.now(UTC))
            given = _given(body)
            action = request.headers.get("x-tc-action", "")
            if request.headers.get("x-tc-version") != "2021-01-11":
                raise Refusal("UnsupportedOperation", "The version is not supported.")
            if action == "PullSmsSendStatusByPhoneNumber":
                return self._pull(given)
            if action == "SendSms":
                return await self._send(given, {"action": action, "headers": _shown(request), "parameters": given})
            raise Refusal("InvalidAction", "The action does not exist.")
        except Refusal as refusal:
            return _answer(Error={"Code": refusal.code, "Message": refusal.message})

    async def _send(self, given: Given, call: dict[str, Any]) -> Response:
        numbers = given.get("PhoneNumberSet")
        if not isinstance(numbers, list) or not numbers or not given.get("SmsSdkAppId"):
            raise Refusal("MissingParameter", "PhoneNumberSet and SmsSdkAppId are required.")
        if len(numbers) > NUMBERS_MAX:
            raise Refusal("LimitExceeded.PhoneNumberCountLimit", f"At most {NUMBERS_MAX} numbers in one request.")

        def judge() -> tuple[Response, list[Submission]]:
            submissions = [self._judge(str(number), given, call) for number in numbers]
            answer = _answer(
                SendStatusSet=[
                    _status(number, submission) for number, submission in zip(numbers, submissions, strict=True)
                ]
            )
            return answer, submissions

        return await answered(self._network, judge, _unavailable)

    def _judge(self, written: str, given: Given, call: dict[str, Any]) -> Submission:
        """Each number has its own answer."""
        number, text, code, reason = local(written), "", "Ok", None
        try:
            self._refused(number)
            text = self._text(given)
        except Refusal as refusal:
            code, reason = refusal.code, refusal.message
        serial = f"{uuid.uuid4().int % 10**4:04d}:{uuid.uuid4().int % 10**24:024d}" if reason is None else ""
        return Submission(
            provider=NAME,
            number=number or written,
            thread=self._network.thread(given.get("SignName") or "", given.get("ExtendCode") or ""),
            text=text,
            client_ref=given.get("SessionContext") or None,
            biz_id=serial or None,
            code=code,
            reason=reason,
            call=call | {"answer": {"SerialNo": serial, "Code": code}},
            sign_name=given.get("SignName") or "",
            template_code=str(given.get("TemplateId", "")),
        )

    def _refused(self, number: str | None) -> None:
        faults = self._network.faults
        if number is None:
            raise Refusal("InvalidParameterValue.IncorrectPhoneNumber", "手机号格式错误")
        if faults.take("throttle"):
            raise Refusal("LimitExceeded.PhoneNumberThirtySecondLimit", "单个手机号30秒内下发短信条数超过设定的上限")
        if faults.take("refuse"):
            raise Refusal(faults.refuse_code or OUT_OF_SERVICE, "业务受限")
        if faults.line(number) is Line.BLACKLISTED:
            raise Refusal("FailedOperation.PhoneNumberInBlacklist", "手机号在免打扰名单库中")

    def _text(self, given: Given) -> str:
        """The filed text with its gaps filled, by number."""
        filing = self._network.templates.filed(str(given.get("TemplateId", "")))
        if not self._network.templates.signed(given.get("SignName") or ""):
            raise Refusal("FailedOperation.SignatureIncorrectOrUnapproved", "签名未审批或格式错误")
        if filing is None:
            raise Refusal(
                "FailedOperation.TemplateIncorrectOrUnapproved", "模板未审批或请求的内容与审核通过的模板内容不匹配"
            )
        if not re.fullmatch(r"\d{0,8}", given.get("ExtendCode") or ""):
            raise Refusal("InvalidParameterValue.ExtendCode", "扩展码错误")
        values = [str(value) for value in given.get("TemplateParamSet") or []]
        if len(set(GAP.findall(filing.text))) != len(values):
            raise Refusal(
                "FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "请求内容与审核通过的模板内容不匹配"
            )
        return f"【{given['SignName']}】" + GAP.sub(lambda gap: values[int(gap[1]) - 1], filing.text)

    def _pull(self, given: Given) -> Response:
        """What the carrier has said of the texts to one number since a time; of those on their way nothing."""
        if self._network.faults.take("query_5xx"):
            return _unavailable()
        begin, end = given.get("BeginTime"), given.get("EndTime") or 2**40
        limit, offset = given.get("Limit"), given.get("Offset") or 0
        if not isinstance(begin, int) or not isinstance(limit, int) or not 1 <= limit <= PULLED_MAX:
            raise Refusal("InvalidParameterValue", f"BeginTime is required, Limit is 1 to {PULLED_MAX}.")
        found = [
            _pulled(message)
            for message in reversed(self._network.handsets.of(local(str(given.get("PhoneNumber"))) or ""))
            if message.provider == NAME
            and message.biz_id is not None
            and message.state is not State.ACCEPTED
            and begin <= message.moment().timestamp() <= end
        ]
        return _answer(PullSmsSendStatusSet=found[offset : offset + limit])


class TencentPushes:
    """Reports in arrays, texts one by one; taken when the answer is 200 with `result` 0."""

    name = NAME
    reports_at_once = 4
    reports_per_push = 100

    def report(self, report: Report) -> Told | None:
        if report.stage is not Stage.FINAL:
            return None
        if report.garbled:
            return Told({"mobile": report.number, "report_status": "MAYBE"})
        return Told(
            {
                "user_receive_time": vendor_time(report.at),
                "nationcode": _country(report.number)[0],
                "mobile": _country(report.number)[1],
                "report_status": "SUCCESS" if report.delivered else "FAIL",
                "errmsg": "DELIVRD" if report.delivered else "UNDELIV",
                "description": "用户短信送达成功" if report.delivered else report.reason,
                "sid": report.biz_id,
            }
        )

    def uplink(self, message: Message, extension: str) -> Told:
        country, number = _country(message.number)
        return Told(
            {
                "extend": extension,
                "mobile": number,
                "nationcode": country,
                "sign": message.sign_name,
                "text": message.text,
                "time": int(message.moment().timestamp()),
            }
        )

    def request(self, kind: str, url: str, bodies: Sequence[Any], *, forged: bool) -> httpx.Request:
        body = list(bodies) if kind == "report" else bodies[0]
        return httpx.Request("POST", guessed(url) if forged else url, json=body)

    def taken(self, answer: httpx.Response) -> bool:
        try:
            return answer.status_code == 200 and bool(answer.json()["result"] == 0)
        except (ValueError, KeyError, TypeError):
            return False


def _given(body: bytes) -> Given:
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise Refusal("InvalidParameter", "The body is no JSON object.")
    return given


def _shown(request: Request) -> dict[str, str]:
    """The headers that stand beside the text: not the one that holds the signature."""
    return {name: value for name, value in request.headers.items() if name.startswith("x-tc-")}


def _answer(**response: Any) -> Response:
    return JSONResponse({"Response": response | {"RequestId": str(uuid.uuid4())}})


def _unavailable() -> Response:
    return JSONResponse({"message": "Service Unavailable"}, 503)


def _status(written: object, submission: Submission) -> dict[str, Any]:
    yes = submission.reason is None
    return {
        "SerialNo": submission.biz_id or "",
        "PhoneNumber": international(submission.number) if yes else str(written),
        "Fee": len(segments(submission.text)) if yes else 0,
        "SessionContext": submission.client_ref or "",
        "Code": submission.code,
        "Message": "send success" if yes else submission.reason,
        "IsoCode": "DEF" if submission.number.startswith("00") else "CN",
    }


def _pulled(message: Message) -> dict[str, Any]:
    country, number = _country(message.number)
    return {
        "UserReceiveTime": int(message.moment().timestamp()),
        "CountryCode": country,
        "SubscriberNumber": number,
        "PhoneNumber": international(message.number),
        "SerialNo": message.biz_id,
        "ReportStatus": "SUCCESS" if message.state is State.DELIVERED else "FAIL",
        "Description": "DELIVRD" if message.state is State.DELIVERED else message.reason,
        "SessionContext": message.client_ref or "",
    }


def _country(number: str) -> tuple[str, str]:
    """Country code and the rest. Abroad the vendor would know where the code ends; the gateway does not."""
    return ("", number.removeprefix("00")) if number.startswith("00") else ("86", number)
