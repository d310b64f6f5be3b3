"""Caps of every kind, the space between two texts, hours of each class, and budgets: what is over waits."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from services.notify.domain.decision import CHECKS
from services.notify.loops.retention import forget
from tests.conftest import Fresh
from tests.services.notify.phones import COMMUNITY, LEADER, NUMBERS, REPORTER, SECRET, Phones


async def code(phones: Phones, community: UUID | None = COMMUNITY) -> None:
    """A code for whoever stands behind a challenge; her number is of the range 1380000."""
    data = {"challenge_id": uuid4(), "expires_at": "2030-01-01T00:00:00Z"}
    await phones.service.apply("members.sign_in_code_requested.v1", data, community=community)


async def waiting_for(phones: Phones) -> list[str]:
    return [m["waiting_for"] for m in await phones.messages(state="queued", channel="sms")]


async def as_class(phones: Phones, message_class: str) -> None:
    await phones.service.sql(
        "UPDATE messages SET message_class = $1, topic = 'activities', due_at = (SELECT now() + shift FROM clock),"
        " waiting_for = '' WHERE state = 'queued'",
        message_class,
    )


async def consented(phones: Phones, person: UUID) -> None:
    await phones.service.sql(
        "INSERT INTO consents VALUES"
        " ($1, NULL, $2, 'activities', '*', '1', 'import', 'list', NULL, 'test', '2026-01-01')",
        uuid4(),
        person,
    )


@pytest_asyncio.fixture
async def spaced(fresh: Fresh) -> Phones:
    return await Phones.of(await fresh("notify", push_secret=SECRET))


async def test_two_texts_to_one_number_are_three_seconds_apart(spaced: Phones) -> None:
    await spaced.assigned()
    await spaced.assigned()
    await spaced.follow_up()
    await spaced.send()
    assert (len(spaced.provider.texts_to(LEADER)), len(spaced.provider.texts_to(REPORTER))) == (1, 1)
    assert await waiting_for(spaced) == ["spacing"]
    await spaced.service.advance(seconds=3)
    await spaced.send()
    assert len(spaced.provider.texts_to(LEADER)) == 2


async def test_a_code_does_not_wait_for_another_text(spaced: Phones) -> None:
    NUMBERS[LEADER], own = "+8613800000009", NUMBERS[LEADER]
    try:
        await spaced.assigned()
        await spaced.send()
        await code(spaced)
        await spaced.send()
    finally:
        NUMBERS[LEADER] = own
    assert [c.template_code for c in spaced.provider.calls] == ["SMS_case_assigned", "SMS_sign_in_code"]


async def test_forty_texts_a_day_are_enough_whatever_their_class(fresh: Fresh) -> None:
    many: dict[str, Any] = {"cap_notice_day": 100, "cap_all_day": 4, "spacing_seconds": 0, "push_secret": SECRET}
    phones = await Phones.of(await fresh("notify", **many))
    for _ in range(3):
        await phones.assigned()
    await phones.follow_up(reporter_id=LEADER)
    await phones.follow_up(reporter_id=LEADER)
    await phones.send()
    assert len(phones.provider.texts_to(LEADER)) == 4
    assert await waiting_for(phones) == ["cap"]


@pytest.mark.parametrize(("what", "cap"), [("prefix", 2), ("community", 2), ("all", 2)])
async def test_codes_are_counted_over_ranges_communities_and_everybody(fresh: Fresh, what: str, cap: int) -> None:
    settings: dict[str, Any] = {f"cap_code_{what}_hour": cap, "cap_code_minute": 100, "cap_code_hour": 100}
    phones = await Phones.of(await fresh("notify", push_secret=SECRET, **settings))
    for _ in range(cap + 1):
        await code(phones)
    await phones.send()
    assert len(phones.provider.calls) == cap
    (over,) = await phones.messages(state="suppressed")
    assert over["reason"] == "cap", "an hour is longer than a code is worth anything"
    if what == "community":
        await code(phones, community=uuid4())
        await phones.send()
        assert len(phones.provider.calls) == cap + 1, "another community has its own"


async def test_no_code_goes_to_a_card_in_a_machine(phones: Phones) -> None:
    card = {"person_id": str(uuid4()), "status": "ok", "address": "+8614900000001", "code": "482913"}
    phones.service.others.says("/internal/contacts:resolve", lambda request: {"items": [_asked(request) | card]})
    await code(phones)
    await phones.send()
    assert phones.provider.calls == []
    (message,) = await phones.messages()
    assert (message["state"], message["reason"]) == ("suppressed", "unreachable")


def _asked(request: httpx.Request) -> dict[str, str]:
    return dict(json.loads(request.content)["items"][0])


@pytest.mark.parametrize(
    ("message_class", "closed", "opens"),
    [("promotion", "22:30", "08:01"), ("mutual-aid", "21:10", "08:01"), ("notice", "21:40", "07:31")],
)
async def test_each_class_keeps_its_hours(phones: Phones, message_class: str, closed: str, opens: str) -> None:
    await consented(phones, LEADER)
    await phones.at(closed)
    await phones.assigned()
    await as_class(phones, message_class)
    await phones.send()
    assert await waiting_for(phones) == ["hours"]
    await phones.at(opens)
    await phones.send()
    assert len(phones.provider.texts_to(LEADER)) == 1


async def test_an_urgent_case_does_not_open_the_night_for_what_advertises(phones: Phones) -> None:
    await consented(phones, LEADER)
    await phones.at("23:00")
    await phones.assigned(None, **{"class": "urgent"})
    await as_class(phones, "promotion")
    await phones.send()
    assert phones.provider.calls == []


async def test_one_promotion_a_day_and_four_a_week(phones: Phones) -> None:
    await consented(phones, LEADER)
    sent = []
    for _ in range(6):
        await phones.assigned()
        await as_class(phones, "promotion")
        await phones.send()
        sent.append(len(phones.provider.texts_to(LEADER)))
        await phones.service.advance(hours=25)
    assert sent == [1, 2, 3, 4, 4, 4]


async def test_a_check_that_cannot_be_made_sends_nothing(phones: Phones) -> None:
    await phones.assigned()
    await phones.service.sql("ALTER TABLE cap_counters RENAME TO cap_counters_away")
    try:
        with pytest.raises(Exception, match="cap_counters"):
            await phones.send()
    finally:
        await phones.service.sql("ALTER TABLE cap_counters_away RENAME TO cap_counters")
    assert phones.provider.calls == []
    assert [m["state"] for m in await phones.messages(channel="sms")] == ["queued"]


async def test_what_no_cap_looks_at_any_more_is_forgotten(phones: Phones) -> None:
    await phones.assigned()
    await phones.send()
    await phones.service.advance(days=7)
    await forget(phones.service.running)
    assert len(await phones.service.sql("SELECT 1 FROM cap_counters")) == 1
    await phones.service.advance(days=1, minutes=2)
    await forget(phones.service.running)
    assert await phones.service.sql("SELECT 1 FROM cap_counters") == []


async def test_the_trace_of_a_message_tells_every_check(phones: Phones) -> None:
    await phones.assigned()
    await phones.send()
    (message,) = await phones.messages(channel="sms")
    trace = {one["check"]: one for one in json.loads(message["trace"])}
    assert {one["result"] for one in trace.values()} == {"ok"}
    assert set(trace) >= {check.name for check in CHECKS}
    assert trace["caps"]["input"] == {"notice": ["0/10"], "every class": ["0/40"]}
