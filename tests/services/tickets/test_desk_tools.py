"""One command on many cases, saved views, and visits."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.cluster import Cluster
from services.tickets.domain.ticket import Ticket
from services.tickets.events import ClusterOpened
from services.tickets.handlers import bulk
from tests.services.tickets.community import Community


async def on_many(here: Community, person: UUID, verb: str, tickets: list[dict[str, Any]], **body: Any) -> Any:
    items = [{"ticket_id": ticket["id"], "revision": ticket["revision"]} for ticket in tickets]
    return await here.of(person).post("/v1/tickets:bulk", json={"verb": verb, "body": body, "items": items})


async def test_each_case_has_a_result_of_its_own(here: Community) -> None:
    good, closed, stale = await here.files(), await here.files(), await here.files()
    closed = await here.move(here.operator, closed, "reject", reason="not_ours", sentence="请找交警")
    unknown = {"id": str(uuid4()), "revision": 1}
    asked = [good, closed, stale | {"revision": 9}, unknown]
    answer = await on_many(here, here.operator, "triage", asked, category="noise")
    assert answer.status_code == 200
    results = answer.json()["items"]
    assert [each["ticket_id"] for each in results] == [each["id"] for each in asked]
    assert [(each["done"], each["code"]) for each in results] == [
        (True, None),
        (False, "cannot_triage_when_rejected"),
        (False, "stale"),
        (False, "ticket_unknown"),
    ]
    told = await here.service.data("tickets.ticket_triaged.v1")
    assert [each["ticket_id"] for each in told] == [good["id"]]
    assert (await here.see(good))["revision"] == results[0]["revision"]
    assert (await here.see(stale))["revision"] == stale["revision"]


async def test_what_was_announced_before_a_refusal_is_not_told(here: Community) -> None:
    async def announces_and_refuses(tx: Transaction) -> Ticket:
        id_ = tx.new_id()
        tx.announce(ClusterOpened.example(), Cluster(id_, None, id_, "noise", tx.now, tx.now, 3))
        raise Refused("not_after_all")

    async with here.service.transaction() as tx:
        (result,) = await bulk.each([(uuid4(), announces_and_refuses)], tx)
    assert (result.done, result.code) == (False, "not_after_all")
    assert await here.service.data("tickets.cluster_opened.v1") == []


async def test_two_hundred_at_once_and_no_more(here: Community) -> None:
    filed = await here.files()
    for count, status in ((200, 200), (201, 422), (0, 422)):
        assert (await on_many(here, here.operator, "edit", [filed] * count, tags=["急"])).status_code == status
    assert (await here.see(filed))["revision"] == 2


@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [("triage", {"unheard_of": 1}, "/body/unheard_of"), ("merge", {}, "/body/into_id"), ("accept", {}, "/verb")],
)
async def test_a_command_that_cannot_be_touches_nothing(
    here: Community, verb: str, body: dict[str, Any], pointer: str
) -> None:
    filed = await here.files()
    answer = await on_many(here, here.operator, verb, [filed], **body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert await here.see(filed) == await here.see(filed)


async def test_a_leader_changes_no_other_groups_case_in_bulk(here: Community) -> None:
    own, foreign = await here.files(), await here.files(category="care")
    results = (await on_many(here, here.leader, "edit", [own, foreign], title="x")).json()["items"]
    assert [(each["done"], each["code"]) for each in results] == [(True, None), (False, "not_permitted")]


async def test_many_are_merged_into_one(here: Community) -> None:
    into = await here.files()
    others = [await here.files(here.operator, reporter_id=str(uuid4())) for _ in range(3)]
    results = (await on_many(here, here.operator, "merge", others, into_id=into["id"])).json()["items"]
    assert [each["state"] for each in results] == ["merged"] * 3


# Saved views -----------------------------------------------------------------------------------------------------


async def test_a_saved_view_is_ones_own(here: Community) -> None:
    view = {"name": "今天的垃圾", "filters": {"text": "垃圾", "state": "assigned", "phone": "13800000000"}}
    client = here.of(here.operator)
    saved = (await client.post("/v1/saved-views", json=view)).json()
    (mine,) = (await client.get("/v1/saved-views")).json()["items"]
    assert (mine["name"], mine["filters"]) == ("今天的垃圾", {"text": "垃圾", "state": "assigned", "tags": []})
    assert (await here.of(here.secretary).get("/v1/saved-views")).json()["items"] == []
    taken = await client.post("/v1/saved-views", json=view)
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    url = f"/v1/saved-views/{saved['id']}"
    assert (await here.of(here.secretary).delete(url)).status_code == 404
    assert (await client.delete(url)).status_code == 204
    assert (await client.get("/v1/saved-views")).json()["items"] == []


async def test_a_view_that_could_not_be_searched_is_not_saved(here: Community) -> None:
    for filters in ({"gossip": 1}, {"state": "lost"}, {"text": "x" * 201}):
        answer = await here.of(here.operator).post("/v1/saved-views", json={"name": "x", "filters": filters})
        assert answer.status_code == 422


# Visits ----------------------------------------------------------------------------------------------------------


async def test_a_visit_is_planned_made_and_told(here: Community) -> None:
    filed = await here.files()
    url = f"/v1/tickets/{filed['id']}/visits"
    leader = here.of(here.leader)
    planned = await leader.post(url, json={"planned_at": "2099-01-01T02:00:00Z"})
    assert planned.status_code == 201
    done = f"{url}/{planned.json()['id']}:done"
    for made_at in ("2099-01-01T02:00:00Z", "2001-01-01T00:00:00Z"):
        assert (await leader.post(done, json={"result": "看过了", "made_at": made_at})).status_code == 422
    made = (await leader.post(done, json={"result": "看过了"})).json()
    assert (made["result"], made["made_by"]) == ("看过了", str(here.leader))
    again = await leader.post(done, json={"result": "又来了"})
    assert (again.status_code, again.json()["code"]) == (409, "visit_made_already")
    (seen,) = (await here.of(here.resident).get(url)).json()["items"]
    assert seen["planned_at"] == "2099-01-01T02:00:00Z"
    after = await here.see(filed)
    assert (after["state"], after["revision"]) == (filed["state"], filed["revision"])


async def test_nobody_plans_for_yesterday_or_for_a_closed_case(here: Community) -> None:
    filed = await here.files()
    url = f"/v1/tickets/{filed['id']}/visits"
    assert (await here.of(here.leader).post(url, json={"planned_at": "2001-01-01T00:00:00Z"})).status_code == 422
    await here.move(here.resident, filed, "withdraw")
    refused = await here.of(here.leader).post(url, json={"planned_at": "2099-01-01T00:00:00Z"})
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot_visit_when_withdrawn")
