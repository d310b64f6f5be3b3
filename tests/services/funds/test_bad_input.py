"""Each row of bad input: refused with its word, and nothing is written."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.services.funds.people import (
    PDF,
    Community,
    application_of,
    approved,
    deciding,
    document,
    help_asked,
    move,
    prepared,
    proceeds,
    send_body,
    sent,
    submitted,
    today,
    vote,
)

WRONG_AMOUNTS = (0, -1, 10**15 + 1, 8.5, "800", None, True)


@pytest.mark.parametrize("wrong", WRONG_AMOUNTS)
async def test_a_wrong_amount_is_refused_wherever_it_is_typed(community: Community, wrong: Any) -> None:
    answer = await proceeds(community, wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "amount_invalid")
    id = (await application_of(community, await help_asked(community)))["id"]
    papers = [await document(community, "clerk")]
    body = {"asked_fen": wrong, "statement": "s", "consent": True, "documents": papers}
    answer = await move(community["clerk"], f"/v1/applications/{id}:submit", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "amount_invalid")
    assert answer.json()["errors"][0]["pointer"] == "/asked_fen"


async def test_money_neither_comes_after_it_is_booked_nor_before_its_fund(community: Community) -> None:
    day = date.fromisoformat(await today(community))
    for wrong in (day + timedelta(days=1), day - timedelta(days=400)):
        answer = await proceeds(community, 100, received_on=wrong.isoformat())
        assert (answer.status_code, answer.json()["code"]) == (422, "date_invalid"), wrong


async def test_a_key_is_needed_and_stands_for_one_body(community: Community) -> None:
    body = {"fund_id": str(community.fund), "form": "money", "amount_fen": 100}
    missing = await community["clerk"].post("/v1/donations", json=body, headers={"Idempotency-Key": ""})
    assert missing.status_code == 400
    key = {"Idempotency-Key": str(uuid4())}
    first = await community["clerk"].post("/v1/donations", json=body, headers=key)
    again = await community["clerk"].post("/v1/donations", json=body, headers=key)
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    other = await community["clerk"].post("/v1/donations", json=body | {"amount_fen": 101}, headers=key)
    assert other.status_code == 422


async def test_unknown_fields_and_unknown_words_are_refused(community: Community) -> None:
    assert (await proceeds(community, 100, entry_id=str(uuid4()))).status_code == 422
    assert (await proceeds(community, 100, form="in_kind")).status_code == 422


async def test_a_person_in_a_reference_or_a_fund_name_is_refused(community: Community) -> None:
    for reference in ("13800138000", "王女士", "138-0013-8000"):
        answer = await proceeds(community, 100, reference=reference)
        assert answer.json()["code"] == "personal_data_in_public_text", reference
    body = {"code": "F777", "name": "王女士 13800138000", "kind": "charity", "community_id": str(community.area)}
    answer = await community["proposer"].post("/v1/funds", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "personal_data_in_public_text")


async def test_a_fund_has_its_own_code_and_a_known_community(community: Community) -> None:
    body = {"code": "F001", "name": "基金", "kind": "charity", "community_id": str(community.area)}
    assert (await community["proposer"].post("/v1/funds", json=body)).json()["code"] == "code_taken"
    for change, word in (({"code": "f1"}, "code_invalid"), ({"community_id": str(uuid4())}, "community_unknown")):
        answer = await community["proposer"].post("/v1/funds", json=body | {"code": "F778"} | change)
        assert (answer.status_code, answer.json()["code"]) == (422, word)


async def test_an_application_needs_a_ticket_that_is_known_and_open_and_is_live_once(community: Community) -> None:
    clerk, ticket = community["clerk"], await help_asked(community)
    draft = await application_of(community, ticket)
    unknown = await clerk.post("/v1/applications", json={"ticket_id": str(uuid4())})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "ticket_unknown")
    second = await clerk.post("/v1/applications", json={"ticket_id": str(ticket)})
    assert (second.status_code, second.json()["application_id"]) == (409, draft["id"])
    assert second.json()["code"] == "already_open"
    other = await clerk.post("/v1/applications", json={"ticket_id": str(ticket), "category": "medical"})
    assert other.status_code == 201
    await community.service.apply("tickets.ticket_closed.v1", {"ticket_id": ticket}, subject=ticket)
    closed = await clerk.post("/v1/applications", json={"ticket_id": str(ticket), "category": "schooling"})
    assert (closed.status_code, closed.json()["code"]) == (409, "ticket_closed")


async def test_two_applications_of_a_ticket_do_not_meet_in_one_category(community: Community) -> None:
    ticket = await help_asked(community)
    id = (await application_of(community, ticket))["id"]
    other = await community["clerk"].post("/v1/applications", json={"ticket_id": str(ticket), "category": "medical"})
    body = {"asked_fen": 1, "statement": "s", "consent": True, "documents": [await document(community, "clerk")]}
    path = f"/v1/applications/{other.json()['id']}:submit"
    answer = await move(community["clerk"], path, body | {"category": "hardship"})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_open"), id


async def test_nothing_is_submitted_without_consent_evidence_and_a_known_document(community: Community) -> None:
    id = (await application_of(community, await help_asked(community)))["id"]
    good = {"asked_fen": 1, "statement": "s", "consent": True, "documents": [await document(community, "clerk")]}
    for change, word in (
        ({"consent": False}, "consent_missing"),
        ({"documents": []}, "evidence_missing"),
        ({"documents": [str(uuid4())]}, "document_unknown"),
    ):
        answer = await move(community["clerk"], f"/v1/applications/{id}:submit", good | change)
        assert (answer.status_code, answer.json()["code"]) == (422, word)


async def test_above_the_limit_nobody_is_asked(community: Community) -> None:
    id = await submitted(community, 500_001)
    visit = {"proposed_fen": 500_001, "visited_on": await today(community), "visit_note": "Seen."}
    await move(community["second_clerk"], f"/v1/applications/{id}:verify", visit)
    answer = await move(community["clerk"], f"/v1/applications/{id}:ask_decision")
    assert (answer.status_code, answer.json()["code"], answer.json()["limit_fen"]) == (409, "over_limit", 500_000)
    assert answer.json()["rule"] == "hardship_two_votes"


async def test_the_author_neither_verifies_returns_votes_nor_pays(community: Community) -> None:
    service, people = community.service, community.people
    for role, duty in (("secretary", "approver"), ("treasurer", "cashier")):
        await service.person(people["clerk"], [(role, "area", community.area)])
        statement = "INSERT INTO fund_duty VALUES ($1, $2, $3, $4, '2026-01-01', NULL, 'confirmed', $5, $6, 2)"
        rows = (uuid4(), community.fund, people["clerk"], duty, people["proposer"], people["confirmer"])
        await service.sql(statement, *rows)
    id = await submitted(community)
    visit = {"proposed_fen": 80_000, "visited_on": await today(community), "visit_note": "Seen."}
    for path, body in (("verify", visit), ("return", {"reason": "r"})):
        answer = await move(community["clerk"], f"/v1/applications/{id}:{path}", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "own_request"), path
    approval = await deciding(community)
    answer = await vote(community, "clerk", approval)
    assert (answer.status_code, answer.json()["code"]) == (409, "own_request")
    payment = await prepared(community, await approved(community))
    answer = await move(community["clerk"], f"/v1/payments/{payment['id']}:take")
    assert (answer.status_code, answer.json()["code"]) == (409, "own_request")


async def test_a_voter_does_not_pay(community: Community) -> None:
    service, people = community.service, community.people
    await service.person(people["approver"], [("treasurer", "area", community.area)])
    statement = "INSERT INTO fund_duty VALUES ($1, $2, $3, 'cashier', '2026-01-01', NULL, 'confirmed', $4, $5, 2)"
    await service.sql(statement, uuid4(), community.fund, people["approver"], people["proposer"], people["confirmer"])
    payment = await prepared(community, await approved(community))
    answer = await move(community["approver"], f"/v1/payments/{payment['id']}:take")
    assert (answer.status_code, answer.json()["code"]) == (409, "own_request")


async def test_a_vote_is_repeated_without_effect_and_cast_on_what_stands_there(community: Community) -> None:
    approval = await deciding(community)
    first = await vote(community, "approver", approval)
    again = await vote(community, "approver", approval)
    assert (again.status_code, again.json()["state"]) == (200, first.json()["state"])
    assert (await vote(community, "approver", approval, "no", reason="r")).json()["code"] == "already_voted"
    for change in ({"amount_fen": 80_001}, {"subject_hash": "00" * 32}):
        answer = await vote(community, "second_approver", approval, **change)
        assert (answer.status_code, answer.json()["code"]) == (409, "subject_changed")
    outsider = await community.service.person(grants=[("secretary", "area", community.area)])
    body = {"decision": "yes", "amount_fen": 80_000, "subject_hash": approval["subject_hash"]}
    answer = await outsider.post(f"/v1/approvals/{approval['id']}/votes", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "duty_missing")


async def test_a_bank_reference_is_used_once_and_the_typed_amount_is_the_orders(community: Community) -> None:
    first = await prepared(community, await approved(community))
    await sent(community, first)
    used = (await community["auditor"].get(f"/v1/payments/{first['id']}")).json()["bank_ref"]
    second = await prepared(community, await approved(community))
    path = f"/v1/payments/{second['id']}"
    await move(community["cashier"], f"{path}:take")
    for body, status, word in (
        (await send_body(community, 80_000, used), 409, "reference_used"),
        (await send_body(community, 80_001), 409, "amount_changed"),
        (await send_body(community, 80_000, "转账"), 422, "personal_data_in_public_text"),
        (await send_body(community) | {"documents": []}, 422, "evidence_missing"),
        (await send_body(community) | {"paid_on": "2999-01-01"}, 422, "date_invalid"),
    ):
        answer = await move(community["cashier"], f"{path}:send", body)
        assert (answer.status_code, answer.json()["code"]) == (status, word)
    other = await move(community["second_cashier"], f"{path}:send", await send_body(community))
    assert (other.status_code, other.json()["code"]) == (409, "in_hand")
    taken = await move(community["second_cashier"], f"{path}:take")
    assert (taken.status_code, taken.json()["code"]) == (409, "in_hand")
    words = await move(community["cashier"], f"{path}:put_back", {"not_paid": False})
    assert (words.status_code, words.json()["code"]) == (422, "not_paid_unstated")
    assert (await move(community["cashier"], f"{path}:send", await send_body(community))).status_code == 200


async def test_one_paper_may_serve_twice(community: Community) -> None:
    id = (await application_of(community, await help_asked(community)))["id"]
    paper = await document(community, "clerk")
    body = {"asked_fen": 1, "statement": "s", "consent": True, "documents": [paper, paper]}
    assert (await move(community["clerk"], f"/v1/applications/{id}:submit", body)).status_code == 200
    back = await move(community["second_clerk"], f"/v1/applications/{id}:return", {"reason": "r"})
    assert back.json()["state"] == "returned"
    assert (await move(community["clerk"], f"/v1/applications/{id}:submit", body)).status_code == 200


async def test_an_order_above_the_rest_is_refused_counting_the_open_ones(community: Community) -> None:
    decided = await approved(community)
    await prepared(community, decided, 50_000)
    payee = {"name": "n", "bank": "b", "account": "a"}
    body = {"commitment_id": decided["commitment_id"], "amount_fen": 30_001, "payee": payee}
    answer = await community["clerk"].post("/v1/payments", json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["rest_fen"]) == (409, "over_commitment", 30_000)


async def test_a_move_needs_the_revision_that_was_seen(community: Community) -> None:
    id = await submitted(community)
    visit = {"proposed_fen": 1, "visited_on": await today(community), "visit_note": "Seen."}
    answer = await move(community["second_clerk"], f"/v1/applications/{id}:verify", visit, revision=1)
    assert (answer.status_code, answer.json()["revision"]) == (412, 2)
    assert (await community["second_clerk"].post(f"/v1/applications/{id}:verify", json=visit)).status_code == 428


async def test_a_document_of_another_type_hash_or_size_is_refused(community: Community) -> None:
    path, clerk = f"/v1/documents?fund={community.fund}", community["clerk"]
    assert (await clerk.post(path, content=b"<svg/>")).json()["code"] == "type_not_allowed"
    wrong = await clerk.post(path, content=PDF, headers={"X-Content-SHA256": "0" * 64})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "hash_mismatch")
    large = await clerk.post(path, content=PDF + b"\0" * 10_000_000)
    assert (large.status_code, large.json()["code"]) == (413, "too_large")


async def test_pages_are_bounded_and_cursors_are_not_forged(community: Community) -> None:
    for path in ("/v1/entries", "/v1/donations", "/v1/applications"):
        assert (await community["auditor"].get(f"{path}?limit=201")).status_code == 400
        assert (await community["auditor"].get(f"{path}?cursor=AAAA")).status_code == 400
    await proceeds(community, 1)
    await proceeds(community, 2)
    first = (await community["auditor"].get("/v1/entries?limit=1")).json()
    second = (await community["auditor"].get(f"/v1/entries?limit=1&cursor={first['next']}")).json()
    assert second["items"][0]["seq"] == first["items"][0]["seq"] + 1
    gifts = (await community["auditor"].get("/v1/donations?limit=1")).json()
    more = (await community["auditor"].get(f"/v1/donations?limit=1&cursor={gifts['next']}")).json()
    assert more["items"][0]["id"] > gifts["items"][0]["id"]
