"""Signing in by password and second factor, and by a code; tokens, sessions, and what is refused."""

import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import jwt
import pytest

from services.members.domain.identity import totp
from tests.services.members.neighbourhood import Neighbourhood, ok, refusal

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "correct horse battery staple"
DEVICE = "browser-0001"


def code(steps: int = 0) -> str:
    return totp.code_at(SECRET, totp.step_at(datetime.now(UTC)) + steps)


def by_secret(here: Neighbourhood, secret: str) -> httpx.AsyncClient:
    return here.service.client(None, Authorization=f"Session {secret}")


async def signed_up(here: Neighbourhood, login: str = "chenhong") -> UUID:
    account = {"login": login, "password": PASSWORD, "totp_secret": SECRET}
    return await here.person("陈虹", account=account)


async def sign_in(here: Neighbourhood, **changes: object) -> httpx.Response:
    body = {"login": "chenhong", "password": PASSWORD, "totp": code()} | changes
    return await here.service.client().post("/v1/sessions", json=body)


async def asked_for_code(here: Neighbourhood, phone: str, device: str = DEVICE) -> httpx.Response:
    return await here.service.client().post("/v1/sign-in/challenges", json={"phone": phone, "device": device})


async def sent_code(here: Neighbourhood, challenge_id: str) -> str:
    """What notify would put into the text message."""
    notify = here.service.as_service("notify")
    body = {"purpose": "sign-in-code", "items": [{"challenge_id": challenge_id}]}
    (item,) = ok(await notify.post("/internal/contacts:resolve", json=body))["items"]
    return str(item["code"])


async def give_code(here: Neighbourhood, challenge_id: str, given: str, device: str = DEVICE) -> httpx.Response:
    body = {"code": given, "device": device}
    return await here.service.client().post(f"/v1/sign-in/challenges/{challenge_id}:verify", json=body)


async def test_password_and_second_factor_begin_a_session_that_buys_tokens(here: Neighbourhood) -> None:
    person = await signed_up(here)
    session = ok(await sign_in(here))
    assert session["level"] == "aal2"
    bought = ok(
        await by_secret(here, session["secret"]).post("/v1/sessions/current:token", json={"audience": "tickets"})
    )
    keys = jwt.PyJWKSet.from_dict(ok(await here.service.client().get("/.well-known/jwks.json")))
    header = jwt.get_unverified_header(bought["token"])
    assert (header["alg"], header["typ"]) == ("EdDSA", "at+jwt")
    claims = jwt.decode(bought["token"], keys[header["kid"]].key, ["EdDSA"], audience="tickets", issuer="members")
    assert claims["sub"] == str(person)
    assert (claims["sid"], claims["acr"]) == (session["session_id"], "aal2")
    assert claims["exp"] - time.time() <= 300
    assert set(claims) == {"iss", "sub", "aud", "sid", "acr", "auth_time", "exp"}


async def test_the_key_set_holds_the_key_that_signs_and_its_successor(here: Neighbourhood) -> None:
    keys = ok(await here.service.client().get("/.well-known/jwks.json"))["keys"]
    assert len(keys) == 2
    assert all(set(key) == {"kty", "crv", "use", "alg", "kid", "x"} for key in keys)


@pytest.mark.parametrize(
    "changes",
    [{"password": "wrong wrong wrong wrong"}, {"totp": "000000"}, {"totp": None}, {"login": "nobody"}],
    ids=["password", "second factor", "no second factor", "login"],
)
async def test_whatever_is_wrong_the_answer_is_the_same(here: Neighbourhood, changes: dict[str, object]) -> None:
    await signed_up(here)
    answer = await sign_in(here, **changes)
    assert refusal(answer) == (401, "sign_in_refused")


async def test_a_step_of_the_second_factor_counts_once(here: Neighbourhood) -> None:
    await signed_up(here)
    same = code()
    ok(await sign_in(here, totp=same))
    assert refusal(await sign_in(here, totp=same)) == (401, "sign_in_refused")
    ok(await sign_in(here, totp=code(1)))


async def test_wrong_passwords_make_her_wait_and_lock_nobody_out_for_ever(here: Neighbourhood) -> None:
    await signed_up(here)
    await sign_in(here, password="wrong wrong wrong wrong")
    await here.service.sql("UPDATE attempt_counters SET failures = 11 WHERE kind = 'account'")
    assert refusal(await sign_in(here, password="wrong wrong wrong wrong")) == (401, "sign_in_refused")
    answer = await sign_in(here)
    assert refusal(answer) == (429, "too_many_tries")
    assert 1 < int(answer.headers["Retry-After"]) <= 257
    await here.service.sql("UPDATE attempt_counters SET blocked_until = now()")
    ok(await sign_in(here))
    (counter,) = await here.service.sql("SELECT failures FROM attempt_counters WHERE kind = 'account'")
    assert counter["failures"] == 0


