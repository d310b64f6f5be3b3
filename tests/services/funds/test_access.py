"""Who may see and do what: another community's fund does not exist, and money needs both keys and a fresh sign-in."""

import time
from uuid import uuid4

import pytest

from tests.conftest import Fresh
from tests.running import person_token
from tests.services.funds.people import (
    Community,
    a_community,
    approved,
    deciding,
    help_asked,
    move,
    prepared,
    proceeds,
    vote,
)

READS = (
    "/v1/funds/{fund}/balance",
    "/v1/funds/{fund}/duties",
    "/v1/donations?fund={fund}",
    "/v1/applications?fund={fund}",
    "/v1/approvals?fund={fund}",
    "/v1/commitments?fund={fund}",
    "/v1/payments?fund={fund}",
    "/v1/entries?fund={fund}",
    "/v1/trial-balance?fund={fund}",
)


@pytest.mark.parametrize("path", READS)
async def test_money_is_read_by_duty_or_as_auditor_and_by_nobody_else(community: Community, path: str) -> None:
    service, target = community.service, path.format(fund=community.fund)
    for who in ("clerk", "approver", "cashier", "accountant", "auditor"):
        assert (await community[who].get(target)).status_code == 200, who
    elsewhere = await service.person(grants=[("auditor", "area", uuid4())])
    assert (await elsewhere.get(target)).status_code == 404
    without_duty = await service.person(grants=[("secretary", "area", community.area)])
    assert (await without_duty.get(target)).json()["code"] == "duty_missing"
    resident = await service.person()
    assert (await resident.get(target)).status_code == 403
    assert (await service.client().get(target)).status_code == 401


async def test_a_list_without_a_fund_holds_only_what_she_may_read(community: Community) -> None:
    entry = (await proceeds(community, 100)).json()["entry_id"]
    for path in ("/v1/entries", "/v1/donations", "/v1/applications", "/v1/payments", "/v1/approvals"):
        elsewhere = await community.service.person(grants=[("auditor", "area", uuid4())])
        assert (await elsewhere.get(path)).json()["items"] == [], path
    assert (await community["auditor"].get(f"/v1/entries/{entry}")).status_code == 200
    other = await community.service.person(grants=[("treasurer", "area", uuid4())])
    assert (await other.get(f"/v1/entries/{entry}")).status_code == 404
    assert (await other.get(f"/v1/entries/{uuid4()}")).status_code == 404


async def test_another_communitys_fund_is_not_there_for_writing_either(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    stranger = await community.service.person(grants=[("leader", "area", uuid4())])
    gift = {"fund_id": str(community.fund), "form": "money", "amount_fen": 100}
    assert (await stranger.post("/v1/donations", json=gift)).status_code == 404
    ticket = await help_asked(community)
    assert (await stranger.post("/v1/applications", json={"ticket_id": str(ticket)})).status_code == 404
    assert await community.service.sql("SELECT 1 FROM journal_entry") == []


async def test_names_of_funds_are_read_by_role_alone(community: Community) -> None:
    keeper = await community.service.person(grants=[("keeper", "area", community.area)])
    listed = (await keeper.get("/v1/funds")).json()["items"]
    assert [fund["id"] for fund in listed] == [str(community.fund)]
    assert "available_fen" not in listed[0]
    assert (await keeper.get(f"/v1/funds/{community.fund}")).headers["etag"]
    assert (await keeper.get(f"/v1/funds/{uuid4()}")).status_code == 404


async def test_votes_and_payments_need_a_second_factor_of_the_last_quarter_of_an_hour(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    assert (await proceeds(community, 1_000_000)).status_code == 201
    approval = await deciding(community)
    body = {"decision": "yes", "amount_fen": 80_000, "subject_hash": approval["subject_hash"]}
    person = community.people["approver"]
    long_ago = int(time.time()) - 16 * 60
    for token in (
        person_token(person, "funds", level="aal1"),
        person_token(person, "funds", auth_time=long_ago),
    ):
        answer = await community.service.client(token).post(f"/v1/approvals/{approval['id']}/votes", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up")
    payment = await prepared(community, await approved(community))
    weak = community.service.client(person_token(community.people["cashier"], "funds", level="aal1"))
    taken = await move(weak, f"/v1/payments/{payment['id']}:take", revision=1)
    assert (taken.status_code, taken.json()["code"]) == (403, "step_up")


async def test_votes_and_payments_stop_while_grants_are_unconfirmed(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    approval = await deciding(community)
    await community.service.sql(
        "INSERT INTO feed_cursor (producer, lane, epoch, confirmed_at)"
        " VALUES ('members', 0, '1-x', now() - interval '2 min')"
    )
    answer = await vote(community, "approver", approval)
    assert (answer.status_code, answer.json()["code"]) == (503, "grants_unconfirmed")
    assert (await proceeds(community, 100)).status_code == 201
    await community.service.sql("UPDATE feed_cursor SET confirmed_at = now()")
    assert (await vote(community, "approver", approval)).status_code == 200


async def test_a_service_moves_no_money(community: Community) -> None:
    gift = {"fund_id": str(community.fund), "form": "money", "amount_fen": 100}
    answer = await community.service.as_service("tickets", community.people["clerk"]).post("/v1/donations", json=gift)
    assert answer.status_code == 403
