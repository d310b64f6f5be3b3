"""The vendor's own client and validator are the judges; the client is only told another host."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.unit.gateway.harness import Customer, Gateway

NUMBER = "13800000001"
REF = "0190b5a4-0000-7000-8000-000000000002"
OURS = "+8610690000"


class Loopback(TwilioHttpClient):  # type: ignore[misc]  # the vendor gives no types
    """The vendor's client, on the way to the gateway."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self._url), *args, **more)


def sdk(gateway: Gateway, token: str = "secret") -> Client:
    return Client("key", token, http_client=Loopback(gateway.url))


async def create(gateway: Gateway, **changed: Any) -> Any:
    facts = {
        "to": f"+86{NUMBER}",
        "from_": OURS,
        "body": "您好 hello",
        "status_callback": f"{gateway.reports_to}?ref={REF}",
    }
    return await asyncio.to_thread(lambda: sdk(gateway).messages.create(**(facts | changed)))


def form_of(body: bytes) -> dict[str, str]:
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


async def test_the_vendors_client_sends_with_the_right_token(gateway: Gateway) -> None:
    message = await create(gateway)
    assert (message.status, message.to, message.error_code) == ("queued", f"+86{NUMBER}", None)
    [submission] = await gateway.submissions(REF)
    assert (submission["text"], submission["biz_id"], submission["thread"]) == ("您好 hello", message.sid, OURS)


async def test_the_vendors_client_is_refused_with_a_wrong_token(gateway: Gateway) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await asyncio.to_thread(lambda: sdk(gateway, "another").messages.create(to=NUMBER, from_=OURS, body="1"))
    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert (await gateway.http.get("/sim/submissions")).json()["total"] == 0


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"to": "12345"}, 21211), ({"body": ""}, 21602), ({"from_": ""}, 21603), ({"body": "长" * 1601}, 21617)],
)
async def test_what_cannot_be_sent_is_refused(gateway: Gateway, changed: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await create(gateway, **changed)
    assert (refused.value.status, refused.value.code) == (400, code)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"throttle": 1}, 429, 20429),
        ({"refuse": 1}, 401, 20003),
        ({"numbers": {NUMBER: "blacklisted"}}, 400, 21610),
        ({"error_5xx": 1}, 503, 20503),
    ],
)
async def test_a_fault_is_answered_in_the_vendors_words(
    gateway: Gateway, fault: dict[str, Any], status: int, code: int
) -> None:
    await gateway.faults(**fault)
    with pytest.raises(TwilioRestException) as refused:
        await create(gateway)
    assert (refused.value.status, refused.value.code) == (status, code)


async def test_the_client_finds_by_number_and_day_and_fetches_one(gateway: Gateway) -> None:
    sent = await create(gateway)
    await create(gateway, to="+8613800000002")
    await gateway.settled()
    client = sdk(gateway)
    today = datetime.now(UTC).date()

    async def found(day: date) -> list[str]:
        listed = await asyncio.to_thread(lambda: client.messages.list(to=f"+86{NUMBER}", date_sent=day))
        return [message.sid for message in listed]

    assert await found(today) == [sent.sid]
    assert await found(today - timedelta(days=2)) == []
    fetched = await asyncio.to_thread(lambda: client.messages(sent.sid).fetch())
    assert (fetched.body, fetched.status) == ("您好 hello", "delivered")
    with pytest.raises(TwilioRestException) as missing:
        await asyncio.to_thread(lambda: client.messages("SM0").fetch())
    assert missing.value.status == 404


async def test_the_client_reads_page_after_page(gateway: Gateway) -> None:
    for _ in range(5):
        await create(gateway)
    listed = await asyncio.to_thread(lambda: sdk(gateway).messages.list(to=f"+86{NUMBER}", page_size=2))
    assert len({message.sid for message in listed}) == 5
    odd = await gateway.http.get("/2010-04-01/Accounts/key/Messages.json?PageSize=x&Page=-1", auth=("key", "secret"))
    assert len(odd.json()["messages"]) == 5


async def test_the_vendors_validator_believes_a_status_callback(gateway: Gateway, customer: Customer) -> None:
    sent = await create(gateway)
    calls = await customer.called(2)
    assert [form_of(body)["MessageStatus"] for _, body in calls] == ["sent", "delivered"]
    request, body = calls[1]
    form, signature = form_of(body), request.headers["x-twilio-signature"]
    assert (form["MessageSid"], form["To"], form["From"]) == (sent.sid, f"+86{NUMBER}", OURS)
    assert RequestValidator("secret").validate(f"{gateway.reports_to}?ref={REF}", form, signature)
    assert not RequestValidator("another").validate(f"{gateway.reports_to}?ref={REF}", form, signature)
    assert not RequestValidator("secret").validate(f"{gateway.reports_to}?ref={REF}", form | {"To": "+1"}, signature)


async def test_the_vendors_validator_believes_a_text(gateway: Gateway, customer: Customer) -> None:
    await create(gateway, status_callback="")
    await gateway.settled()
    await gateway.types("1 好的", to=OURS.removeprefix("+"), via="twilio")
    [(request, body)] = await customer.called(1)
    form = form_of(body)
    assert (form["From"], form["Body"], form["NumSegments"]) == (f"+86{NUMBER}", "1 好的", "1")
    uplinks = gateway.reports_to.replace("reports", "uplinks")
    assert RequestValidator("secret").validate(uplinks, form, request.headers["x-twilio-signature"])


async def test_a_reply_goes_back_to_the_number_that_asked(gateway: Gateway, customer: Customer) -> None:
    await create(gateway, status_callback="")
    asked = await gateway.settled()
    await gateway.types("1", in_reply_to=asked["id"])
    [(_, body)] = await customer.called(1)
    assert form_of(body)["To"] == OURS


async def test_a_forged_callback_is_not_signed_by_the_account(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_forged=1)
    await create(gateway)
    calls = [(form_of(body), request.headers["x-twilio-signature"]) for request, body in await customer.called(3)]
    validator = RequestValidator("secret")
    believed = [validator.validate(f"{gateway.reports_to}?ref={REF}", form, signature) for form, signature in calls]
    assert sorted(believed) == [False, True, True]


async def test_a_number_abroad_has_its_handset(gateway: Gateway) -> None:
    await create(gateway, to="+13125550123")
    [message] = await gateway.messages("0013125550123")
    assert message["text"] == "您好 hello"


@pytest.mark.parametrize(("line", "code"), [("unallocated", "30005"), ("suspended", "30003")])
async def test_a_number_that_cannot_be_reached(gateway: Gateway, customer: Customer, line: str, code: str) -> None:
    await gateway.faults(numbers={NUMBER: line})
    await create(gateway)
    _, body = (await customer.called(2))[-1]
    assert (form_of(body)["MessageStatus"], form_of(body)["ErrorCode"]) == ("undelivered", code)
