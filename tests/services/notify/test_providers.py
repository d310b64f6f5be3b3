"""Providers in the hands of people: added, paused, weighed; how fast they are given texts; nobody sees a credential."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest

from services.notify.handlers import weighing
from services.notify.store import rates
from tests.services.notify.carriers import with_providers
from tests.services.notify.phones import BASE, COMMUNITY, Phones

NEW = {
    "id": "north",
    "kind": "kannel",
    "base_url": "http://127.0.0.1:13013",
    "credentials": {"username": "yihu", "password": "pass-canary"},
}


async def somebody(phones: Phones, role: str) -> Any:
    return await phones.service.person(grants=[(role, "area", COMMUNITY)])


async def revision(phones: Phones, name: str) -> dict[str, str]:
    (row,) = await phones.service.sql("SELECT revision FROM providers WHERE id = $1", name)
    return {"If-Match": f'"{row["revision"]}"'}


async def test_a_keeper_adds_a_provider_and_is_told_once_where_it_shall_push(phones: Phones) -> None:
    keeper = await somebody(phones, "keeper")
    answer = await keeper.post("/v1/providers", json=NEW)
    assert answer.status_code == 201
    assert "/providers/north/" in answer.json()["push_url"]
    path = answer.json()["push_url"].removeprefix(phones.sender.settings.push_base_url)
    assert (await phones.service.client().get(f"{path}/reports")).status_code == 200
    assert (await phones.service.client().get(f"{path}x/reports")).status_code == 401
    assert (await keeper.post("/v1/providers", json=NEW)).status_code == 409


async def test_no_credential_is_ever_shown_or_lies_open(phones: Phones) -> None:
    keeper = await somebody(phones, "keeper")
    added = await keeper.post("/v1/providers", json=NEW)
    listed = await keeper.get("/v1/providers")
    assert {"aliyun", "north"} <= {item["id"] for item in listed.json()["items"]}
    assert "canary" not in added.text + listed.text
    rows = await phones.service.sql("SELECT providers::text AS row FROM providers")
    assert not any("canary" in row["row"] for row in rows)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "pigeon"}, "kind_unknown"),
        ({"kind": "generic", "base_url": "https://10.0.0.1/send"}, "address_refused"),
        ({"kind": "generic", "base_url": "http://127.0.0.1/send"}, "address_refused"),
    ],
)
async def test_a_provider_nobody_could_use_is_refused(phones: Phones, change: dict[str, Any], code: str) -> None:
    keeper = await somebody(phones, "keeper")
    answer = await keeper.post("/v1/providers", json=NEW | change)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    ("role", "reads", "pauses", "adds", "signs"),
    [
        ("message_manager", 200, 200, 403, 200),
        ("keeper", 200, 200, 201, 403),
        ("auditor", 200, 403, 403, 403),
        ("operator", 403, 403, 403, 403),
    ],
)
async def test_who_may_do_what(phones: Phones, role: str, reads: int, pauses: int, adds: int, signs: int) -> None:
    person = await somebody(phones, role)
    assert (await person.get("/v1/providers")).status_code == reads
    assert (await person.get("/v1/routes")).status_code == reads
    held = await revision(phones, "aliyun")
    paused = await person.post("/v1/providers/aliyun:pause", json={"reason": "test"}, headers=held)
    assert paused.status_code == pauses
    assert (await person.post("/v1/providers", json=NEW)).status_code == adds
    sender = {"base_number": BASE, "signature": "南岸妇联", "ext_width": 2}
    assert (await person.post("/v1/senders", json=sender)).status_code == signs


async def test_what_is_paused_carries_nothing_and_goes_on_when_resumed(phones: Phones) -> None:
    manager = await somebody(phones, "message_manager")
    held = await revision(phones, "aliyun")
    assert (await manager.post("/v1/providers/aliyun:pause", json={"reason": "r"}, headers=held)).status_code == 200
    again = await manager.post("/v1/providers/aliyun:pause", json={"reason": "r"}, headers=held)
    assert (again.status_code, again.json()["code"]) == (412, "stale")
    twice = await revision(phones, "aliyun")
    refused = await manager.post("/v1/providers/aliyun:pause", json={"reason": "r"}, headers=twice)
    assert refused.json()["code"] == "cannot_pause_when_paused"
    await phones.assigned()
    await phones.send()
    assert phones.provider.calls == []
    await manager.post("/v1/providers/aliyun:resume", json={"reason": "r"}, headers=await revision(phones, "aliyun"))
    await phones.send()
    assert len(phones.provider.calls) == 1


async def test_a_route_is_written_in_place_of_the_one_for_the_same(phones: Phones) -> None:
    keeper = await somebody(phones, "keeper")
    await keeper.post("/v1/providers", json=NEW)
    route = {"class": "notice", "pairs": [{"provider": "north", "sender": BASE, "weight": 30}]}
    first = (await keeper.post("/v1/routes", json=route)).json()
    route["pairs"] = [{"provider": "aliyun", "sender": BASE, "weight": 1}]
    second = (await keeper.post("/v1/routes", json=route)).json()
    assert (second["id"], second["revision"], second["pairs"][0]["provider"]) == (first["id"], 2, "aliyun")
    nobody = {"pairs": [{"provider": "nobody", "sender": BASE, "weight": 1}]}
    assert (await keeper.post("/v1/routes", json=nobody)).json()["code"] == "pair_unknown"
    nothing = {"pairs": [{"provider": "north", "sender": BASE, "weight": 0}]}
    assert (await keeper.post("/v1/routes", json=nothing)).json()["code"] == "weights_empty"


async def test_a_check_says_whether_a_provider_answers(phones: Phones) -> None:
    keeper = await somebody(phones, "keeper")
    await keeper.post("/v1/providers", json=NEW | {"id": "dead", "kind": "aliyun", "base_url": "http://127.0.0.1:9"})
    await keeper.post("/v1/providers", json=NEW)
    assert (await keeper.post("/v1/providers/dead:check", json={})).json()["result"] == "silent"
    assert (await keeper.post("/v1/providers/north:check", json={})).json()["result"] == "cannot_say"
    assert (await keeper.post("/v1/providers/nobody:check", json={})).status_code == 404


# Weights and rates ----------------------------------------------------------------------------------------------


async def weigh(phones: Phones) -> dict[str, int]:
    async with phones.service.transaction() as tx:
        await weighing.weigh(tx)
    (row,) = await phones.service.sql("SELECT pairs FROM routes WHERE message_class = 'notice'")
    return {pair["provider"]: pair["weight"] for pair in json.loads(row["pairs"])}


async def test_who_delivers_late_gets_less_and_comes_back_with_a_line_for_each_move(phones: Phones) -> None:
    await with_providers(phones, a_kannel=100, b_twilio=100)
    await phones.service.sql(
        "INSERT INTO submissions SELECT gen_random_uuid(), gen_random_uuid(), 1, 1, 'a_kannel', 'delivered', '', NULL,"
        " NULL, now() + shift - interval '6 min', now(), 0, NULL, now() + shift - interval '10 s', ''"
        " FROM clock, generate_series(1, 20)"
    )
    assert await weigh(phones) == {"a_kannel": 90, "b_twilio": 100}
    assert await weigh(phones) == {"a_kannel": 90, "b_twilio": 100}
    await phones.service.advance(seconds=61)
    assert await weigh(phones) == {"a_kannel": 80, "b_twilio": 100}
    await phones.service.advance(minutes=15)
    assert await weigh(phones) == {"a_kannel": 90, "b_twilio": 100}
    lines = await phones.service.sql("SELECT weight_before, weight_after, why FROM weight_moves ORDER BY ordinal")
    assert [tuple(line) for line in lines] == [(100, 90, "slow"), (90, 80, "slow"), (80, 90, "quiet")]


def test_the_slices_of_a_second_hold_its_rate() -> None:
    for rate in (1, 5, 10, 23, 100):
        assert sum(rates.allowed(rate, number) for number in range(1_000, 1_010)) == rate


async def test_all_processes_together_get_no_more_than_the_rate(phones: Phones) -> None:
    async def lease() -> int:
        async with phones.service.transaction() as tx:
            return await rates.lease(tx, "north", 100, 4)

    begun = asyncio.get_running_loop().time()
    granted = sum([sum(await asyncio.gather(*(lease() for _ in range(6)))) for _ in range(5)])
    seconds = asyncio.get_running_loop().time() - begun
    assert 0 < granted <= 10 * (seconds * 10 + 2)


async def test_a_rate_holds_back_what_is_due_and_loses_none_of_it(phones: Phones) -> None:
    carriers = await with_providers(phones, a_kannel=100)
    await phones.service.sql("UPDATE providers SET rate = 1 WHERE id = 'a_kannel'")
    phones.service.running.state.pop("providers", None)
    for number in range(3):
        await phones.assigned(UUID(int=9_000 + number), round=number)
    begun = asyncio.get_running_loop().time()
    while len(carriers.calls) < 3:
        await phones.send()
        assert asyncio.get_running_loop().time() < begun + 30
    assert asyncio.get_running_loop().time() - begun >= 1