async def test_a_recovery_code_works_once(here: Neighbourhood) -> None:
    person = await signed_up(here)
    codes = ok(await here.as_person(person).post("/v1/me/account:renew-recovery-codes"))["codes"]
    assert len(set(codes)) == 10
    ok(await sign_in(here, totp=None, recovery_code=codes[0]))
    assert refusal(await sign_in(here, totp=None, recovery_code=codes[0])) == (401, "sign_in_refused")


async def test_she_confirms_her_second_factor_again_for_what_needs_it_fresh(here: Neighbourhood) -> None:
    await signed_up(here)
    session = ok(await sign_in(here))
    body = {"totp": code(1)}
    confirmed = ok(await by_secret(here, session["secret"]).post("/v1/sessions/current:confirm", json=body))
    assert confirmed["authenticated_at"] > session["authenticated_at"]
    wrong = await by_secret(here, session["secret"]).post("/v1/sessions/current:confirm", json={"totp": "000000"})
    assert refusal(wrong) == (401, "code_refused")


async def test_signing_out_ends_the_session_and_tells_everybody(here: Neighbourhood) -> None:
    person = await signed_up(here)
    session = ok(await sign_in(here))
    mine = by_secret(here, session["secret"])
    assert (await mine.post("/v1/sessions/current:revoke")).status_code == 204
    assert refusal(await mine.post("/v1/sessions/current:token", json={"audience": "tickets"})) == (401, "session_over")
    (fact,) = await here.service.data("members.session_ended.v1")
    assert (fact["session_id"], fact["person_id"]) == (session["session_id"], str(person))
    client = here.as_person(person, session=UUID(session["session_id"]))
    assert refusal(await client.get("/v1/me")) == (401, "session_ended")


async def test_a_disabled_person_is_out_at_once(here: Neighbourhood) -> None:
    person = await signed_up(here)
    session = ok(await sign_in(here))
    ok(await here.move(f"/v1/people/{person}:disable", client=here.secretary, reason="left"))
    mine = by_secret(here, session["secret"])
    assert refusal(await mine.post("/v1/sessions/current:token", json={"audience": "tickets"})) == (401, "session_over")
    assert refusal(await sign_in(here, totp=code(1))) == (401, "sign_in_refused")
    assert len(await here.service.data("members.session_ended.v1")) == 1


async def test_a_code_sent_to_her_number_begins_a_session_of_one_factor(here: Neighbourhood) -> None:
    person = await here.person(contact_points=[{"value": "13800000001"}])
    challenge = ok(await asked_for_code(here, "138 0000 0001"))
    (fact,) = await here.service.data("members.sign_in_code_requested.v1")
    assert set(fact) == {"challenge_id", "expires_at"}
    given = await sent_code(here, challenge["challenge_id"])
    session = ok(await give_code(here, challenge["challenge_id"], given))
    assert (session["person_id"], session["level"]) == (str(person), "aal1")
    assert len(await here.service.data("members.sign_in_code_used.v1")) == 1
    shown = ok(await here.as_person(person).get(f"/v1/people/{person}"))
    assert (shown["state"], shown["contact_points"][0]["verified"]) == ("verified", True)
    assert refusal(await give_code(here, challenge["challenge_id"], given)) == (401, "code_refused")


async def test_known_and_unknown_numbers_are_answered_alike(here: Neighbourhood) -> None:
    await here.person(contact_points=[{"value": "13800000001"}])
    known = await asked_for_code(here, "13800000001", "device-of-one")
    unknown = await asked_for_code(here, "13800000009", "device-of-two")
    assert (known.status_code, set(known.json())) == (unknown.status_code, set(unknown.json()))
    assert len(await here.service.data("members.sign_in_code_requested.v1")) == 1


async def test_a_code_is_bound_to_its_device_and_to_five_tries(here: Neighbourhood) -> None:
    await here.person(contact_points=[{"value": "13800000001"}])
    challenge = ok(await asked_for_code(here, "13800000001"))["challenge_id"]
    given = await sent_code(here, challenge)
    assert refusal(await give_code(here, challenge, given, "another-device")) == (401, "code_refused")
    wrong = "000000" if given != "000000" else "111111"
    for _ in range(5):
        assert refusal(await give_code(here, challenge, wrong)) == (401, "code_refused")
    assert refusal(await give_code(here, challenge, given)) == (401, "code_refused")


