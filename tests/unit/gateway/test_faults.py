"""Each fault does what it says, to as many cases as it says, and to no more."""

import zlib
from datetime import datetime
from typing import Any

import httpx
import pytest

from demo.gateway.faults import Faults
from demo.gateway.messages import SHANGHAI
from tests.unit.gateway.harness import SECRET_PATH, Customer, Gateway, until
from tests.unit.gateway.signing import signed

NUMBER = "13800000001"


def test_a_counted_fault_is_used_up() -> None:
    faults = Faults(throttle=2)
    assert [faults.take("throttle") for _ in range(3)] == [True, True, False]


def test_a_fault_without_count_stays() -> None:
    faults = Faults(throttle=-1)
    assert [faults.take("throttle") for _ in range(3)] == [True, True, True]


@pytest.mark.parametrize("body", [{"silent": -2}, {"nonsense": 1}, {"refuse_code": "no"}, {"numbers": {"1": "dead"}}])
async def test_a_fault_that_does_not_exist_is_refused(gateway: Gateway, body: dict[str, Any]) -> None:
    assert (await gateway.http.put("/sim/faults", json=body)).status_code == 422


async def test_silence_comes_after_accepting(gateway: Gateway) -> None:
    await gateway.faults(silent=1, silence_ms=0)
    with pytest.raises(httpx.RemoteProtocolError):
        await gateway.send()
    [submission] = await gateway.submissions("ref-1")
    assert submission["code"] == "OK"
    assert (await gateway.settled())["state"] == "delivered"


async def test_an_error_accepts_nothing(gateway: Gateway) -> None:
    await gateway.faults(error_5xx=1)
    assert (await gateway.send()).status_code == 503
    assert await gateway.submissions("ref-1") == []
    assert (await gateway.send()).json()["Code"] == "OK"


async def test_an_error_after_accepting_is_on_file(gateway: Gateway) -> None:
    await gateway.faults(error_after_accepting=1)
    assert (await gateway.send()).status_code == 503
    assert [s["code"] for s in await gateway.submissions("ref-1")] == ["OK"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"throttle": 1}, "isv.BUSINESS_LIMIT_CONTROL"),
        ({"refuse": 1, "refuse_code": "isv.AMOUNT_NOT_ENOUGH"}, "isv.AMOUNT_NOT_ENOUGH"),
    ],
)
async def test_a_refusal_is_definite(gateway: Gateway, fault: dict[str, Any], code: str) -> None:
    await gateway.faults(**fault)
    answer = await gateway.send()
    assert (answer.status_code, answer.json()["Code"]) == (200, code)
    assert [s["code"] for s in await gateway.submissions("ref-1")] == [code]
    assert await gateway.messages() == []


async def test_latency_delays_the_answer(gateway: Gateway) -> None:
    await gateway.faults(latency_ms=200)
    answer = await gateway.send()
    assert answer.elapsed.total_seconds() >= 0.2


async def test_a_query_may_be_out_of_order(gateway: Gateway) -> None:
    await gateway.faults(query_5xx=1)
    today = datetime.now(SHANGHAI).strftime("%Y%m%d")
    asked = {"PhoneNumber": NUMBER, "SendDate": today, "PageSize": "1", "CurrentPage": "1"}
    assert [(await gateway.call("QuerySendDetails", **asked)).status_code for _ in range(2)] == [503, 200]


async def test_a_lost_report_never_comes_though_the_text_arrived(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_lost=1)
    await gateway.send()
    await gateway.send(OutId="ref-2")
    [report] = await customer.received(1)
    assert report["out_id"] == "ref-2"
    assert {(m["state"], m["report"]) for m in await gateway.messages() if m["client_ref"] == "ref-1"} == {
        ("delivered", "lost")
    }


async def test_a_late_report_comes_after_the_others(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_late=1, report_late_seconds=3_000)
    await gateway.send()
    await gateway.send(OutId="ref-2")
    assert [r["out_id"] for r in await customer.received(2)] == ["ref-2", "ref-1"]


async def test_a_double_report_is_the_same_twice(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_double=1)
    await gateway.send()
    first, second = await customer.received(2)
    assert first == second


async def test_reordered_reports_come_backwards(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_reordered=3)
    for ref in ("ref-1", "ref-2", "ref-3"):
        await gateway.send(OutId=ref)
        await gateway.settled()
    assert [r["out_id"] for r in await customer.received(3)] == ["ref-3", "ref-2", "ref-1"]


async def test_held_reports_are_pushed_when_the_fault_ends(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_reordered=5)
    await gateway.send()
    await gateway.settled()
    await gateway.http.delete("/sim/faults")
    assert len(await customer.received(1)) == 1


async def test_a_report_may_overtake_the_answer(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_before_answer=1)
    await gateway.http.put("/sim/settings", json={"report_delay_ms": 60_000})
    answer = await gateway.send()
    assert [r["biz_id"] for r in customer.items()] == [answer.json()["BizId"]]


async def test_a_forged_report_does_not_know_the_secret(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_forged=1)
    await gateway.send()

    async def paths() -> list[str]:
        return customer.paths

    await until(paths, lambda seen: len(seen) >= 2)
    [forged] = [path for path in customer.paths if not path.startswith(SECRET_PATH)]
    assert forged.startswith("/providers/one/")
    assert forged.endswith("/reports")
    assert [r["success"] for r in customer.items()] == [True]


