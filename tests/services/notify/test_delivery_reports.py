"""Delivery reports: forward only, whatever the order; strays kept apart; forged ones refused without a row."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.notify.domain.outcome import Accepted, Lost, Outgoing
from tests.conftest import Fresh
from tests.services.notify.phones import SECRET, Phones, a_report


async def one_submitted(phones: Phones) -> Outgoing:
    await phones.assigned()
    await phones.send()
    return phones.provider.calls[-1]


async def state_of(phones: Phones) -> tuple[str, str]:
    (message,) = await phones.messages()
    return message["state"], message["reason"]


async def verdicts(phones: Phones) -> list[str]:
    rows = await phones.service.sql("SELECT verdict FROM delivery_reports ORDER BY ordinal")
    strays = await phones.service.sql("SELECT verdict FROM stray_reports ORDER BY received_at, id")
    return [row["verdict"] for row in [*rows, *strays]]


async def test_a_failure_at_the_handset_fails_the_message(phones: Phones) -> None:
    call = await one_submitted(phones)
    await phones.report(call, success=False)
    assert await state_of(phones) == ("failed", "undelivered")
    (failed,) = await phones.service.data("notify.message_failed.v1")
    assert failed["reason"] == "undelivered"


async def test_the_same_report_again_has_no_effect_and_the_same_answer(phones: Phones) -> None:
    call = await one_submitted(phones)
    first, second = await phones.report(call), await phones.report(call)
    assert first.json() == second.json() == {"code": 0, "msg": "接收成功"}
    assert len(await phones.service.events("notify.message_delivered.v1")) == 1
    assert await verdicts(phones) == ["forward"]


async def test_the_first_final_word_wins_over_a_later_contradiction(phones: Phones) -> None:
    call = await one_submitted(phones)
    await phones.report(call)
    await phones.report(call, success=False)
    assert await state_of(phones) == ("delivered", "")
    assert await verdicts(phones) == ["forward", "contradicts"]


async def test_a_report_may_come_before_the_answer(phones: Phones) -> None:
    async def report_first(outgoing: Outgoing) -> Accepted:
        await phones.report(outgoing)
        return Accepted(f"biz-{outgoing.client_ref}")

    phones.provider.submit = report_first  # type: ignore[method-assign]
    await phones.assigned()
    await phones.send()

    assert await state_of(phones) == ("delivered", "")
    (call,) = await phones.submissions()
    assert (call["state"], call["provider_ref"], call["billed"]) == ("delivered", f"biz-{call['id']}", 2)
    assert len(await phones.service.events("notify.message_delivered.v1")) == 1


async def test_a_report_settles_what_nobody_knew(phones: Phones) -> None:
    phones.provider.answers = lambda _: Lost("time_out")
    call = await one_submitted(phones)
    assert await state_of(phones) == ("unknown", "")
    await phones.report(call)
    assert await state_of(phones) == ("delivered", "")
    await phones.service.advance(hours=1)
    await phones.resolver.look()
    assert phones.provider.asked == []


async def test_a_report_beats_our_own_guess(phones: Phones) -> None:
    call = await one_submitted(phones)
    await phones.service.advance(hours=73)
    await phones.resolver.look()
    assert await state_of(phones) == ("failed", "no_report")
    await phones.report(call)
    assert await state_of(phones) == ("delivered", "")


async def test_after_an_extra_the_second_delivery_confirms_the_duplicate(phones: Phones) -> None:
    phones.provider.answers = lambda _: Lost("time_out")
    await one_submitted(phones)
    await phones.service.advance(minutes=11)
    await phones.resolver.look()
    phones.provider.answers = lambda out: Accepted(f"biz-{out.client_ref}")
    await phones.send()
    first, second = phones.provider.calls
    await phones.report(second)
    await phones.report(first)
    assert await state_of(phones) == ("delivered", "duplicate_confirmed")
    assert len(await phones.service.events("notify.message_delivered.v1")) == 1


async def test_an_unknown_reference_is_a_stray_that_is_matched_again(phones: Phones) -> None:
    call = await one_submitted(phones)
    (row,) = await phones.submissions()
    await phones.service.sql("UPDATE submissions SET id = $1", other := uuid4())
    assert (await phones.report(call)).status_code == 200
    assert await verdicts(phones) == ["stray"]
    assert await state_of(phones) == ("submitted", "")

    await phones.service.sql("UPDATE submissions SET id = $1 WHERE id = $2", row["id"], other)
    await phones.service.advance(minutes=1, seconds=1)
    await phones.resolver.look()
    assert await state_of(phones) == ("delivered", "")
    assert await verdicts(phones) == ["forward"]


async def test_a_stray_is_looked_at_for_a_day_and_then_only_counted(phones: Phones) -> None:
    await phones.push("reports", [a_report(await one_submitted(phones)) | {"out_id": str(uuid4())}])
    await phones.service.advance(hours=24)
    await phones.resolver.look()
    rows = await phones.service.sql("SELECT match_at FROM stray_reports")
    assert [row["match_at"] for row in rows] == [None]


@pytest.mark.parametrize("wrong", [{"phone_number": "13800000099"}, {"biz_id": "another"}])
async def test_a_report_that_does_not_agree_is_suspect_and_changes_nothing(phones: Phones, wrong: Any) -> None:
    call = await one_submitted(phones)
    assert (await phones.report(call, **wrong)).status_code == 200
    assert await state_of(phones) == ("submitted", "")
    assert await verdicts(phones) == ["suspect"]


async def test_a_bad_line_harms_no_other_of_its_batch(phones: Phones) -> None:
    call = await one_submitted(phones)
    batch = [{"nonsense": True}, a_report(call), "text", None]
    assert (await phones.push("reports", batch)).status_code == 200
    assert await state_of(phones) == ("delivered", "")
    assert sorted(await verdicts(phones)) == ["forward", "unreadable", "unreadable", "unreadable"]


@pytest.mark.parametrize("secret", ["wrong", SECRET[:-1], SECRET + "x", "%20"])
@pytest.mark.parametrize("what", ["reports", "uplinks"])
async def test_a_push_with_another_secret_is_refused_without_a_row(phones: Phones, secret: str, what: str) -> None:
    call = await one_submitted(phones)
    answer = await phones.push(what, [a_report(call)], secret=secret)
    assert answer.status_code == 401
    assert await state_of(phones) == ("submitted", "")
    assert await verdicts(phones) == []


async def test_a_push_from_an_unlisted_address_is_refused(fresh: Fresh) -> None:
    phones = await Phones.of(await fresh("notify", push_secret=SECRET, push_addresses='["203.0.113.0/24"]'))
    call = await one_submitted(phones)
    assert (await phones.report(call)).status_code == 401


@pytest.mark.parametrize("secret", ["", "short"])
async def test_without_a_secret_of_128_bits_no_push_is_believed(fresh: Fresh, secret: str) -> None:
    service = await fresh("notify", push_secret=secret)
    answer = await service.client().post(f"/providers/aliyun/{secret or 'x'}/reports", json=[])
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{not json", 400), (b'{"a": 1}', 400), (b"[" * 100_000, 400), (b"[" + b" " * 1_100_000 + b"]", 413)],
)
async def test_a_push_that_cannot_be_read_is_refused(phones: Phones, body: bytes, status: int) -> None:
    client: httpx.AsyncClient = phones.service.client()
    answer = await client.post(f"/providers/aliyun/{SECRET}/reports", content=body)
    assert answer.status_code == status


async def test_an_unknown_provider_is_refused(phones: Phones) -> None:
    assert (await phones.service.client().post(f"/providers/nobody/{SECRET}/reports", json=[])).status_code == 401
