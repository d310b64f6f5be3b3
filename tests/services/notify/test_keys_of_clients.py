"""Keys of clients: who makes them, what a token must be, and what a key's type allows."""

import base64
import json
import time
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest

from services.notify.domain.api_key import KeyType, parted
from tests.services.notify.clients import SMS, a_body, a_key, client, errors, token
from tests.services.notify.phones import COMMUNITY, Phones


def _none(key: str) -> str:
    parts = [{"alg": "none", "typ": "JWT"}, {"iss": str(parted(key)[1]), "iat": int(time.time())}]
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."


def _rs256(key: str) -> str:
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    claims = {"iss": str(parted(key)[1]), "iat": int(time.time())}
    return jwt.encode(claims, generate_private_key(65_537, 2_048), "RS256")


TOKENS: dict[str, tuple[Any, str]] = {
    "none": (_none, "Invalid token: algorithm used is not HS256"),
    "rs256": (_rs256, "Invalid token: algorithm used is not HS256"),
    "old": (
        lambda k: token(k, iat=int(time.time()) - 32),
        "Error: Your system clock must be accurate to within 30 seconds",
    ),
    "early": (
        lambda k: token(k, iat=int(time.time()) + 32),
        "Error: Your system clock must be accurate to within 30 seconds",
    ),
    "no iat": (lambda k: token(k, iat=None), "Invalid token: iat field not provided"),
    "no iss": (lambda k: token(k, iss=None), "Invalid token: iss field not provided"),
    "iss no uuid": (lambda k: token(k, iss="x"), "Invalid token: service id is not the right data type"),
    "nobody": (lambda k: token(k, iss=str(UUID(int=7))), "Invalid token: service not found"),
    "wrong secret": (lambda k: token(k[:-1] + ("0" if k[-1] != "0" else "1")), "Invalid token: API key not found"),
    "garbage": (lambda k: "x.y", "Invalid token: signature, api token is not valid"),
}


@pytest.mark.parametrize("name", TOKENS)
async def test_a_token_with_anything_wrong_is_403(phones: Phones, name: str) -> None:
    made, message = TOKENS[name]
    bearer = phones.service.client(made(await a_key(phones)))
    answer = await bearer.post(SMS, json=await a_body(phones))
    assert (answer.status_code, errors(answer)) == (403, [("AuthError", message)])
    assert await phones.messages() == []


@pytest.mark.parametrize("given", [None, "Basic x", "x"])
async def test_no_token_is_401(phones: Phones, given: str | None) -> None:
    headers = {"Authorization": given} if given else {}
    answer = await phones.service.client().get("/v2/notifications", headers=headers)
    assert answer.status_code == 401
    ((kind, _),) = errors(answer)
    assert kind == "AuthError"


async def test_a_token_of_a_service_of_ours_sends_nothing(phones: Phones) -> None:
    answer = await phones.service.as_service("tickets").post(SMS, json=await a_body(phones))
    assert (answer.status_code, errors(answer)) == (403, [("AuthError", "services_do_not_send")])


async def test_a_revoked_key_is_refused_at_once_and_another_of_its_organisation_goes_on(phones: Phones) -> None:
    first, second = await a_key(phones), await a_key(phones)
    keeper = await phones.service.person(grants=[("keeper", "area", COMMUNITY)])
    listed = (await keeper.get("/v1/api-keys")).json()["items"]
    assert all("secret" not in one and "key" not in one for one in listed)
    oldest = listed[-1]
    revoked = await keeper.post(f"/v1/api-keys/{oldest['id']}:revoke", json={})
    assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
    again = await keeper.post(f"/v1/api-keys/{oldest['id']}:revoke", json={})
    assert (again.status_code, again.json()["code"]) == (409, "cannot_revoke_when_revoked")
    refused = await client(phones, first).get("/v2/notifications")
    assert (refused.status_code, errors(refused)) == (403, [("AuthError", "Invalid token: API key revoked")])
    assert (await client(phones, second).get("/v2/notifications")).status_code == 200


async def test_a_team_key_writes_to_the_guest_list_only(phones: Phones) -> None:
    key, body = await a_key(phones, KeyType.TEAM), await a_body(phones)
    refused = await client(phones, key).post(SMS, json=body)
    told = [("BadRequestError", "Can’t send to this recipient using a team-only API key")]
    assert (refused.status_code, errors(refused)) == (400, told)
    keeper = await phones.service.person(grants=[("keeper", "area", COMMUNITY)])
    listing = {"community_id": str(COMMUNITY), "recipients": ["138 0000 0077", "Mei@Example.org"]}
    assert (await keeper.put("/v1/guest-list", json=listing)).json()["recipients"] == 2
    shown = await keeper.get("/v1/guest-list", params={"community_id": str(COMMUNITY)})
    assert shown.json()["recipients"] == ["138****0077", "m****@example.org"]
    assert (await client(phones, key).post(SMS, json=body)).status_code == 201
    await keeper.put("/v1/guest-list", json=listing | {"recipients": []})
    assert (await client(phones, key).post(SMS, json=body)).status_code == 400


@pytest.mark.parametrize("role", ["secretary", "message_manager", "operator", "auditor"])
async def test_only_the_keeper_makes_keys(phones: Phones, role: str) -> None:
    person = await phones.service.person(grants=[(role, "area", COMMUNITY)])
    body = {"community_id": str(COMMUNITY), "name": "x", "type": "normal"}
    assert (await person.post("/v1/api-keys", json=body)).status_code == 403
    assert (await person.get("/v1/api-keys")).status_code == (200 if role == "auditor" else 403)


async def test_a_keeper_of_another_place_makes_no_key_here_and_one_without_second_factor_none_at_all(
    phones: Phones,
) -> None:
    body = {"community_id": str(COMMUNITY), "name": "x", "type": "normal"}
    elsewhere = await phones.service.person(grants=[("keeper", "area", uuid4())])
    assert (await elsewhere.post("/v1/api-keys", json=body)).status_code == 404
    listing = {"community_id": str(COMMUNITY)}
    assert (await elsewhere.get("/v1/guest-list", params=listing)).status_code == 404
    weak = await phones.service.person(grants=[("keeper", "area", COMMUNITY)], level="aal1")
    assert (await weak.post("/v1/api-keys", json=body)).json()["code"] == "step_up"


async def test_a_secret_lies_sealed(phones: Phones) -> None:
    key = await a_key(phones)
    secret = str(parted(key)[2])
    for table in ("api_keys", "audit", "once_request"):
        for row in await phones.service.sql(f"SELECT t::text AS line FROM {table} t"):
            assert secret not in row["line"]