async def test_an_unknown_report_names_what_nobody_sent(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_unknown=1)
    await gateway.send()
    reports = await customer.received(2)
    [unknown] = [r for r in reports if r["out_id"] != "ref-1"]
    assert await gateway.submissions(unknown["out_id"]) == []


async def test_a_mismatched_report_tells_of_another_number(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_mismatch=1)
    await gateway.send()
    lie, truth = await customer.received(2)
    assert (lie["out_id"], lie["success"], lie["phone_number"] != NUMBER) == ("ref-1", False, True)
    assert (truth["out_id"], truth["success"], truth["phone_number"]) == ("ref-1", True, NUMBER)


async def test_a_bad_item_travels_with_a_good_one(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_bad_item=1)
    await gateway.send()
    await customer.received(2)
    [(bad, good)] = customer.bodies
    assert "out_id" not in bad
    assert good["out_id"] == "ref-1"


async def test_a_text_may_be_pushed_twice(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(uplink_double=1)
    await gateway.types("1")
    first, second = await customer.received(2)
    assert first == second


async def test_reset_ends_the_faults_and_forgets_the_texts(gateway: Gateway) -> None:
    await gateway.faults(throttle=-1, numbers={NUMBER: "suspended"})
    await gateway.send()
    await gateway.types("1")
    await gateway.http.post("/sim/reset", json={})
    assert (await gateway.http.get("/sim/faults")).json() == Faults().model_dump()
    assert (await gateway.http.get("/sim/submissions")).json()["total"] == 0
    assert (await gateway.send()).json()["Code"] == "OK"


async def test_an_answer_may_be_a_page(gateway: Gateway) -> None:
    await gateway.faults(answer_html=1)
    answer = await gateway.send()
    assert answer.headers["content-type"].startswith("text/html")
    assert [s["code"] for s in await gateway.submissions("ref-1")] == ["OK"]
    assert (await gateway.send()).json()["Code"] == "OK"


async def test_an_answer_may_be_ten_megabytes(gateway: Gateway) -> None:
    await gateway.faults(answer_huge=1)
    assert len((await gateway.send()).content) > 10 * 1024 * 1024


async def test_an_answer_may_be_small_and_unpack_to_two_hundred_megabytes(gateway: Gateway) -> None:
    await gateway.faults(answer_bomb=1)
    sending = {"PhoneNumbers": NUMBER, "SignName": "东山坪社区", "TemplateCode": "SMS_2"}
    request = signed(gateway.url, "SendSms", sending)
    answer = await gateway.http.send(request, stream=True)
    packed = b"".join([piece async for piece in answer.aiter_raw()])
    unpacking = zlib.decompressobj(wbits=31)
    unpacked = 0
    while packed:
        unpacked += len(unpacking.decompress(packed, 1024 * 1024))
        packed = unpacking.unconsumed_tail
    assert answer.headers["content-encoding"] == "gzip"
    assert unpacked >= 200 * 1024 * 1024


async def test_a_broken_connection_accepts_nothing(gateway: Gateway) -> None:
    await gateway.faults(disconnect=1)
    with pytest.raises(httpx.RemoteProtocolError):
        await gateway.send()
    assert await gateway.submissions("ref-1") == []
    assert (await gateway.send()).json()["Code"] == "OK"


async def test_contradictory_reports_say_both(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(report_contradictory=1)
    await gateway.send()
    assert [(r["out_id"], r["success"]) for r in await customer.received(2)] == [("ref-1", True), ("ref-1", False)]


async def test_a_stripped_extension_leaves_the_base_number(gateway: Gateway, customer: Customer) -> None:
    await gateway.send(SmsUpExtendCode="07")
    asked = await gateway.settled()
    await customer.received(1)
    await gateway.faults(extension_stripped=1)
    await gateway.types("1", in_reply_to=asked["id"])
    await gateway.types("1", in_reply_to=asked["id"])
    replies = (await customer.received(3))[1:]
    assert [reply["dest_code"] for reply in replies] == ["106900000427", "10690000042707"]


async def test_a_blacklisted_number_is_refused(gateway: Gateway) -> None:
    await gateway.faults(numbers={NUMBER: "blacklisted"})
    assert (await gateway.send()).json()["Code"] == "isv.BLACK_KEY_CONTROL_LIMIT"
    assert await gateway.messages() == []
    assert (await gateway.send("13800000002")).json()["Code"] == "OK"


async def test_a_phone_that_stays_off_never_gets_its_text(gateway: Gateway, customer: Customer) -> None:
    await gateway.faults(numbers={NUMBER: "powered_off"}, powered_off_seconds=1_000)
    await gateway.send()
    [report] = await customer.received(1)
    assert (report["success"], report["err_code"], report["err_msg"]) == (False, "EXPIRED", "关机")


async def test_a_phone_that_is_on_again_gets_its_text_once(gateway: Gateway, customer: Customer) -> None:
    """The wait of the first is over before that of the second: nothing is told of it again."""
    off = {NUMBER: "powered_off", "13800000002": "powered_off"}
    await gateway.faults(numbers=off, powered_off_seconds=3_000)
    await gateway.send()
    await gateway.send("13800000002", OutId="ref-2")
    assert (await gateway.messages())[0]["state"] == "accepted"
    await gateway.http.put(f"/sim/handsets/{NUMBER}", json={"line": "in_service"})
    assert [(r["out_id"], r["success"]) for r in await customer.received(2)] == [("ref-1", True), ("ref-2", False)]
