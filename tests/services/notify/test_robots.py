"""A group's chat hears what its rules say, by the robot its keeper gave it, twenty times a minute at most."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.services.notify.phones import COMMUNITY, GROUP, Phones

DINGTALK = {"kind": "dingtalk", "credentials": {"access_token": "a", "secret": "s"}}
WECOM = {"kind": "wecom", "credentials": {"key": "k"}}


async def keeper(phones: Phones, role: str = "keeper") -> httpx.AsyncClient:
    return await phones.service.person(grants=[(role, "area", COMMUNITY)])


async def give(phones: Phones, robot: Mapping[str, Any] = WECOM) -> dict[str, Any]:
    answer = await (await keeper(phones)).post("/v1/robots", json={"group_id": str(GROUP), **robot})
    assert answer.status_code == 201, answer.text
    given: dict[str, Any] = answer.json()
    return given


async def chat_texts(phones: Phones) -> list[Any]:
    return [call for call in phones.provider.calls if call.number == f"robot:{GROUP}"]


async def test_a_chat_hears_of_a_case_without_a_word_of_it(phones: Phones) -> None:
    await give(phones)
    await phones.assigned()
    await phones.send()
    (said,) = await chat_texts(phones)
    assert said.text == "物业管理有新的环境卫生工单,请组长登录查看。"
    (message,) = await phones.messages(channel="robot")
    assert (message["state"], message["segments"], message["billable"]) == ("submitted", 0, 0)


async def test_a_group_without_a_robot_is_told_nothing(phones: Phones) -> None:
    await phones.assigned()
    assert await phones.messages(channel="robot") == []


async def test_the_leader_is_asked_as_before(phones: Phones) -> None:
    await give(phones)
    ticket = await phones.assigned()
    await phones.send()
    assert (await phones.prompt(ticket, "accept"))["ext"] == "01"


async def test_what_nobody_reports_on_ends_in_submitted(phones: Phones) -> None:
    await give(phones)
    await phones.assigned()
    await phones.send()
    await phones.service.advance(hours=80)
    await phones.resolver.look()
    (message,) = await phones.messages(channel="robot")
    assert message["state"] == "submitted"


async def test_the_twenty_first_text_of_a_minute_waits(phones: Phones) -> None:
    await give(phones)
    for _ in range(21):
        await phones.assigned()
    for _ in range(25):
        await phones.send()
    states = [m["state"] for m in await phones.messages(channel="robot")]
    assert (states.count("submitted"), states.count("queued")) == (20, 1)
    await phones.service.advance(minutes=2)
    await phones.send()
    assert len(await chat_texts(phones)) == 21


async def test_what_proves_a_robot_is_sealed_and_never_shown(phones: Phones) -> None:
    await give(phones, DINGTALK)
    (listed,) = (await (await keeper(phones)).get("/v1/robots")).json()["items"]
    assert set(listed) == {"id", "group_id", "kind", "base_url", "state", "revision"}
    rows = await phones.service.sql("SELECT * FROM providers WHERE kind = 'dingtalk'")
    assert b"access_token" not in rows[0]["credentials_enc"]


async def test_another_robot_takes_the_place_of_the_first(phones: Phones) -> None:
    await give(phones)
    await give(phones, DINGTALK)
    (listed,) = (await (await keeper(phones)).get("/v1/robots")).json()["items"]
    assert listed["kind"] == "dingtalk"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"credentials": {}}, "robot_credentials_invalid"),
        ({"credentials": {"key": ""}}, "robot_credentials_invalid"),
        ({"credentials": {"access_token": "a"}}, "robot_credentials_invalid"),
        ({"base_url": "http://qyapi.weixin.qq.com"}, "address_refused"),
        ({"base_url": "https://10.0.0.1"}, "address_refused"),
    ],
)
async def test_a_robot_that_cannot_be_called_is_refused(phones: Phones, wrong: dict[str, Any], code: str) -> None:
    asked = {"group_id": str(GROUP), **WECOM} | wrong
    answer = await (await keeper(phones)).post("/v1/robots", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_only_a_keeper_of_the_groups_area_gives_it_a_robot(phones: Phones) -> None:
    asked = {"group_id": str(GROUP), **WECOM}
    assert (await (await keeper(phones, "secretary")).post("/v1/robots", json=asked)).status_code == 403
    assert (await (await keeper(phones, "auditor")).post("/v1/robots", json=asked)).status_code == 403
    stranger = await phones.service.person(grants=[("keeper", "area", uuid4())])
    assert (await stranger.post("/v1/robots", json=asked)).status_code == 404
    await give(phones)
    assert (await stranger.get("/v1/robots")).json()["items"] == []
    assert len((await (await keeper(phones, "auditor")).get("/v1/robots")).json()["items"]) == 1