async def test_no_number_is_sent_more_codes_than_its_cap(here: Neighbourhood) -> None:
    ok(await asked_for_code(here, "13800000001"))
    answer = await asked_for_code(here, "13800000001", "other-device")
    assert refusal(answer) == (429, "too_many_tries")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61


async def test_no_device_and_no_address_asks_for_more_codes_than_its_cap(here: Neighbourhood) -> None:
    for number in range(10):
        ok(await asked_for_code(here, f"1380000010{number}"))
    assert refusal(await asked_for_code(here, "13800000200")) == (429, "too_many_tries")
    for number in range(10):
        ok(await asked_for_code(here, f"1380000030{number}", f"device-number-{number}"))
    assert refusal(await asked_for_code(here, "13800000400", "device-number-x")) == (429, "too_many_tries")


async def test_a_number_that_is_no_mainland_mobile_gets_no_code(here: Neighbourhood) -> None:
    assert refusal(await asked_for_code(here, "+442079460000")) == (422, "phone_not_mobile")


async def test_a_forgotten_or_made_up_secret_buys_nothing(here: Neighbourhood) -> None:
    nobody = by_secret(here, "x" * 43)
    assert refusal(await nobody.post("/v1/sessions/current:token", json={"audience": "tickets"})) == (
        401,
        "session_over",
    )
    without = here.service.client()
    assert refusal(await without.post("/v1/sessions/current:token", json={"audience": "tickets"})) == (
        401,
        "secret_wrong",
    )


async def test_an_idle_session_is_over(here: Neighbourhood) -> None:
    await signed_up(here)
    session = ok(await sign_in(here))
    await here.service.sql("UPDATE sessions SET last_used_at = now() - interval '31 minutes'")
    answer = await by_secret(here, session["secret"]).post("/v1/sessions/current:token", json={"audience": "tickets"})
    assert refusal(answer) == (401, "session_over")


async def test_a_session_is_ended_by_its_owner_and_by_nobody_unrelated(here: Neighbourhood) -> None:
    person = await signed_up(here)
    session = ok(await sign_in(here))
    stranger = await here.service.person(uuid4())
    path = f"/v1/sessions/{session['session_id']}:revoke"
    assert refusal(await stranger.post(path, json={})) == (404, "not_found")
    ok(await here.as_person(person).post(path, json={}))
    assert ok(await here.as_person(person).get("/v1/sessions"))["items"] == []


async def bearer(here: Neighbourhood, secret: str, audience: str = "members") -> httpx.AsyncClient:
    """A client with a token that the session has bought, read with the keys that members publishes."""
    keys = ok(await here.service.client().get("/.well-known/jwks.json"))
    here.service.others.says("/.well-known/jwks.json", keys, method="GET")
    bought = ok(await by_secret(here, secret).post("/v1/sessions/current:token", json={"audience": audience}))
    return here.service.client(bought["token"])


async def test_a_bought_token_opens_its_own_audience_and_no_other(here: Neighbourhood) -> None:
    person = await signed_up(here)
    session = ok(await sign_in(here))
    me = ok(await (await bearer(here, session["secret"])).get("/v1/me"))
    assert (me["person_id"], me["level"], me["name"]) == (str(person), "aal2", "陈虹")
    elsewhere = await bearer(here, session["secret"], "tickets")
    assert refusal(await elsewhere.get("/v1/me")) == (401, "token_invalid")
    unknown = await by_secret(here, session["secret"]).post("/v1/sessions/current:token", json={"audience": "bank"})
    assert refusal(unknown) == (422, "audience_unknown")


async def test_keys_follow_one_another_without_a_gap(here: Neighbourhood) -> None:
    await here.service.sql("UPDATE signing_keys SET active_from = active_from - interval '90 days 1 hour'")
    await here.service.sql("UPDATE signing_keys SET active_until = active_until - interval '90 days 1 hour'")
    await signed_up(here)
    session = ok(await sign_in(here))
    ok(await (await bearer(here, session["secret"])).get("/v1/me"))
    await here.service.advance(days=1)
    keys = ok(await here.service.client().get("/.well-known/jwks.json"))["keys"]
    assert len(keys) == 3
