"""Rules as people write them: a row that is checked, tried on a past event, and put in effect."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.notify import seeds
from services.notify.store import rules as rows
from services.notify.store.catalogue import LOOK_AGAIN_SECONDS, Catalogue
from tests.services.notify.phones import COMMUNITY, GROUP, LEADER, REPORTER, Phones

RULE = {
    "name": "case-started",
    "event": "tickets.ticket_nudged.v1",
    "when": [["category", "=", "sanitation"], ["reporter_id", "present", True]],
    "audience": "person(reporter_id)",
    "about": "ticket_id",
    "template": "neutral",
}
ASKING = {
    "about": "ticket_id",
    "purpose": "seen",
    "valid_hours": 4,
    "options": [{"key": "1", "code": "yes", "label": "看到"}, {"key": "2", "code": "no", "label": "没有"}],
}
FACTS = {
    "number": "20261124-01-00042-4",
    "kind": "complaint",
    "category": "sanitation",
    "state": "assigned",
    "state_type": "open",
    "round": 1,
    "group_id": str(GROUP),
    "handler_id": None,
    "reporter_id": str(REPORTER),
}
TWICE = [{"key": "1", "code": "a", "label": "去"}, {"key": "①", "code": "b", "label": "来"}]


async def manager(phones: Phones, area: UUID = COMMUNITY) -> httpx.AsyncClient:
    return await phones.service.person(grants=[("message_manager", "area", area)])


async def written(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post("/v1/rules", json=RULE | changes)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def switched(client: httpx.AsyncClient, rule: dict[str, Any], verb: str) -> httpx.Response:
    headers = {"If-Match": f'"{rule["revision"]}"'}
    return await client.post(f"/v1/rules/{rule['id']}:{verb}", json={}, headers=headers)


async def seeded(client: httpx.AsyncClient, name: str) -> dict[str, Any]:
    return next(r for r in (await client.get("/v1/rules")).json()["items"] if r["name"] == name and not r["author"])


async def test_a_new_rule_tells_nobody_until_it_is_enabled(phones: Phones) -> None:
    client = await manager(phones)
    rule = await written(client)
    assert rule["state"] == "disabled"
    await phones.ticket_event("ticket_nudged", uuid4())
    assert "case-started" not in [m["rule"] for m in await phones.messages()]
    enabled = await switched(client, rule, "enable")
    assert enabled.json()["state"] == "enabled"
    await phones.ticket_event("ticket_nudged", uuid4())
    (message,) = [m for m in await phones.messages() if m["rule"] == "case-started"]
    assert (message["person_id"], message["template"]) == (REPORTER, "neutral")
    disabled = await switched(client, enabled.json(), "disable")
    assert disabled.json()["state"] == "disabled"
    await phones.ticket_event("ticket_nudged", uuid4())
    assert len([m for m in await phones.messages() if m["rule"] == "case-started"]) == 1


async def test_a_new_version_takes_the_place_of_the_seeded_one_and_seeding_leaves_it(phones: Phones) -> None:
    client = await manager(phones)
    old = await seeded(client, "case-nudged")
    body = {k: v for k, v in old["body"].items() if k in ("name", "event", "template", "about")}
    rule = await written(client, **body, audience="role(operator)", when=[])
    assert (await switched(client, rule, "enable")).status_code == 200
    async with phones.service.running.transaction() as tx:
        await rows.seed(tx, seeds.rules())
    kept = [r for r in (await client.get("/v1/rules")).json()["items"] if r["name"] == "case-nudged"]
    assert [(r["version"], r["enabled"]) for r in kept] == [(1, False), (2, True)]
    assert kept[1]["author"] is not None


async def test_a_seeded_rule_that_a_person_switched_off_stays_off(phones: Phones) -> None:
    client = await manager(phones)
    off = await switched(client, await seeded(client, "case-due"), "disable")
    assert off.status_code == 200
    async with phones.service.running.transaction() as tx:
        await rows.seed(tx, seeds.rules())
    assert (await seeded(client, "case-due"))["enabled"] is False
    assert (await seeded(client, "case-overdue"))["enabled"] is True


async def test_what_is_switched_already_or_was_switched_meanwhile_is_refused(phones: Phones) -> None:
    client = await manager(phones)
    rule = await written(client)
    again = await switched(client, rule, "disable")
    assert (again.status_code, again.json()["code"]) == (409, "cannot_disable_when_disabled")
    enabled = (await switched(client, rule, "enable")).json()
    assert (await switched(client, rule, "disable")).status_code == 412
    again = await switched(client, enabled, "enable")
    assert (again.status_code, again.json()["code"]) == (409, "cannot_enable_when_enabled")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"event": "notify.message_failed.v1"}, "rule_on_own_event"),
        ({"event": "tickets.tea_made.v1"}, "rule_event_unknown"),
        ({"when": [["colour", "=", "red"]]}, "rule_field_undeclared"),
        ({"audience": "person(cook_id)"}, "rule_field_undeclared"),
        ({"audience": "everybody"}, "audience_unknown"),
        ({"template": "no-such-text"}, "rule_template_unknown"),
        ({"when": [["number", "like", "1"]]}, "operator_unknown"),
        ({"channels": [{"channel": "pigeon"}]}, "channels_invalid"),
        ({"question": ASKING | {"options": [{"key": "1", "code": "no", "label": "退订"}]}}, "options_ambiguous"),
        ({"question": ASKING | {"options": TWICE}}, "options_ambiguous"),
        ({"question": {"about": "ticket_id"}}, "rule_malformed"),
        ({"question": ASKING | {"mood": "good"}}, "rule_malformed"),
    ],
)  # fmt: skip
async def test_a_rule_that_can_never_work_is_not_saved(phones: Phones, changes: dict[str, Any], code: str) -> None:
    refused = await (await manager(phones)).post("/v1/rules", json=RULE | changes)
    assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text


async def test_a_dry_run_shows_what_a_past_event_would_send_and_sends_nothing(phones: Phones) -> None:
    await phones.assigned()
    (sent,) = await phones.messages()
    (notification,) = await phones.service.sql("SELECT event_id FROM notifications")
    client = await manager(phones)
    rule = await written(
        client, name="told-too", event="tickets.ticket_assigned.v1", template="case-due", audience="leader(group_id)"
    )
    tried = await client.post(f"/v1/rules/{rule['id']}:dry-run", json={"event_id": str(notification["event_id"])})
    (would,) = tried.json()["items"]
    assert (would["person_id"], would["template"], would["verdict"]) == (str(LEADER), "case-due", "send")
    assert "20261124-01-00042-4" in would["text"]
    assert [m["id"] for m in await phones.messages()] == [sent["id"]]


async def test_a_dry_run_on_an_event_as_described(phones: Phones) -> None:
    client = await manager(phones)
    rule = await written(client)
    event = {"type": RULE["event"], "data": FACTS | {"ticket_id": str(uuid4())}, "community_id": str(COMMUNITY)}
    url = f"/v1/rules/{rule['id']}:dry-run"
    (would,) = (await client.post(url, json=event)).json()["items"]
    assert would["person_id"] == str(REPORTER)
    other = event | {"data": FACTS | {"ticket_id": str(uuid4()), "category": "noise"}}
    assert (await client.post(url, json=other)).json()["items"] == []
    for changes, code in (
        ({"data": {"ticket_id": "x"}}, "event_malformed"),
        ({"type": "tickets.ticket_assigned.v1"}, "event_of_another_rule"),
    ):
        refused = await client.post(url, json=event | changes)
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text


async def test_a_dry_run_says_who_would_not_hear_and_why(phones: Phones) -> None:
    client = await manager(phones)
    rule = await written(client, audience="role(secretary)", when=[])
    event = {"type": RULE["event"], "data": FACTS | {"ticket_id": str(uuid4())}, "community_id": str(COMMUNITY)}
    (would,) = (await client.post(f"/v1/rules/{rule['id']}:dry-run", json=event)).json()["items"]
    assert (would["person_id"], would["verdict"], would["reason"]) == (None, "suppress", "no_recipient")


async def test_the_event_of_another_community_does_not_exist(phones: Phones) -> None:
    await phones.assigned()
    (notification,) = await phones.service.sql("SELECT event_id FROM notifications")
    client, stranger = await manager(phones), await manager(phones, uuid4())
    rule = await seeded(client, "case-assigned")
    url, body = f"/v1/rules/{rule['id']}:dry-run", {"event_id": str(notification["event_id"])}
    assert (await client.post(url, json=body)).status_code == 200
    assert (await stranger.post(url, json=body)).json()["code"] == "event_unknown"


@pytest.mark.parametrize("role", ["leader", "operator", "auditor", "keeper", "resident"])
async def test_only_a_message_manager_and_a_secretary_write_rules(phones: Phones, role: str) -> None:
    rule = await written(await manager(phones))
    client = await phones.service.person(grants=[(role, "area", COMMUNITY)])
    assert (await client.post("/v1/rules", json=RULE)).status_code == 403
    assert (await switched(client, rule, "enable")).status_code == 403
    secretary = await phones.service.person(grants=[("secretary", "area", COMMUNITY)])
    assert (await switched(secretary, rule, "enable")).status_code == 200


async def test_what_another_process_changed_is_noticed(phones: Phones) -> None:
    async with phones.service.running.reading() as tx:
        before = await Catalogue.of(tx)
    await phones.service.sql("UPDATE rules SET enabled = false WHERE name = 'case-due'")
    before.looked_at -= LOOK_AGAIN_SECONDS
    async with phones.service.running.reading() as tx:
        after = await Catalogue.of(tx)
        assert await Catalogue.of(tx) is after
    assert "case-due" in {rule.name for rule in before.rules["tickets.ticket_deadline_near.v1"]}
    assert "case-due" not in {rule.name for rule in after.rules["tickets.ticket_deadline_near.v1"]}


async def test_a_version_that_another_process_made_live_is_looked_for_at_once(phones: Phones) -> None:
    async with phones.service.running.reading() as tx:
        before = await Catalogue.of(tx)
    await phones.service.sql(
        "INSERT INTO template_versions SELECT name, 99, gen_random_uuid(), bodies, subjects, $1, NULL, 'submitted', '',"
        " now(), 1 FROM template_versions WHERE name = 'neutral' AND state = 'live'",
        REPORTER,
    )
    async with phones.service.running.reading() as tx:
        assert await Catalogue.of(tx, needed=[("neutral", 1)]) is before
        assert ("neutral", 99) in (await Catalogue.of(tx, needed=[("neutral", 99)])).versions
