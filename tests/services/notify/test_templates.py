"""Templates: written by one, approved by another, live; previewed as they would go out, and on file or not sent."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from services.notify import seeds
from services.notify.domain.outcome import Accepted, RefusalClass, RefusedBy
from services.notify.settings import settings_of
from services.notify.store import templates as rows
from services.notify.store.catalogue import Catalogue
from tests.running import service_token
from tests.services.notify.phones import COMMUNITY, GROUP, LEADER, Phones

MANAGER, SECRETARY = [("message_manager", "area", COMMUNITY)], [("secretary", "area", COMMUNITY)]
BODY = "((group))定于((time))开会((rain??,请带伞))。"
EN = "((group)) meets at ((time))((rain??, bring an umbrella))."


async def manager(phones: Phones, person: UUID | None = None) -> httpx.AsyncClient:
    return await phones.service.person(person, grants=MANAGER)


async def secretary(phones: Phones, person: UUID | None = None) -> httpx.AsyncClient:
    return await phones.service.person(person, grants=SECRETARY)


def new(**changes: Any) -> dict[str, Any]:
    name = f"meeting-{uuid4().hex[:12]}"
    return {"name": name, "class": "notice", "topic": "duties", "bodies": {"zh-CN": BODY}} | changes


class Text:
    """One version of a template, and who moves it."""

    def __init__(self, client: httpx.AsyncClient, answer: httpx.Response) -> None:
        assert answer.status_code == 201, answer.text
        self.client, self.moved = client, answer.json()

    @property
    def url(self) -> str:
        return f"/v1/templates/{self.moved['id']}/versions/{self.moved['version']}"

    async def move(self, verb: str, by: httpx.AsyncClient | None = None, **body: Any) -> httpx.Response:
        headers = {"If-Match": f'"{self.moved["revision"]}"'}
        answer = await (by or self.client).post(f"{self.url}:{verb}", json=body, headers=headers)
        if answer.status_code == 200:
            self.moved = answer.json()
        return answer

    async def file_all(self, *, approve: bool = True) -> list[dict[str, Any]]:
        """File everything that is still to be filed, word for word."""
        wanted = (await self.client.get(f"{self.url}/provider-templates")).json()["to_file"]
        for one in wanted:
            filed = await self.client.post(
                f"{self.url}/provider-templates", json=one | {"code": f"SMS_{uuid4().int % 10**9}"}
            )
            assert filed.status_code == 201, filed.text
            if approve:
                assert (await answered(self.client, filed.json(), "approve")).status_code == 200
        return list(wanted)


async def answered(client: httpx.AsyncClient, filed: dict[str, Any], verb: str) -> httpx.Response:
    headers = {"If-Match": f'"{filed["revision"]}"'}
    return await client.post(f"/v1/provider-templates/{filed['id']}:{verb}", json={}, headers=headers)


async def a_draft(phones: Phones, person: UUID | None = None, **changes: Any) -> Text:
    client = await manager(phones, person)
    return Text(client, await client.post("/v1/templates", json=new(**changes)))


async def a_live(phones: Phones, **changes: Any) -> Text:
    text = await a_draft(phones, **changes)
    await text.file_all()
    for verb, by in (("submit", None), ("approve", await secretary(phones)), ("go-live", None)):
        answer = await text.move(verb, by)
        assert answer.status_code == 200, answer.text
    return text


async def test_a_text_is_written_filed_submitted_approved_and_live(phones: Phones) -> None:
    text = await a_live(phones, bodies={"zh-CN": BODY, "en": EN})
    client = await secretary(phones)
    shown = {row["id"]: row for row in (await client.get("/v1/templates")).json()["items"]}
    template = shown[text.moved["id"]]
    assert (template["live"], template["versions"], template["bodies"]["en"]) == (1, 1, EN)
    (version,) = (await client.get(f"/v1/templates/{text.moved['id']}/versions")).json()["items"]
    assert (version["state"], version["author"] != version["approver"]) == ("live", True)
    acts = await phones.service.sql("SELECT action FROM audit ORDER BY at")
    assert [row["action"] for row in acts if row["action"].startswith("template")] == [
        "template_created",
        "template_version_submitted",
        "template_version_approved",
        "template_version_live",
    ]


async def test_nobody_approves_her_own_words_and_sql_refuses_it_too(phones: Phones) -> None:
    both = uuid4()
    text = await a_draft(phones, both)
    await text.file_all()
    await text.move("submit")
    herself = await phones.service.person(both, grants=SECRETARY)
    for verb, body in (("approve", {}), ("reject", {"note": "太长"})):
        refused = await text.move(verb, herself, **body)
        assert (refused.status_code, refused.json()["code"]) == (409, "two_people")
    with pytest.raises(asyncpg.CheckViolationError):
        await phones.service.sql(
            "UPDATE template_versions SET state = 'approved', approver = author WHERE author = $1", both
        )
    with pytest.raises(asyncpg.CheckViolationError):
        await phones.service.sql("UPDATE template_versions SET state = 'live' WHERE author = $1", both)


async def test_a_rejected_draft_is_edited_by_its_author_and_submitted_again(phones: Phones) -> None:
    text = await a_draft(phones, bodies={"zh-CN": "周五开会。"})
    await text.file_all()
    await text.move("submit")
    rejected = await text.move("reject", await secretary(phones), note="哪个周五?")
    assert rejected.json()["state"] == "draft"
    headers, words = {"If-Match": f'"{text.moved["revision"]}"'}, {"bodies": {"zh-CN": "11月27日开会。"}}
    other = await (await manager(phones)).put(text.url, json=words, headers=headers)
    assert (other.status_code, other.json()["code"]) == (403, "not_author")
    edited = await text.client.put(text.url, json=words, headers=headers)
    assert edited.status_code == 200
    text.moved = edited.json()
    await text.file_all()
    assert (await text.move("submit")).json()["state"] == "submitted"


async def test_submitted_words_never_change(phones: Phones) -> None:
    text = await a_draft(phones)
    await text.file_all()
    await text.move("submit")
    headers = {"If-Match": f'"{text.moved["revision"]}"'}
    refused = await text.client.put(text.url, json={"bodies": {"zh-CN": "别的。"}}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "version_immutable")
    with pytest.raises(asyncpg.CheckViolationError, match="do not change"):
        await phones.service.sql("UPDATE template_versions SET bodies = '{}' WHERE author IS NOT NULL")


async def test_what_moved_meanwhile_is_not_moved_unseen(phones: Phones) -> None:
    text = await a_draft(phones)
    assert (await text.client.post(f"{text.url}:submit", json={})).status_code == 428
    stale = await text.client.post(f"{text.url}:submit", json={}, headers={"If-Match": '"9"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")


async def test_nothing_is_submitted_before_everything_is_on_file(phones: Phones) -> None:
    text = await a_draft(phones, bodies={"zh-CN": BODY, "en": EN})
    refused = await text.move("submit")
    assert (refused.status_code, refused.json()["code"]) == (422, "mapping_missing")
    wanted = await text.file_all(approve=False)
    assert [(one["language"], one["shown"]) for one in wanted] == [
        ("zh-CN", []), ("zh-CN", ["rain"]), ("en", []), ("en", ["rain"]),
    ]  # fmt: skip
    assert wanted[1]["text"] == "${group}定于${time}开会,请带伞。"
    assert (await text.move("submit")).status_code == 200


async def test_a_new_version_takes_the_place_of_the_live_one_and_queued_messages_keep_theirs(phones: Phones) -> None:
    await phones.assigned()
    (queued,) = await phones.messages()
    client = await manager(phones)
    items = (await client.get("/v1/templates")).json()["items"]
    template = next(row for row in items if row["name"] == "case-assigned")
    words = {"bodies": {"zh-CN": "((group))有新工单((number))。((choices))。"}}
    text = Text(client, await client.post(f"/v1/templates/{template['id']}/versions", json=words))
    await text.file_all()
    for verb, by in (("submit", None), ("approve", await secretary(phones)), ("go-live", None)):
        assert (await text.move(verb, by)).status_code == 200
    await phones.assigned()
    await phones.send()
    old, new = sorted(await phones.messages(), key=lambda m: m["template_version"])
    assert (old["id"], old["template_version"]) == (queued["id"], queued["template_version"])
    assert new["template_version"] == text.moved["version"]
    texts = sorted((call.text for call in phones.provider.texts_to(LEADER)), key=len)
    assert texts[0] == "【南岸妇联】物业管理有新工单20261124-01-00042-4。回复1接单,2退回。"
    assert texts[1].startswith("【南岸妇联】物业管理有新的环境卫生工单")
    states = await phones.service.sql(
        "SELECT state FROM template_versions WHERE name = 'case-assigned' ORDER BY version"
    )
    assert [row["state"] for row in states][-2:] == ["superseded", "live"]
    await reset(phones, "case-assigned")


async def reset(phones: Phones, name: str) -> None:
    """Make the seeded words of a template the live ones again."""
    await phones.service.sql(
        "UPDATE template_versions SET state = 'superseded' WHERE name = $1 AND state = 'live'", name
    )
    await phones.service.sql(
        "UPDATE template_versions SET state = 'live' WHERE name = $1 AND author IS NULL AND version ="
        " (SELECT max(version) FROM template_versions WHERE name = $1 AND author IS NULL)",
        name,
    )


async def test_seeding_again_does_not_overwrite_what_a_person_wrote(phones: Phones) -> None:
    client = await manager(phones)
    items = (await client.get("/v1/templates")).json()["items"]
    template = next(row for row in items if row["name"] == "case-due")
    words = {"bodies": {"zh-CN": "工单((number))快到期了。"}}
    text = Text(client, await client.post(f"/v1/templates/{template['id']}/versions", json=words))
    await text.file_all()
    for verb, by in (("submit", None), ("approve", await secretary(phones)), ("go-live", None)):
        await text.move(verb, by)
    async with phones.service.running.transaction() as tx:
        await rows.seed(tx, seeds.templates("https://elsewhere.example.cn"))
    async with phones.service.running.reading() as tx:
        catalogue = await Catalogue.of(tx)
    assert catalogue.live["case-due"].bodies == {"zh-CN": "工单((number))快到期了。"}
    assert "elsewhere" in catalogue.live["case-received"].bodies["zh-CN"]
    await reset(phones, "case-due")
    async with phones.service.running.transaction() as tx:
        await rows.seed(tx, seeds.templates(""))


async def test_a_text_that_a_rule_sends_is_not_retired_and_another_is(phones: Phones) -> None:
    text = await a_live(phones)
    assert (await text.move("retire")).json()["state"] == "retired"
    client = await manager(phones)
    items = (await client.get("/v1/templates")).json()["items"]
    for name in ("case-received", "opted-out"):
        row = next(row for row in items if row["name"] == name)
        url, headers = f"/v1/templates/{row['id']}/versions/{row['live']}:retire", {"If-Match": '"1"'}
        revisions = await phones.service.sql(
            "SELECT revision FROM template_versions WHERE name = $1 AND state = 'live'", name
        )
        headers = {"If-Match": f'"{revisions[0]["revision"]}"'}
        refused = await client.post(url, json={}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "template_in_use")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bodies": {"zh-CN": "编号((number"}}, "placeholder_unclosed"),
        ({"bodies": {"zh-CN": "((a??x((b??y))))"}}, "conditional_nested"),
        ({"bodies": {"en": "No."}}, "chinese_missing"),
        ({"bodies": {"zh-CN": "【妇联】您好"}}, "signature_in_body"),
        ({"bodies": {"zh-CN": "不去请回复T"}}, "option_word_reserved"),
        ({"bodies": {"zh-CN": "((a??1))((b??2))((c??3))((d??4))好"}}, "too_many_conditionals"),
        ({"class": "promotion", "links": True}, "links_not_allowed"),
        ({"confidential": True}, "confidential_not_neutral"),
    ],
)
async def test_words_that_cannot_be_sent_are_not_saved(phones: Phones, changes: dict[str, Any], code: str) -> None:
    client = await manager(phones)
    refused = await client.post("/v1/templates", json=new(**changes))
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_what_other_engines_execute_is_saved_as_plain_text(phones: Phones) -> None:
    text = await a_draft(phones, bodies={"zh-CN": "余额{{7*7}}元。"})
    shown = (await text.client.post(f"{text.url}:preview", json={})).json()
    assert shown["text"] == "【南岸妇联】余额{{7*7}}元。"


async def test_a_name_is_nobody_else_s(phones: Phones) -> None:
    client = await manager(phones)
    refused = await client.post("/v1/templates", json=new(name="case-received"))
    assert (refused.status_code, refused.json()["code"]) == (409, "template_name_taken")


# Preview ----------------------------------------------------------------------------------------------------------


async def test_a_preview_shows_text_size_price_and_what_is_missing(phones: Phones) -> None:
    text = await a_draft(phones)
    values = {"group": ["合唱团", "舞蹈队"], "time": "周二下午两点", "rain": "是"}
    shown = (await text.client.post(f"{text.url}:preview", json={"values": values})).json()
    assert shown["text"] == "【南岸妇联】合唱团和舞蹈队定于周二下午两点开会,请带伞。"
    units = len(shown["text"])
    assert (shown["encoding"], shown["units"], shown["segments"], shown["billable"]) == ("ucs2", units, [units], 1)
    assert shown["price_fen"] == settings_of(phones.service.running).price_fen_per_part
    assert "定" in shown["forces_ucs2"]
    assert "," not in shown["forces_ucs2"]
    assert shown["unfiled"] == ["aliyun zh-CN", "aliyun zh-CN rain"]
    assert shown["refusals"] == []


async def test_a_preview_in_the_other_language_says_which_it_chose(phones: Phones) -> None:
    text = await a_draft(phones, bodies={"zh-CN": "开会。", "en": "There is a meeting."})
    body = {"language": "en-GB", "mainland": False}
    shown = (await text.client.post(f"{text.url}:preview", json=body)).json()
    assert (shown["language"], shown["forces_ucs2"]) == ("en", "【南岸妇联】")
    other = (await text.client.post(f"{text.url}:preview", json={"language": "bo"})).json()
    assert other["language"] == "zh-CN"


@pytest.mark.parametrize(
    ("values", "code", "pointer"),
    [
        ({"time": "9点", "rain": "no"}, "missing_value", "/group"),
        ({"group": "甲【乙】", "time": "9点", "rain": "no"}, "bracket_in_value", "/group"),
        ({"group": "www.x.cn", "time": "9点", "rain": "no"}, "link_in_value", "/group"),
        ({"group": "长" * 36, "time": "9点", "rain": "no"}, "value_too_long", "/group"),
    ],
)
async def test_a_preview_names_what_would_be_refused(
    phones: Phones, values: dict[str, str], code: str, pointer: str
) -> None:
    text = await a_draft(phones)
    shown = (await text.client.post(f"{text.url}:preview", json={"values": values})).json()
    assert [(one["code"], one["pointer"]) for one in shown["refusals"]] == [(code, pointer)]
    assert "((group))" in shown["text"]


async def test_a_preview_shows_how_much_too_long_a_text_is_and_that_one_is_empty(phones: Phones) -> None:
    text = await a_draft(phones, bodies={"zh-CN": "长" * 495})
    shown = (await text.client.post(f"{text.url}:preview", json={})).json()
    assert [one["code"] for one in shown["refusals"]] == ["too_long"]
    assert (shown["units"], shown["segments"][0], shown["billable"]) == (501, 67, 8)
    text = await a_draft(phones, bodies={"zh-CN": "((rain??请带伞))"})
    shown = (await text.client.post(f"{text.url}:preview", json={"values": {"rain": "no"}})).json()
    assert "empty" in [one["code"] for one in shown["refusals"]]


async def test_the_way_out_of_a_promotion_is_shown_and_counted(phones: Phones) -> None:
    text = await a_draft(phones, None, **{"class": "promotion", "topic": "activities", "bodies": {"zh-CN": "好" * 58}})
    shown = (await text.client.post(f"{text.url}:preview", json={})).json()
    assert shown["text"].endswith("拒收请回复R")
    assert (shown["units"], shown["billable"]) == (6 + 58 + 6, 1)


# Provider templates -----------------------------------------------------------------------------------------------


async def test_only_our_own_text_is_put_on_file(phones: Phones) -> None:
    text = await a_draft(phones)
    filed = {"provider": "aliyun", "language": "zh-CN", "code": "SMS_4711", "parameters": ["group", "time"]}
    for words, code in (
        ("${group}定于${time}开会", "differs_from_filed_text"),
        ("${group}定于某时开会。", "parameters_wrong"),
    ):
        refused = await text.client.post(f"{text.url}/provider-templates", json=filed | {"text": words})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    for changes, code in (
        ({"language": "en"}, "combination_unknown"),
        ({"shown": ["sun"]}, "combination_unknown"),
        ({"provider": "pigeon"}, "provider_unknown"),
    ):
        body = filed | {"text": "${group}定于${time}开会。"} | changes
        refused = await text.client.post(f"{text.url}/provider-templates", json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_one_code_stands_for_one_text(phones: Phones) -> None:
    one, other = await a_draft(phones), await a_draft(phones, bodies={"zh-CN": "散会。"})
    (wanted, _) = (await one.client.get(f"{one.url}/provider-templates")).json()["to_file"]
    filed = await one.client.post(f"{one.url}/provider-templates", json=wanted | {"code": "SMS_0815"})
    assert filed.status_code == 201
    again = await one.client.post(f"{one.url}/provider-templates", json=wanted | {"code": "SMS_0816"})
    assert (again.status_code, again.json()["code"]) == (409, "already_filed")
    (wanted,) = (await other.client.get(f"{other.url}/provider-templates")).json()["to_file"]
    taken = await other.client.post(f"{other.url}/provider-templates", json=wanted | {"code": "SMS_0815"})
    assert (taken.status_code, taken.json()["code"]) == (409, "code_taken")
    with pytest.raises(asyncpg.ExclusionViolationError):
        await phones.service.sql(
            "UPDATE provider_templates SET text = 'x', code = 'SMS_0815' WHERE code = 'SMS_neutral'"
        )


async def test_what_a_provider_rejected_may_be_filed_again_and_what_it_revoked_is_not_sent(phones: Phones) -> None:
    text = await a_draft(phones, bodies={"zh-CN": "开会。"})
    (wanted,) = (await text.client.get(f"{text.url}/provider-templates")).json()["to_file"]
    first = (await text.client.post(f"{text.url}/provider-templates", json=wanted | {"code": "SMS_1001"})).json()
    assert (await answered(text.client, first, "reject")).json()["state"] == "rejected"
    second = (await text.client.post(f"{text.url}/provider-templates", json=wanted | {"code": "SMS_1002"})).json()
    approved = (await answered(text.client, second, "approve")).json()
    stale = await answered(text.client, second, "revoke")
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert (await answered(text.client, approved, "revoke")).json()["state"] == "revoked"


async def test_a_message_whose_text_the_provider_revoked_is_parked(phones: Phones) -> None:
    filed = await phones.service.sql(
        "SELECT * FROM provider_templates WHERE code = 'SMS_case_assigned' AND state = 'approved'"
    )
    client = await manager(phones)
    revoked = await answered(client, dict(filed[0]), "revoke")
    assert revoked.status_code == 200
    await phones.assigned()
    await phones.send()
    (message,) = await phones.messages()
    assert (message["state"], phones.provider.calls) == ("parked", [])


async def test_a_version_that_a_provider_refuses_goes_there_no_more(phones: Phones) -> None:
    phones.provider.answers = lambda _: RefusedBy(RefusalClass.CONTENT, "isv.SMS_TEMPLATE_ILLEGAL")
    await phones.assigned()
    await phones.send()
    phones.provider.answers = lambda out: Accepted(f"biz-{out.client_ref}")
    await phones.assigned()
    await phones.follow_up()
    await phones.send()
    assert [call.template_code for call in phones.provider.calls] == ["SMS_case_assigned", "SMS_case_follow_up"]
    states = {(m["template"], m["state"], m["reason"]) for m in await phones.messages(channel="sms")}
    assert ("case-assigned", "parked", "no_route") in states
    filed = await phones.service.sql("SELECT state FROM provider_templates WHERE template = 'case-assigned'")
    assert "approved" not in {row["state"] for row in filed}


# Test sends -------------------------------------------------------------------------------------------------------


async def test_a_text_is_tried_on_oneself_in_one_s_own_language(phones: Phones) -> None:
    text = await a_draft(phones, LEADER, bodies={"zh-CN": BODY, "en": EN})
    await text.file_all()
    body = {"values": {"group": "合唱团", "time": "9:00", "rain": True}, "community_id": str(COMMUNITY)}
    draft = await text.client.post(f"{text.url}:test-send", json=body)
    assert (draft.status_code, draft.json()["code"]) == (409, "cannot_test_send_when_draft")
    await text.move("submit")
    sent = await text.client.post(f"{text.url}:test-send", json=body)
    assert (sent.status_code, sent.json()["state"]) == (201, "queued")
    speaks_english(phones)
    await phones.send()
    (call,) = phones.provider.texts_to(LEADER)
    assert call.text == "【南岸妇联】合唱团 meets at 9:00, bring an umbrella."
    (message,) = await phones.messages()
    assert (message["language"], message["template_version"]) == ("en", 1)


async def test_a_test_send_needs_its_values_a_person_and_a_place_of_her_own(phones: Phones) -> None:
    text = await a_draft(phones, LEADER)
    await text.file_all()
    await text.move("submit")
    body = {"values": {"group": "合唱团", "rain": "no"}, "community_id": str(COMMUNITY)}
    missing = await text.client.post(f"{text.url}:test-send", json=body)
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (400, "/time")
    elsewhere = await text.client.post(f"{text.url}:test-send", json=body | {"community_id": str(uuid4())})
    assert elsewhere.status_code == 404
    service = phones.service.client(service_token("tickets", "notify"))
    refused = await service.post(f"{text.url}:test-send", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "services_do_not_send")


# Languages --------------------------------------------------------------------------------------------------------


def speaks_english(phones: Phones) -> None:
    """Everybody's language at members is English from now on."""

    def contacts(request: httpx.Request) -> Any:
        answer = phones.contacts(request)
        return answer | {"items": [item | {"language": "en"} for item in answer["items"]]}

    phones.service.others.says("/internal/contacts:resolve", contacts)


