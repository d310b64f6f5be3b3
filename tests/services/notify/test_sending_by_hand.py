"""The native API: one text to one person or address; stopped, sent again, explained, and revealed on record."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.services.notify.clients import NUMBER, TEXT, VALUES, a_mail_template
from tests.services.notify.phones import COMMUNITY, REPORTER, Phones

URL = "/v1/notifications"


async def staff(phones: Phones, role: str = "operator", area: UUID = COMMUNITY) -> httpx.AsyncClient:
    return await phones.service.person(grants=[(role, "area", area)])


def a_body(**changes: Any) -> dict[str, Any]:
    body = {"community_id": str(COMMUNITY), "address": NUMBER, "template": TEXT, "values": VALUES}
    return {name: value for name, value in (body | changes).items() if value is not None}


async def sent(phones: Phones, **changes: Any) -> dict[str, Any]:
    answer = await (await staff(phones)).post(URL, json=a_body(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_text_goes_to_an_address_with_its_values(phones: Phones) -> None:
    about = uuid4()
    taken = await sent(phones, about=str(about))
    await phones.send()
    (call,) = phones.provider.calls
    assert (call.number, "环境卫生" in call.text) == (NUMBER, True)
    (message,) = await phones.messages()
    assert (message["about"], message["correlation"], str(message["id"])) == (about, about, taken["message_id"])
    assert [e.type for e in await phones.service.events()] == []


async def test_a_text_goes_to_a_person_whose_number_only_members_knows(phones: Phones) -> None:
    await sent(phones, address=None, person_id=str(REPORTER))
    await phones.send()
    (call,) = phones.provider.texts_to(REPORTER)
    assert "环境卫生" in call.text


async def test_values_and_number_lie_sealed(phones: Phones) -> None:
    await sent(phones)
    for table in ("messages", "notifications", "feed_event", "once_request"):
        for row in await phones.service.sql(f"SELECT t::text AS line FROM {table} t"):
            assert "13800000077" not in row["line"]
            assert "环境卫生" not in row["line"]


@pytest.mark.parametrize("role", ["message_manager", "secretary"])
async def test_those_who_may_send_do(phones: Phones, role: str) -> None:
    assert (await (await staff(phones, role)).post(URL, json=a_body())).status_code == 201


@pytest.mark.parametrize("role", ["auditor", "keeper", "leader"])
async def test_those_who_may_not_send_do_not(phones: Phones, role: str) -> None:
    assert (await (await staff(phones, role)).post(URL, json=a_body())).status_code == 403


@pytest.mark.parametrize("path", ["", f"/{UUID(int=1)}:resend", f"/{UUID(int=1)}:cancel"])
async def test_services_of_ours_do_not_send(phones: Phones, path: str) -> None:
    answer = await phones.service.as_service("tickets").post(URL + path, json=a_body() if not path else {})
    assert (answer.status_code, answer.json()["code"]) == (403, "services_do_not_send")


async def test_nobody_sends_for_another_place(phones: Phones) -> None:
    taken = await sent(phones)
    stranger = await staff(phones, area=uuid4())
    answer = await stranger.post(URL, json=a_body())
    assert (answer.status_code, answer.json()["code"]) == (404, "community_unknown")
    for verb in ("cancel", "resend"):
        assert (await stranger.post(f"{URL}/{taken['id']}:{verb}", json={})).status_code == 404


BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"address": None}, 422, "invalid"),
    ({"person_id": str(REPORTER)}, 422, "invalid"),
    ({"address": "138 0000 007x"}, 422, "number_invalid"),
    ({"address": "1380000007"}, 422, "number_invalid"),
    ({"address": "138000000777"}, 422, "number_invalid"),
    ({"address": "02362345678"}, 422, "number_invalid"),
    ({"address": "+447700900000"}, 422, "number_invalid"),
    ({"address": "a@b"}, 422, "mail_address_invalid"),
    ({"address": "a@example.org"}, 422, "channel_differs"),
    ({"template": "nobody-knows"}, 404, "template_unknown"),
    ({"template": "answer-too-late"}, 404, "template_unknown"),
    ({"values": {"number": "1"}}, 400, "missing_value"),
    ({"values": VALUES | {"category": "【假】"}}, 422, "bracket_in_value"),
    ({"values": VALUES | {"category": "长" * 500}}, 422, "too_long"),
    ({"valid_for": "PT0S"}, 422, "invalid"),
    ({"valid_for": "P8D"}, 422, "invalid"),
    ({"scheduled_for": "2090-01-01T00:00:00Z"}, 422, "scheduled_too_far"),
    ({"nonsense": 1}, 422, "invalid"),
]


@pytest.mark.parametrize(("changes", "status", "code"), BAD)
async def test_what_cannot_be_sent_is_refused(phones: Phones, changes: dict[str, Any], status: int, code: str) -> None:
    answer = await (await staff(phones)).post(URL, json=a_body(**changes))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await phones.messages() == []


async def test_a_missing_value_is_named(phones: Phones) -> None:
    answer = await (await staff(phones)).post(URL, json=a_body(values={"number": "1"}))
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/category"]


async def test_sending_needs_an_idempotency_key_and_one_key_sends_once(phones: Phones) -> None:
    operator = await staff(phones)
    first, again = [await operator.post(URL, json=a_body(), headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert first.content == again.content
    assert len(await phones.messages()) == 1
    other = await operator.post(URL, json=a_body(about=str(uuid4())), headers={"Idempotency-Key": "k"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    operator.event_hooks["request"].clear()
    assert (await operator.post(URL, json=a_body())).json()["code"] == "idempotency_key_missing"


async def test_a_scheduled_text_waits_and_is_worth_nothing_after_its_time(phones: Phones) -> None:
    (now,) = await phones.service.sql("SELECT now() + shift + interval '3 hours' AS at FROM clock")
    await sent(phones, scheduled_for=now["at"].isoformat(), valid_for="PT10M")
    await phones.send()
    assert phones.provider.calls == []
    await phones.service.sql("UPDATE clock SET shift = shift + $1", timedelta(hours=4))
    await phones.resolver.look()
    (message,) = await phones.messages()
    assert (message["state"], message["reason"]) == ("failed", "expired")


async def test_what_has_not_left_is_cancelled_and_what_has_left_is_not(phones: Phones) -> None:
    operator = await staff(phones)
    one, two = await sent(phones), await sent(phones)
    cancelled = await operator.post(f"{URL}/{one['id']}:cancel", json={})
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    await phones.send()
    assert len(phones.provider.calls) == 1
    late = await operator.post(f"{URL}/{two['id']}:cancel", json={})
    assert (late.status_code, late.json()["code"]) == (409, "cannot_cancel_when_submitted")


async def test_a_message_is_sent_again_as_a_new_one_through_the_whole_decision(phones: Phones) -> None:
    operator, taken = await staff(phones), await sent(phones)
    early = await operator.post(f"{URL}/{taken['id']}:resend", json={})
    assert (early.status_code, early.json()["code"]) == (409, "cannot_resend_when_queued")
    await phones.send()
    again = await operator.post(f"{URL}/{taken['id']}:resend", json={})
    assert (again.status_code, again.json()["state"]) == (201, "queued")
    await phones.send()
    first, second = phones.provider.calls
    assert (first.number, first.text) == (second.number, second.text)
    assert first.client_ref != second.client_ref
    old, new = await phones.messages()
    assert (new["resends"], new["extra"], new["possible_duplicate"]) == (old["id"], 0, False)
    await phones.at("23:00")
    assert (await operator.post(f"{URL}/{taken['id']}:resend", json={})).status_code == 201
    await phones.send()
    assert (await phones.messages())[-1]["waiting_for"] == "hours"
    assert len(phones.provider.calls) == 2


async def test_what_a_rule_sent_is_sent_again_with_its_own_words(phones: Phones) -> None:
    await phones.ticket_event("ticket_rejected", uuid4(), reason="other")
    await phones.send()
    (message,) = await phones.messages()
    answer = await (await staff(phones)).post(f"{URL}/{message['notification_id']}:resend", json={})
    assert answer.status_code == 201
    await phones.send()
    first, second = phones.provider.texts_to(REPORTER)
    assert first.text == second.text


async def test_a_code_is_never_sent_again(phones: Phones) -> None:
    challenge = uuid4()
    asked = {"challenge_id": challenge, "expires_at": "2090-01-01T00:00:00Z"}
    await phones.service.apply("members.sign_in_code_requested.v1", asked, subject=challenge, community=COMMUNITY)
    await phones.send()
    (message,) = await phones.messages()
    answer = await (await staff(phones)).post(f"{URL}/{message['notification_id']}:resend", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "code_never_resent")


async def test_an_explain_tells_each_check_with_what_it_saw(phones: Phones) -> None:
    taken = await sent(phones)
    await phones.at("23:00")
    await phones.send()
    answer = await (await staff(phones, "auditor")).get(f"{URL}/{taken['id']}/explain")
    shown = answer.json()
    assert shown["first"][0]["words"] == "A member of staff sent it. It passed."
    (message,) = shown["messages"]
    by_name = {step["check"]: step for step in message["checks"]}
    assert by_name["preference"]["result"] == "hours"
    assert "allowed: 07:30" in by_name["preference"]["words"]
    assert by_name["preference"]["words"].endswith("It did not pass: hours.")
    assert "13800000077" not in answer.text


async def test_an_explain_tells_the_weights_and_the_draw(phones: Phones) -> None:
    taken = await sent(phones)
    await phones.send()
    shown = (await (await staff(phones)).get(f"{URL}/{taken['id']}/explain")).json()
    draw = shown["messages"][0]["checks"][-1]
    assert (draw["check"], draw["result"]) == ("draw", "ok")
    assert draw["input"]["provider"] == "aliyun"
    assert draw["input"]["client_ref"] == str(phones.provider.calls[0].client_ref)
    assert "weighs 100" in draw["words"]


async def test_words_are_revealed_to_those_who_may_and_every_reading_is_on_record(phones: Phones) -> None:
    taken = await sent(phones)
    await phones.send()
    url, why = f"/v1/messages/{taken['message_id']}:reveal", {"reason": "she asked what we wrote"}
    for role in ("secretary", "auditor", "keeper"):
        assert (await (await staff(phones, role)).post(url, json=why)).status_code == 403
    assert (await (await staff(phones, area=uuid4())).post(url, json=why)).status_code == 404
    operator = await staff(phones)
    assert (await operator.post(url, json={})).status_code == 422
    shown = await operator.post(url, json=why)
    assert (shown.status_code, shown.json()["number"]) == (200, NUMBER)
    assert shown.json()["text"] == phones.provider.calls[0].text
    (read,) = await phones.service.sql("SELECT * FROM access_log WHERE action = 'message_revealed'")
    assert (str(read["subject"]), read["reason"]) == (taken["message_id"], why["reason"])


async def test_a_mail_without_a_mail_server_is_parked_in_plain_sight(phones: Phones) -> None:
    await a_mail_template(phones)
    values = {"name": "小梅", "link_to_it": "https://example.org/x"}
    taken = await sent(phones, address="mei@example.org", template="test-mail", values=values)
    await phones.send()
    (message,) = await phones.messages(channel="email")
    assert (message["state"], message["reason"]) == ("parked", "no_route")
    shown = (await (await staff(phones)).get(f"{URL}/{taken['id']}/explain")).json()
    assert (shown["messages"][0]["state"], shown["messages"][0]["reason"]) == ("parked", "no_route")
