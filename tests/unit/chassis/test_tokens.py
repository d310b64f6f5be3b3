"""Reading people's tokens: the key set is fetched once, and nobody is refused because it is still on its way."""

import asyncio
import base64
import time
from datetime import datetime, tzinfo
from uuid import uuid4

import httpx
import pytest

from chassis.auth import Tokens
from chassis.refused import Refused
from chassis.settings import Settings, load
from tests.running import KEYS, jwks, person_token, raw_private

ENVIRONMENT = {"YIHU_TICKETS_SIGNING_KEY": base64.b64encode(raw_private(KEYS["tickets"])).decode()}


def tokens(handler: httpx.MockTransport) -> Tokens:
    client = httpx.AsyncClient(base_url="http://members", transport=handler)
    return Tokens(load(Settings, "tickets", ENVIRONMENT), client)


async def test_members_that_hang_hold_nobody_longer_than_one_question() -> None:
    asked = 0

    async def hangs(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        await asyncio.sleep(1.1)
        raise httpx.ReadTimeout("members hangs")

    reading, token = tokens(httpx.MockTransport(hangs)), person_token(uuid4(), "tickets")
    waiting = asyncio.gather(*(reading.read(token, "tickets") for _ in range(20)), return_exceptions=True)
    answers = await asyncio.wait_for(waiting, 3)
    assert [getattr(answer, "status", None) for answer in answers] == [503] * 20
    assert asked == 1


async def test_all_first_requests_wait_for_one_fetch_of_the_keys() -> None:
    asked = 0

    async def slowly(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        return httpx.Response(200, json=jwks())

    reading, person = tokens(httpx.MockTransport(slowly)), uuid4()
    token = person_token(person, "tickets")
    actors = await asyncio.gather(*(reading.read(token, "tickets") for _ in range(20)))
    assert {actor.person_id for actor in actors} == {person}
    assert asked == 1


async def test_without_any_key_the_answer_is_that_members_is_away() -> None:
    reading = tokens(httpx.MockTransport(lambda request: httpx.Response(503)))
    with pytest.raises(Refused) as refused:
        await reading.read(person_token(uuid4(), "tickets"), "tickets")
    assert (refused.value.code, refused.value.status) == ("members_away", 503)


async def test_a_key_nobody_knows_is_refused_without_asking_again_and_again() -> None:
    asked = 0

    def other_keys(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        other = jwks()
        other["keys"][0]["kid"] = "another"
        return httpx.Response(200, json=other)

    reading = tokens(httpx.MockTransport(other_keys))
    for _ in range(5):
        with pytest.raises(Refused, match="token_invalid"):
            await reading.read(person_token(uuid4(), "tickets"), "tickets")
    assert asked == 1


async def test_what_was_found_good_is_good_no_longer_than_the_token_says(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, person = tokens(httpx.MockTransport(lambda request: httpx.Response(200, json=jwks()))), uuid4()
    token = person_token(person, "tickets")
    assert [(await reading.read(token, "tickets")).person_id for _ in range(2)] == [person, person]
    with pytest.raises(Refused, match="token_invalid"):
        await reading.read(token, "funds")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 86_400)
    monkeypatch.setattr("jwt.api_jwt.datetime", _Tomorrow)
    with pytest.raises(Refused, match="token_invalid"):
        await reading.read(token, "tickets")


class _Tomorrow(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_Tomorrow":
        return cls.fromtimestamp(datetime.now(tz).timestamp() + 86_400, tz)
