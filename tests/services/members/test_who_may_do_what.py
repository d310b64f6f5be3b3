"""Rights in members: the matrix at its routes, scopes, grants that nobody gives upward, sideways or to herself."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.members.domain.identity.grant import ROLES
from tests.running import person_token
from tests.services.members.neighbourhood import Neighbourhood, ok, refusal
from tests.unit.members.test_identity import MATRIX

# One route for each permission; `…` becomes an id that is there.
ROUTES = {
    "places.edit": ("POST", "/v1/areas", lambda h: _area(h)),
    "organizations.edit": ("POST", "/v1/organizations", lambda h: _group(h)),
    "memberships.read": ("GET", "/v1/organizations/{group}/memberships", None),
    "memberships.decide": ("POST", "/v1/organizations/{group}/memberships:batch", lambda h: {"items": [_joining(h)]}),
    "task_forces.form": ("GET", "/v1/task-forces", None),
    "people.read": ("GET", "/v1/people", None),
    "people.enrol": ("POST", "/v1/people:batch", lambda h: {"items": [_person(h)]}),
    "households.edit": ("POST", "/v1/households", lambda h: {"items": [{"building_id": str(h.building)}]}),
    "contact.reveal": ("POST", "/v1/people/{person}:reveal", lambda h: {"what": "name", "reason": "calls her back"}),
    "grants.give": ("POST", "/v1/grants", lambda h: _grant(h, h.someone)),
    "grants.end": ("POST", "/v1/grants/{grant}:end", lambda h: {"reason": "moved"}),
    "access_log.read": ("GET", "/v1/people/{person}/access-log", None),
    "sessions.read": ("GET", "/v1/sessions?person_id={person}", None),
    "sessions.revoke": ("POST", "/v1/people/{person}:disable", lambda h: {"reason": "left"}),
}


def _area(here: Neighbourhood) -> dict[str, Any]:
    return {"kind": "building", "parent_id": str(here.community), "name": "8栋"}


def _group(here: Neighbourhood) -> dict[str, Any]:
    return {"classification": "arts_team", "name": "合唱团", "area_id": str(here.community)}


def _person(here: Neighbourhood) -> dict[str, Any]:
    return {"name": "黎沛稀", "community_id": str(here.community)}


def _joining(here: Neighbourhood) -> dict[str, Any]:
    return {"person_id": str(here.someone), "tier": "member"}


def _grant(here: Neighbourhood, subject: UUID, role: str = "operator", scope: UUID | None = None) -> dict[str, Any]:
    return {"subject_id": str(subject), "role": role, "scope_id": str(scope or here.community)}


async def _holder(here: Neighbourhood, role: str, level: str = "aal2") -> httpx.AsyncClient:
    """Somebody with the role where it is usually held."""
    scope = ("organization", here.group) if role in ("leader", "member") else ("area", here.community)
    if role == "keeper":
        scope = ("area", here.root)
    return await here.service.person(uuid4(), [(role, *scope)], level=level)


async def _ask(here: Neighbourhood, client: httpx.AsyncClient, permission: str) -> httpx.Response:
    method, path, body = ROUTES[permission]
    grant = await _given(here) if "{grant}" in path else ""
    where = path.format(group=here.group, person=here.someone, grant=grant)
    headers = {}
    if ":disable" in where:
        revision = (await here.service.sql("SELECT revision FROM people WHERE id = $1", here.someone))[0]["revision"]
        headers["If-Match"] = str(revision)
    return await client.request(method, where, json=body(here) if body else None, headers=headers)


async def _given(here: Neighbourhood) -> str:
    assert here.someone
    return str(ok(await here.keeper.post("/v1/grants", json=_grant(here, here.someone, "message_manager")))["id"])


def test_every_permission_of_the_matrix_has_a_route() -> None:
    assert set(ROUTES) == set(MATRIX)


async def test_each_route_answers_each_role_as_the_matrix_says(here: Neighbourhood) -> None:
    here.someone = await here.person("刘玲")
    ok(await here.join(here.someone, "member"))
    wrong = []
    for role in sorted(ROLES):
        client = await _holder(here, role)
        for permission in ROUTES:
            allowed = role in {word.rstrip("*") for word in MATRIX[permission].split()}
            answer = await _ask(here, client, permission)
            passed = answer.is_success or answer.json()["code"] in ("overlaps", "more_than_held")
            if passed != allowed and not (allowed and answer.status_code in (409, 412)):
                wrong.append((role, permission, answer.status_code, answer.text[:80]))
            if permission == "sessions.revoke" and answer.is_success:
                await here.service.sql("UPDATE people SET state = 'unverified' WHERE id = $1", here.someone)
    assert wrong == []


@pytest.mark.parametrize("permission", [name for name in ROUTES if "*" in MATRIX[name]])
async def test_what_is_wide_needs_a_fresh_second_factor(here: Neighbourhood, permission: str) -> None:
    here.someone = await here.person("刘玲")
    role = MATRIX[permission].split()[0].rstrip("*")
    one_factor = await _holder(here, role, level="aal1")
    assert refusal(await _ask(here, one_factor, permission)) == (403, "step_up")
    person = uuid4()
    await here.service.person(person, [(role, "area", here.community)])
    stale = here.service.client(person_token(person, "members", auth_time=1))
    assert refusal(await _ask(here, stale, permission)) == (403, "step_up")


async def test_nobody_and_strangers_get_nothing(here: Neighbourhood) -> None:
    here.someone = await here.person("刘玲")
    stranger = await here.service.person(uuid4())
    for permission in ROUTES:
        assert refusal(await _ask(here, here.service.client(), permission)) == (401, "token_missing")
        assert refusal(await _ask(here, stranger, permission))[1] in ("not_permitted", "not_found")
        service = here.service.as_service("tickets")
        assert refusal(await _ask(here, service, permission)) == (403, "services_do_not_act_here")


async def test_another_community_is_not_there(here: Neighbourhood) -> None:
    here.someone = await here.person("刘玲", contact_points=[{"value": "13800000001"}])
    other = await here.service.person(uuid4(), [("secretary", "area", here.other_community)])
    assert ok(await other.get("/v1/people"))["items"] == []
    assert ok(await other.post("/v1/people:search", json={"name": "刘玲"}))["items"] == []
    assert ok(await other.post("/v1/people:search", json={"phone": "13800000001"}))["items"] == []
    assert ok(await other.post("/v1/names", json={"ids": [str(here.someone)]}))["names"] == {}
    assert refusal(await other.get(f"/v1/people/{here.someone}")) == (404, "not_found")
    for permission in ("people.enrol", "households.edit", "contact.reveal", "places.edit", "organizations.edit"):
        assert refusal(await _ask(here, other, permission)) == (404, "not_found")
    assert refusal(await other.get(f"/v1/organizations/{here.group}/memberships")) == (404, "not_found")


async def test_nobody_gives_upward_sideways_or_to_herself(here: Neighbourhood) -> None:
    subject, secretary_id = await here.person("赵欣"), await here.person("陈虹")
    secretary = await here.service.person(secretary_id, [("secretary", "area", here.community)])
    ok(await secretary.post("/v1/grants", json=_grant(here, subject)))
    for role in ("district", "keeper", "treasurer", "counsellor", "auditor"):
        assert refusal(await secretary.post("/v1/grants", json=_grant(here, subject, role))) == (403, "more_than_held")
    for scope in (here.township, here.other_community, here.root):
        assert refusal(await secretary.post("/v1/grants", json=_grant(here, subject, "operator", scope)))[0] in (
            403,
            404,
        )
    assert refusal(await secretary.post("/v1/grants", json=_grant(here, secretary_id))) == (403, "own_grant")


async def test_the_keeper_gives_any_role_anywhere_but_not_to_herself(here: Neighbourhood) -> None:
    subject, keeper_id = await here.person("赵欣"), await here.person("管理员")
    keeper = await here.service.person(keeper_id, [("keeper", "area", here.root)])
    for role in sorted(ROLES):
        ok(await keeper.post("/v1/grants", json=_grant(here, subject, role)))
    assert refusal(await keeper.post("/v1/grants", json=_grant(here, keeper_id, "secretary"))) == (403, "own_grant")


async def test_a_grant_given_by_hand_is_ended_by_hand_and_announced_both_times(here: Neighbourhood) -> None:
    subject = await here.person("赵欣")
    given = ok(await here.secretary.post("/v1/grants", json=_grant(here, subject)))
    assert ok(await here.as_person(subject).get("/v1/me"))["grants"][0]["role"] == "operator"
    ok(await here.secretary.post(f"/v1/grants/{given['id']}:end", json={"reason": "moved"}))
    ended = (await here.service.data("members.grant_ended.v1"))[-1]
    assert (ended["grant_id"], ended["role"]) == (given["id"], "operator")
    assert ended["until"] <= (await here.service.data("members.grant_given.v1"))[-1]["until"]
    assert refusal(await here.as_person(subject).get("/v1/people")) == (403, "not_permitted")


async def test_what_a_post_gave_ends_with_the_post_and_never_by_hand(here: Neighbourhood) -> None:
    subject = await here.person("赵欣")
    post = ok(await here.district.post(f"/v1/organizations/{here.federation}/posts", json={"role": "operator"}))
    holding = ok(await here.district.post(f"/v1/posts/{post['id']}/holdings", json={"person_id": str(subject)}))
    ok(await here.as_person(subject).get("/v1/people"))
    (grant,) = ok(await here.as_person(subject).get("/v1/grants"))["items"]
    assert refusal(await here.keeper.post(f"/v1/grants/{grant['id']}:end", json={})) == (409, "ends_with_its_source")
    ok(await here.district.post(f"/v1/posts/{post['id']}/holdings/{holding['id']}:end"))
    assert refusal(await here.as_person(subject).get("/v1/people")) == (403, "not_permitted")


async def test_nobody_fills_a_post_that_gives_more_than_she_holds(here: Neighbourhood) -> None:
    subject = await here.person("赵欣")
    post = ok(await here.district.post(f"/v1/organizations/{here.federation}/posts", json={"role": "treasurer"}))
    answer = await here.district.post(f"/v1/posts/{post['id']}/holdings", json={"person_id": str(subject)})
    assert refusal(answer) == (403, "more_than_held")


async def test_a_leader_sees_her_own_group_and_not_another(here: Neighbourhood) -> None:
    leader = await here.leader()
    member = await here.person("成员")
    ok(await here.join(member))
    client = here.as_person(leader, level="aal1")
    listed = ok(await client.get(f"/v1/organizations/{here.group}/memberships"))["items"]
    assert {one["person_id"] for one in listed} == {str(leader), str(member)}
    assert {one["id"] for one in ok(await client.get("/v1/people"))["items"]} == {str(leader), str(member)}
    other = ok(await here.district.post("/v1/organizations", json=_group(here)))["id"]
    assert refusal(await client.get(f"/v1/organizations/{other}/memberships")) == (404, "not_found")
    joining = {"person_id": str(member), "tier": "member"}
    assert refusal(await client.post(f"/v1/organizations/{other}/memberships", json=joining)) == (404, "not_found")


async def test_she_reads_herself_whole_and_who_looked_at_her(here: Neighbourhood) -> None:
    home = {"building_id": str(here.building), "dwelling": "2-1203"}
    person = await here.person(contact_points=[{"value": "13800000001"}], residency=home)
    mine = here.as_person(person, level="aal1")
    shown = ok(await mine.get(f"/v1/people/{person}"))
    assert (shown["name"], shown["contact_points"][0]["value"]) == ("何凤兰", "+8613800000001")
    seen = ok(await here.secretary.get(f"/v1/people/{person}"))
    assert (seen["name"], seen["contact_points"][0]["value"]) == ("何**", "138****0001")
    body = {"what": "contact_point", "target_id": shown["contact_points"][0]["id"], "reason": "calls her back"}
    assert ok(await here.secretary.post(f"/v1/people/{person}:reveal", json=body))["value"] == "+8613800000001"
    body = {"what": "dwelling", "target_id": shown["residencies"][0]["id"], "reason": "visits her"}
    assert ok(await here.secretary.post(f"/v1/people/{person}:reveal", json=body))["value"] == "2-1203"
    looked = ok(await mine.get(f"/v1/people/{person}/access-log"))["items"]
    assert [(row["action"], row["reason"]) for row in looked] == [
        ("reveal", "visits her"),
        ("reveal", "calls her back"),
    ]
    stranger = await here.service.person(uuid4())
    assert refusal(await stranger.get(f"/v1/people/{person}/access-log")) == (404, "not_found")


async def test_only_notify_resolves_and_only_with_its_own_token(here: Neighbourhood) -> None:
    body = {"purpose": "x", "items": []}
    ok(await here.service.as_service("notify").post("/internal/contacts:resolve", json=body))
    for client in (here.service.as_service("tickets"), here.secretary):
        assert refusal(await client.post("/internal/contacts:resolve", json=body)) == (403, "services_only")
    assert refusal(await here.service.client().post("/internal/contacts:resolve", json=body)) == (401, "token_missing")
