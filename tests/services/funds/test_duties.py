"""A duty is proposed by one person and confirmed by a second, for a third."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.conftest import Fresh
from tests.services.funds.people import Community, a_community, proceeds


async def proposed(community: Community, person: Any, duty: str = "clerk", **more: Any) -> httpx.Response:
    body = {"person_id": str(person), "duty": duty} | more
    return await community["proposer"].post(f"/v1/funds/{community.fund}/duties", json=body)


async def changed(client: httpx.AsyncClient, id: str, move: str, revision: int = 1) -> httpx.Response:
    return await client.post(f"/v1/duties/{id}:{move}", headers={"If-Match": f'"{revision}"'})


async def test_a_duty_works_once_a_second_person_has_confirmed_it(community: Community) -> None:
    person = uuid4()
    client = await community.service.person(person, [("leader", "area", community.area)])
    gift = {"fund_id": str(community.fund), "form": "money", "amount_fen": 100}
    assert (await client.post("/v1/donations", json=gift)).json()["code"] == "duty_missing"
    duty = (await proposed(community, person)).json()
    assert (await client.post("/v1/donations", json=gift)).json()["code"] == "duty_missing"
    confirmed = await changed(community["confirmer"], duty["id"], "confirm")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    assert (await client.post("/v1/donations", json=gift)).status_code == 201
    ended = await changed(community["proposer"], duty["id"], "end", 2)
    assert ended.json()["state"] == "ended"
    assert (await client.post("/v1/donations", json=gift)).json()["code"] == "duty_missing"
    rows = await community.service.sql("SELECT action FROM audit WHERE subject = $1 ORDER BY at", person)
    assert [row["action"] for row in rows] == ["duty_proposed", "duty_confirmed", "duty_ended"]


async def test_nobody_gives_herself_a_duty_or_confirms_her_own_proposal(community: Community) -> None:
    own = await proposed(community, community.people["proposer"])
    assert (own.status_code, own.json()["code"]) == (409, "own_request")
    duty = (await proposed(community, community.people["confirmer"])).json()
    for who in ("proposer", "confirmer"):
        answer = await changed(community[who], duty["id"], "confirm")
        assert (answer.status_code, answer.json()["code"]) == (409, "own_request"), who


async def test_a_duty_is_proposed_once_and_moved_with_the_revision_that_was_seen(community: Community) -> None:
    person = uuid4()
    duty = (await proposed(community, person)).json()
    assert (await proposed(community, person)).json()["code"] == "already_proposed"
    assert (await changed(community["confirmer"], duty["id"], "confirm", 7)).status_code == 412
    no_match = await community["confirmer"].post(f"/v1/duties/{duty['id']}:confirm")
    assert no_match.status_code == 428


@pytest.mark.parametrize("role", ["leader", "treasurer", "auditor"])
async def test_only_officers_propose_duties(community: Community, role: str) -> None:
    client = await community.service.person(grants=[(role, "area", community.area)])
    body = {"person_id": str(uuid4()), "duty": "clerk"}
    answer = await client.post(f"/v1/funds/{community.fund}/duties", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


async def test_a_duty_needs_one_of_its_roles_to_work(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    await community.join("wrong_role", "district", "clerk")
    gift = {"fund_id": str(community.fund), "form": "money", "amount_fen": 100}
    assert (await community["wrong_role"].post("/v1/donations", json=gift)).status_code == 403
    await community.join("later", "leader", None)
    duty = (await proposed(community, community.people["later"], **{"from": "2999-01-01"})).json()
    assert (await changed(community["confirmer"], duty["id"], "confirm")).status_code == 200
    assert (await community["later"].post("/v1/donations", json=gift)).json()["code"] == "duty_missing"


async def test_a_group_that_works_in_the_community_carries_its_leaders_duty(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    federation, group, person = uuid4(), uuid4(), uuid4()
    data = {"organization_id": group, "path": [federation, group], "area_id": community.area, "name": "巧手妈妈"}
    await community.service.apply("members.organization_changed.v1", data | {"state": "active"}, subject=group)
    community.clients["leader"] = await community.service.person(person, [("leader", "organization", group)])
    gift = {"fund_id": str(community.fund), "form": "sale_proceeds", "amount_fen": 100}
    assert (await community["leader"].post("/v1/donations", json=gift)).json()["code"] == "duty_missing"
    duty = (await proposed(community, person)).json()
    await changed(community["confirmer"], duty["id"], "confirm")
    assert (await community["leader"].post("/v1/donations", json=gift)).status_code == 201
    above = await community.service.person(grants=[("leader", "organization", federation)])
    assert (await above.get(f"/v1/funds/{community.fund}")).status_code == 200
    assert (await proceeds(community, 100)).status_code == 201
