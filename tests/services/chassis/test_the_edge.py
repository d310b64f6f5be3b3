"""One effect per key, refusals that lose nothing, and nobody in who should not be (promises P1, P8)."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.service import Service, asgi
from tests.running import KEYS, PEOPLE_KEY, person_token, raw_public, service_token
from tests.services.chassis import sample
from tests.services.chassis.conftest import Pair


async def operator(pair: Pair) -> httpx.AsyncClient:
    return await pair.producer.person(grants=[("operator", "area", uuid4())])


def note(words: str = "hello", note_id: UUID | None = None) -> dict[str, str]:
    return {"id": str(note_id or uuid4()), "words": words}


async def test_the_same_key_gives_one_effect_and_the_same_answer(pair: Pair) -> None:
    client, body = await operator(pair), note()
    first = await client.post("/v1/notes", json=body, headers={"Idempotency-Key": "k1"})
    again = await client.post("/v1/notes", json=body, headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["idempotency-replayed"] == "true"
    assert first.headers["etag"] == '"1"'
    assert len(await pair.producer.events()) == 1


async def test_the_same_key_with_another_body_is_refused_and_another_actors_key_is_her_own(pair: Pair) -> None:
    client, other = await operator(pair), await operator(pair)
    await client.post("/v1/notes", json=note(), headers={"Idempotency-Key": "k1"})
    reused = await client.post("/v1/notes", json=note(), headers={"Idempotency-Key": "k1"})
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    assert (await other.post("/v1/notes", json=note(), headers={"Idempotency-Key": "k1"})).status_code == 201


async def test_fifty_at_once_with_one_key_have_one_effect(pair: Pair) -> None:
    client, body = await operator(pair), note()
    asked = [client.post("/v1/notes", json=body, headers={"Idempotency-Key": "k1"}) for _ in range(50)]
    answers = await asyncio.gather(*asked)
    assert {a.status_code for a in answers} <= {201, 409, 503}
    assert len({a.content for a in answers if a.status_code == 201}) == 1
    assert len(await pair.producer.events()) == 1


async def test_a_refusal_is_not_stored_and_is_judged_again(pair: Pair) -> None:
    client = await operator(pair)
    refused = await client.post("/v1/notes", json=note("no"), headers={"Idempotency-Key": "k1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_wanted")
    assert refused.headers["content-type"] == "application/problem+json"
    assert (await client.post("/v1/notes", json=note(), headers={"Idempotency-Key": "k1"})).status_code == 201


async def test_the_stored_answer_is_sealed(pair: Pair) -> None:
    body = note()
    await (await operator(pair)).post("/v1/notes", json=body)
    (row,) = await pair.producer.sql("SELECT answer FROM once_request")
    assert body["id"].encode() not in bytes(row["answer"])


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"id": "x", "words": 5}, {"/id", "/words"}),
        ({"id": str(uuid4()), "words": "a\0b"}, {"/"}),
        ({"id": str(uuid4()), "words": "a", "more": 1}, {"/more"}),
        ({}, {"/id", "/words"}),
    ],
)
async def test_bad_bodies_name_every_fault_at_once(pair: Pair, body: dict[str, object], pointers: set[str]) -> None:
    answer = await (await operator(pair)).post("/v1/notes", json=body)
    assert answer.status_code == 422
    assert {e["pointer"] for e in answer.json()["errors"]} == pointers


async def test_what_is_missing_is_named(pair: Pair) -> None:
    client = await operator(pair)
    keyless = httpx.AsyncClient(
        transport=httpx.ASGITransport(pair.producer.app), base_url="http://test", headers=client.headers
    )
    async with keyless:
        assert (await keyless.post("/v1/notes", json=note())).json()["code"] == "idempotency_key_missing"
        bad = await keyless.post("/v1/notes", json=note(), headers={"Idempotency-Key": "a b"})
        assert (bad.status_code, bad.json()["code"]) == (400, "idempotency_key_invalid")
        broken = await keyless.post("/v1/notes", content=b"{", headers={"content-type": "application/json"})
        assert broken.status_code in (400, 422)
    keeper = await pair.producer.person(grants=[("keeper", "area", uuid4())])
    assert (await keeper.post("/v1/tools:reset")).status_code == 428
    assert (await keeper.post("/v1/tools:reset", headers={"If-Match": '"x"'})).status_code == 400


async def test_a_body_over_the_limit_is_refused_whatever_its_header_says(pair: Pair) -> None:
    client = await operator(pair)
    told = await client.post("/v1/notes", json=note("x" * 1_100_000))
    assert (told.status_code, told.json()["code"]) == (413, "too_large")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b" " * 100_000

    streamed = await client.post("/v1/notes", content=chunks(), headers={"content-type": "application/json"})
    assert (streamed.status_code, streamed.json()["code"]) == (413, "too_large")
    assert await pair.producer.events() == []


async def test_a_door_that_says_so_takes_a_larger_body_and_no_more(pair: Pair) -> None:
    client = await operator(pair)
    for size, status in ((1_100_000, 201), (1_200_000, 413)):
        assert (await client.post("/v1/notes:long", json=note("x" * size))).status_code == status


async def test_without_a_grant_nobody_acts(pair: Pair) -> None:
    resident = await pair.producer.person()
    denied = await resident.post("/v1/notes", json=note())
    assert (denied.status_code, denied.json()["permission"]) == (403, "notes.keep")
    assert (await pair.producer.client().post("/v1/notes", json=note())).status_code == 401
    assert (await pair.producer.as_service("funds").post("/v1/notes", json=note())).status_code == 403


async def test_an_ended_grant_and_an_ended_session_are_refused(pair: Pair) -> None:
    person, session, grant = uuid4(), uuid4(), uuid4()
    await pair.producer.sql(
        "INSERT INTO grants VALUES ($1, $2, 'operator', 'area', $1::uuid, ARRAY[$1::uuid], '2000-01-01', NULL)",
        grant,
        person,
    )
    client = pair.producer.client(person_token(person, "tickets", session=session))
    assert (await client.post("/v1/notes", json=note())).status_code == 201
    until = {"grant_id": grant, "until": "2020-01-01T00:00:00Z"}
    await pair.producer.apply("members.grant_ended.v1", until)
    assert (await client.post("/v1/notes", json=note())).status_code == 403
    ended = {"session_id": session, "person_id": person, "until": "2099-01-01T00:00:00Z"}
    await pair.producer.apply("members.session_ended.v1", ended)
    assert (await client.post("/v1/notes", json=note())).json()["code"] == "session_ended"


async def test_sensitive_acts_need_a_fresh_second_factor_and_fresh_grants(pair: Pair) -> None:
    held = [("keeper", "area", uuid4())]
    weak = await pair.producer.person(grants=held, level="aal1")
    answer = await weak.post("/v1/tools:reset", headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["code"]) == (403, "step_up")
    strong = await pair.producer.person(grants=held)
    assert (await strong.post("/v1/tools:reset", headers={"If-Match": '"1"'})).status_code == 200
    await pair.producer.sql(
        "INSERT INTO feed_cursor (producer, lane, epoch, confirmed_at)"
        " VALUES ('members', 0, '1-x', now() - interval '2 minutes')"
    )
    stale = await strong.post("/v1/tools:reset", headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (503, "grants_unconfirmed")
    assert int(stale.headers["retry-after"]) > 0


def forged_tokens() -> dict[str, str]:
    person, now, stranger = uuid4(), int(time.time()), Ed25519PrivateKey.generate()
    plain = {
        "iss": "members",
        "sub": str(person),
        "aud": "tickets",
        "sid": str(uuid4()),
        "acr": "aal2",
        "auth_time": now,
        "exp": now + 300,
    }
    head = {"typ": "at+jwt", "kid": "people"}
    without_exp = {k: v for k, v in plain.items() if k != "exp"}
    return {
        "no algorithm": jwt.encode(plain, "", "none", headers=head),
        "HS256 with the public key": jwt.encode(plain, raw_public(PEOPLE_KEY), "HS256", headers=head),
        "another's key": jwt.encode(plain, stranger, "EdDSA", headers=head),
        "foreign kid": jwt.encode(plain, PEOPLE_KEY, "EdDSA", headers=head | {"kid": "other"}),
        "embedded key": jwt.encode(plain, stranger, "EdDSA", headers=head | {"jwk": {"kty": "OKP"}, "kid": "x"}),
        "no expiry": jwt.encode(without_exp, PEOPLE_KEY, "EdDSA", headers=head),
        "expired": person_token(person, "tickets", exp=now - 60),
        "future nbf": person_token(person, "tickets", nbf=now + 600),
        "wrong audience": person_token(person, "funds"),
        "wrong issuer": person_token(person, "tickets", iss="tickets"),
        "wrong typ": jwt.encode(plain, PEOPLE_KEY, "EdDSA", headers=head | {"typ": "JWT"}),
        "a service for another service": jwt.encode(
            {"iss": "funds", "sub": "notify", "aud": "tickets", "exp": now + 60},
            KEYS["funds"],
            "EdDSA",
            headers={"typ": "service+jwt", "kid": "service:funds"},
        ),
        "a person's token signed by a service": jwt.encode(plain, KEYS["funds"], "EdDSA", headers=head),
        "expired service token": service_token("notify", "tickets", exp=now - 60),
        "rubbish": "a.b.c",
    }


@pytest.mark.parametrize("name", sorted(forged_tokens()))
async def test_forged_tokens_are_refused_alike(pair: Pair, name: str) -> None:
    answer = await pair.producer.client(forged_tokens()[name]).post("/v1/notes", json=note())
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


async def test_pages_go_on_where_they_stopped_and_forged_cursors_are_refused(pair: Pair) -> None:
    client = await operator(pair)
    for _ in range(5):
        await client.post("/v1/notes", json=note())
    first = (await client.get("/v1/notes", params={"limit": 3})).json()
    rest = (await client.get("/v1/notes", params={"limit": 3, "cursor": first["next"]})).json()
    assert len(set(first["items"] + rest["items"])) == 5
    assert rest["next"] is None
    other = await client.get("/v1/notes", params={"cursor": first["next"], "by": "name"})
    assert (other.status_code, other.json()["code"]) == (400, "cursor_invalid")
    for bad in ("x", first["next"][:-2] + "AA", "é"):
        assert (await client.get("/v1/notes", params={"cursor": bad})).status_code == 400
    for limit in (0, 10_000):
        assert (await client.get("/v1/notes", params={"limit": limit})).status_code == 400


async def test_a_route_without_a_permission_keeps_the_service_from_starting(pair: Pair) -> None:
    from fastapi import APIRouter

    bare = APIRouter()

    @bare.get("/v1/open")
    async def read_all() -> dict[str, str]:
        return {}

    settings = pair.producer.running.settings
    with pytest.raises(RuntimeError, match="declares no permission"):
        asgi(Service(name="tickets", settings=settings, routers=[bare]), pair.producer.running)


async def test_a_client_with_a_key_of_its_own_acts_as_that_key_and_needs_no_idempotency_key(pair: Pair) -> None:
    url, body = "/v1/notes:by-key", note()
    assert (await pair.producer.client("open").post(url, json=body)).json()["code"] == "key_unknown"
    client = pair.producer.client("sesame")
    client.event_hooks["request"].clear()
    assert (await client.post(url, json=body)).status_code == 201
    (event,) = await pair.producer.events()
    assert event.actor == f"api_key:{sample.THE_KEY}"
    once = [await client.post(url, json=body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert once[0].content == once[1].content
    assert len(await pair.producer.events()) == 2


async def test_a_route_says_by_its_own_word_that_services_may_not_act_there(pair: Pair) -> None:
    client = pair.producer.as_service("notify")
    for url, code in (("/v1/notes", "services_do_not_act_here"), ("/v1/notes:unasked", "services_do_not_write")):
        refused = await client.post(url, json=note())
        assert (refused.status_code, refused.json()["code"]) == (403, code)


async def test_over_its_places_it_answers_503_and_has_done_nothing(pair: Pair) -> None:
    settings = pair.producer.running.settings.model_copy(
        update={"requests_at_once": 1, "requests_waiting": 1, "request_wait_seconds": 0.05}
    )
    pair.producer.running.settings = settings
    pair.producer.app = asgi(sample.producer(settings), pair.producer.running)
    client = await operator(pair)
    answers = await asyncio.gather(*[client.post("/v1/notes", json=note()) for _ in range(30)])
    served_, refused = [a for a in answers if a.status_code == 201], [a for a in answers if a.status_code == 503]
    assert len(served_) + len(refused) == 30
    assert refused
    assert all("retry-after" in a.headers for a in refused)
    assert len(await pair.producer.events()) == len(served_)
