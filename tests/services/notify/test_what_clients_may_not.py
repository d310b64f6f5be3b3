"""Bad input of the compatible API, told in Notify's own words, and whose messages a client sees."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.notify.domain.api_key import KeyType
from tests.services.notify.clients import (
    SMS,
    TEXT,
    VALUES,
    a_body,
    a_key,
    a_mail_template,
    client,
    errors,
    template_id,
)
from tests.services.notify.phones import COMMUNITY, Phones

BAD: list[tuple[dict[str, Any], str]] = [
    ({"phone_number": None}, "phone_number is a required property"),
    ({"template_id": None}, "template_id is a required property"),
    ({"template_id": "x"}, "template_id is not a valid UUID"),
    ({"phone_number": "1380000000x"}, "phone_number Must not contain letters or symbols"),
    ({"phone_number": "1380000007"}, "phone_number Not enough digits"),
    ({"phone_number": "138000000777"}, "phone_number Too many digits"),
    ({"phone_number": "02362345678"}, "phone_number Not a mobile number"),
    ({"phone_number": "12012345678"}, "phone_number Not a mobile number"),
    ({"phone_number": 13800000077}, "phone_number 13800000077 is not of type string"),
    ({"phone_number": "\0"}, "phone_number has characters that are no text"),
    ({"personalisation": "x"}, "personalisation should contain key value pairs"),
    ({"personalisation": {"number": {"file": "x"}}}, "personalisation should contain key value pairs"),
    ({"reference": 7}, "reference 7 is not of type string"),
    ({"nonsense": "x"}, "Additional properties are not allowed (nonsense was unexpected)"),
    ({"email_address": "a@b.cn"}, "Additional properties are not allowed (email_address was unexpected)"),
    ({"scheduled_for": "2020-01-01T00:00:00Z"}, "scheduled_for datetime can not be in the past"),
    ({"scheduled_for": "2090-01-01T00:00"}, "scheduled_for datetime can only be 24 hours in the future"),
]


@pytest.mark.parametrize(("changes", "message"), BAD)
async def test_a_body_that_does_not_fit_is_told_field_by_field(
    phones: Phones, changes: dict[str, Any], message: str
) -> None:
    key = await a_key(phones)
    answer = await client(phones, key).post(SMS, json=await a_body(phones, **changes))
    assert (answer.status_code, errors(answer)) == (400, [("ValidationError", message)])
    assert await phones.messages() == []


async def test_all_faults_of_a_body_are_told_at_once(phones: Phones) -> None:
    answer = await client(phones, await a_key(phones)).post(SMS, json={"template_id": "x"})
    assert [message for _, message in errors(answer)] == [
        "phone_number is a required property",
        "template_id is not a valid UUID",
    ]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"phone_number": "+447700900000"}, "Cannot send to international mobile numbers"),
    ({"template_id": str(uuid4())}, "Template not found"),
    ({"personalisation": {"number": "1"}}, "Missing personalisation: category"),
    ({"personalisation": VALUES | {"category": "【假】"}}, "Personalisation must not contain 【 or 】: category"),
    (
        {"personalisation": VALUES | {"category": "长" * 900}},
        "Text messages cannot be longer than 500 characters. Your message is 982 characters long.",
    ),
    (
        {"sms_sender_id": str(COMMUNITY)},
        f"sms_sender_id {COMMUNITY} does not exist in database for service id {COMMUNITY}",
    ),
]


@pytest.mark.parametrize(("changes", "message"), WRONG)
async def test_what_cannot_be_sent_is_a_bad_request(phones: Phones, changes: dict[str, Any], message: str) -> None:
    answer = await client(phones, await a_key(phones)).post(SMS, json=await a_body(phones, **changes))
    assert (answer.status_code, errors(answer)) == (400, [("BadRequestError", message)])


@pytest.mark.parametrize("content", [b"{", b"", b"\xff", b"[" * 100_000])
async def test_what_is_no_json_is_a_bad_request(phones: Phones, content: bytes) -> None:
    answer = await client(phones, await a_key(phones)).post(SMS, content=content)
    assert (answer.status_code, errors(answer)) == (400, [("BadRequestError", "Invalid JSON supplied in POST data")])
    array = await client(phones, await a_key(phones)).post(SMS, json=[1])
    assert errors(array) == [("ValidationError", "[1] is not of type object")]


async def test_a_mail_template_sends_no_text_and_the_other_way_round(phones: Phones) -> None:
    mail, key = await a_mail_template(phones), await a_key(phones)
    answer = await client(phones, key).post(SMS, json=await a_body(phones, template_id=mail))
    assert errors(answer) == [("BadRequestError", "email template is not suitable for sms notification")]
    text = {"email_address": "a@example.org", "template_id": await template_id(phones, TEXT)}
    answer = await client(phones, key).post("/v2/notifications/email", json=text | {"personalisation": VALUES})
    assert errors(answer) == [("BadRequestError", "sms template is not suitable for email notification")]


@pytest.mark.parametrize(
    "address", ["a", "a@b", "a b@example.org", "a@-x.org", "@example.org", "x" * 65 + "@example.org"]
)
async def test_what_is_no_mail_address_is_refused(phones: Phones, address: str) -> None:
    body = {"email_address": address, "template_id": await a_mail_template(phones)}
    answer = await client(phones, await a_key(phones)).post("/v2/notifications/email", json=body)
    assert errors(answer) == [("ValidationError", "email_address Not a valid email address")]


async def test_another_organisation_s_message_and_template_do_not_exist(phones: Phones) -> None:
    mine, theirs = await a_key(phones), await a_key(phones, community=UUID(int=77))
    sent = (await client(phones, mine).post(SMS, json=await a_body(phones))).json()
    for url in (f"/v2/notifications/{sent['id']}", f"/v2/notifications/{uuid4()}"):
        answer = await client(phones, theirs).get(url)
        assert (answer.status_code, errors(answer)) == (404, [("NoResultFound", "No result found")])
    own = await a_mail_template(phones, "only-of-one", COMMUNITY)
    assert (await client(phones, mine).get(f"/v2/template/{own}")).status_code == 200
    assert (await client(phones, theirs).get(f"/v2/template/{own}")).status_code == 404
    versions = f"/service/{COMMUNITY}/template/{own}/versions"
    assert (await client(phones, theirs).get(versions)).status_code == 404


async def test_a_client_reads_messages_of_its_own_kind_of_key_and_never_those_of_rules(phones: Phones) -> None:
    await phones.assigned()
    normal, test = await a_key(phones), await a_key(phones, KeyType.TEST)
    for key in (normal, test):
        await client(phones, key).post(SMS, json=await a_body(phones))
    for key in (normal, test):
        listed = (await client(phones, key).get("/v2/notifications")).json()["notifications"]
        assert [one["status"] for one in listed] == ["delivered" if key is test else "created"]
    rules_own = next(m for m in await phones.messages() if m["rule"])
    assert (await client(phones, normal).get(f"/v2/notifications/{rules_own['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("status=elsewhere", "status elsewhere is not one of"),
        ("template_type=fax", "template_type fax is not one of"),
        ("older_than=x", "older_than is not a valid UUID"),
        ("page=2", "Additional properties are not allowed (page was unexpected)"),
    ],
)
async def test_a_query_that_does_not_fit_is_refused(phones: Phones, query: str, message: str) -> None:
    answer = await client(phones, await a_key(phones)).get(f"/v2/notifications?{query}")
    assert answer.status_code == 400
    assert errors(answer)[0][1].startswith(message)


async def test_an_idempotency_key_is_not_asked_for_and_is_honoured(phones: Phones) -> None:
    caller, body = client(phones, await a_key(phones)), await a_body(phones)
    first, again = [await caller.post(SMS, json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert (first.status_code, again.content) == (201, first.content)
    assert len(await phones.messages()) == 1
    other = await caller.post(SMS, json=body | {"reference": "x"}, headers={"Idempotency-Key": "k"})
    assert other.status_code == 400
    assert errors(other) == [("BadRequestError", "This Idempotency-Key came before with another body")]


async def test_a_scheduled_text_leaves_when_its_time_has_come(phones: Phones) -> None:
    (now,) = await phones.service.sql("SELECT now() + shift + interval '2 hours' AS at FROM clock")
    caller = client(phones, await a_key(phones))
    sent = (await caller.post(SMS, json=await a_body(phones, scheduled_for=now["at"].isoformat()))).json()
    assert sent["scheduled_for"] == now["at"].isoformat()
    await phones.send()
    assert phones.provider.calls == []
    await phones.service.sql("UPDATE clock SET shift = shift + $1", timedelta(hours=2, minutes=1))
    await phones.send()
    assert len(phones.provider.calls) == 1


async def test_a_code_that_a_client_gave_is_gone_once_it_has_left(phones: Phones) -> None:
    body = await a_body(
        phones, template_id=await template_id(phones, "sign-in-code"), personalisation={"code": "482913"}
    )
    caller = client(phones, await a_key(phones))
    sent = (await caller.post(SMS, json=body)).json()
    (waiting,) = await phones.messages()
    assert waiting["values_enc"] is not None
    await phones.send()
    (call,) = phones.provider.calls
    assert "482913" in call.text
    (gone,) = await phones.messages()
    assert (gone["values_enc"], gone["body_enc"]) == (None, None)
    assert (await caller.get(f"/v2/notifications/{sent['id']}")).json()["body"] == ""