async def test_a_rule_s_text_comes_in_the_person_s_language_with_its_choices_and_times(phones: Phones) -> None:
    speaks_english(phones)
    ticket = await phones.assigned()
    await phones.send()
    (call,) = phones.provider.calls
    assert call.template_code == "SMS_case_assigned_en"
    assert call.text == (
        "【南岸妇联】物业管理 has a new case about 环境卫生, no. 20261124-01-00042-4."
        " Please answer by 1 Jan 12:00. Reply 1 Accept, 2 Return."
    )
    (message,) = await phones.messages(about=ticket)
    assert message["language"] == "en"


# Who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["leader", "operator", "auditor", "keeper", "secretary", "resident"])
async def test_only_a_message_manager_writes(phones: Phones, role: str) -> None:
    text = await a_draft(phones)
    client = await phones.service.person(grants=[(role, "area", COMMUNITY)])
    assert (await client.post("/v1/templates", json=new())).status_code == 403
    assert (await text.move("submit", client)).status_code == 403
    assert (await text.move("go-live", client)).status_code == 403


@pytest.mark.parametrize("role", ["leader", "operator", "auditor", "keeper", "message_manager", "resident"])
async def test_only_a_secretary_approves(phones: Phones, role: str) -> None:
    text = await a_draft(phones)
    client = await phones.service.person(grants=[(role, "area", COMMUNITY)])
    assert (await text.move("approve", client)).status_code == 403
    assert (await text.move("reject", client, note="x")).status_code == 403


async def test_a_leader_sees_no_template(phones: Phones) -> None:
    leader = await phones.service.person(grants=[("leader", "organization", GROUP)])
    assert (await leader.get("/v1/templates")).status_code == 403


async def test_the_template_of_another_organisation_does_not_exist(phones: Phones) -> None:
    text = await a_draft(phones, organization_id=str(GROUP))
    stranger = await phones.service.person(grants=[("message_manager", "area", uuid4())])
    items = (await stranger.get("/v1/templates")).json()["items"]
    assert text.moved["id"] not in [row["id"] for row in items]
    assert (await stranger.get(f"/v1/templates/{text.moved['id']}/versions")).status_code == 404
    assert (await text.move("submit", stranger)).status_code == 404
    assert (await stranger.post(f"{text.url}:preview", json={})).status_code == 404
    assert (await stranger.post("/v1/templates", json=new(organization_id=str(GROUP)))).status_code == 404
    own = (await text.client.get("/v1/templates")).json()["items"]
    assert text.moved["id"] in [row["id"] for row in own]
