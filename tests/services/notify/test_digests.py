"""Texts to one person about one topic are gathered into one; her tray has each of them at once."""

from uuid import uuid4

from services.notify.loops.tray import TrayLoop
from tests.services.notify.phones import LEADER, REPORTER, Phones


async def closed(phones: Phones, many: int = 1, person: object = REPORTER) -> None:
    for _ in range(many):
        await phones.ticket_event("watchers_told", uuid4(), what="closed", person_ids=[person])


async def texts(phones: Phones) -> list[str]:
    await phones.send()
    return [call.template_code for call in phones.provider.calls]


async def test_several_texts_become_one_at_the_time_of_the_day(phones: Phones) -> None:
    await closed(phones, 3)
    assert await texts(phones) == []

    await phones.at("18:00")
    await phones.service.fire()
    assert await texts(phones) == ["SMS_digest"]
    assert phones.provider.calls[0].parameters == {"count": "3"}
    reasons = [m["reason"] for m in await phones.messages(state="cancelled")]
    assert reasons == ["gathered"] * 3


async def test_enough_of_them_do_not_wait_for_the_time(phones: Phones) -> None:
    await closed(phones, 4)
    await phones.service.fire()
    assert await texts(phones) == []
    await closed(phones)
    await phones.service.fire()
    assert await texts(phones) == ["SMS_digest"]
    assert phones.provider.calls[0].parameters == {"count": "5"}


async def test_a_single_one_goes_out_as_it_is(phones: Phones) -> None:
    await closed(phones)
    await phones.at("18:00")
    await phones.service.fire()
    assert await texts(phones) == ["SMS_case_watched_closed"]


async def test_each_person_has_her_own(phones: Phones) -> None:
    await closed(phones, 2)
    await closed(phones, 1, LEADER)
    await phones.at("18:00")
    await phones.service.fire()
    assert sorted(await texts(phones)) == ["SMS_case_watched_closed", "SMS_digest"]


async def test_what_was_read_in_the_tray_is_not_counted(phones: Phones) -> None:
    await closed(phones, 3)
    await TrayLoop(phones.service.running).deliver_due()
    client = await phones.service.person(REPORTER)
    items = (await client.get("/v1/tray")).json()["items"]
    assert len(items) == 3
    await client.post(f"/v1/tray/{items[0]['id']}:read")
    await phones.at("18:00")
    await phones.service.fire()
    assert await texts(phones) == ["SMS_digest"]
    assert phones.provider.calls[0].parameters == {"count": "2"}


async def test_what_nobody_gathers_goes_out_by_itself(phones: Phones) -> None:
    await closed(phones, 2)
    await phones.at("19:01")
    assert await texts(phones) == ["SMS_case_watched_closed"] * 2
