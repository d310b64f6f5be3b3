"""What is under seal is read by whom it concerns, with a reason, and the read is on record."""

from typing import Any

from tests.services.funds.people import PAYEE, PDF, Community, approved, deciding, document, move, prepared, proceeds


async def reads_of(community: Community, subject: str) -> list[tuple[str, str]]:
    rows = await community.service.sql("SELECT action, reason FROM access_log WHERE subject = $1 ORDER BY at", subject)
    return [(row["action"], row["reason"]) for row in rows]


async def reveal(community: Community, who: str, path: str) -> Any:
    return await community[who].post(f"{path}:reveal", json={"reason": "her case"})


async def test_a_case_is_read_by_its_clerks_its_approvers_and_the_auditor(community: Community) -> None:
    approval = await deciding(community)
    path = f"/v1/applications/{approval['subject_id']}"
    for who in ("clerk", "second_clerk", "approver", "auditor"):
        answer = await reveal(community, who, path)
        assert answer.status_code == 200, who
        assert answer.json()["statement"] == "The roof leaks."
        assert answer.json()["visit_note"].endswith(" Seen.")
    assert await reads_of(community, approval["subject_id"]) == [("application_revealed", "her case")] * 4
    for who in ("third_clerk", "cashier"):
        answer = await reveal(community, who, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours"), who
    assert (await reveal(community, "accountant", path)).status_code == 403
    assert len(await reads_of(community, approval["subject_id"])) == 4


async def test_a_payee_is_read_only_with_the_slip_in_hand(community: Community) -> None:
    await proceeds(community, 80_000)
    payment = await prepared(community, await approved(community))
    path = f"/v1/payments/{payment['id']}"
    assert (await reveal(community, "cashier", path)).json()["code"] == "not_yours"
    await move(community["cashier"], f"{path}:take")
    assert (await reveal(community, "cashier", path)).json()["payee"] == PAYEE
    for who in ("second_cashier", "clerk", "approver"):
        assert (await reveal(community, who, path)).json()["code"] == "not_yours", who
    assert (await reveal(community, "auditor", path)).json()["payee"] == PAYEE
    stored = await community.service.sql("SELECT payee FROM payee_private")
    assert all(b"Payee" not in bytes(row["payee"]) for row in stored)


async def test_a_document_comes_back_as_it_was_kept_and_is_sealed_in_between(community: Community) -> None:
    id = await document(community, "clerk")
    answer = await reveal(community, "approver", f"/v1/documents/{id}")
    assert (answer.content, answer.headers["content-type"]) == (PDF, "application/pdf")
    assert answer.headers["content-disposition"] == "attachment"
    stored = await community.service.sql("SELECT content FROM document WHERE id = $1", id)
    assert b"%PDF" not in bytes(stored[0]["content"])
    assert await reads_of(community, id) == [("document_revealed", "her case")]
    assert (await reveal(community, "accountant", f"/v1/documents/{id}")).status_code == 403


async def test_a_ciphertext_moved_to_another_case_does_not_open(community: Community) -> None:
    first, second = await deciding(community), await deciding(community)
    await community.service.sql(
        "UPDATE application_private SET words ="
        " (SELECT words FROM application_private WHERE application_id = $1 LIMIT 1) WHERE application_id = $2",
        first["subject_id"],
        second["subject_id"],
    )
    assert (await reveal(community, "clerk", f"/v1/applications/{second['subject_id']}")).status_code == 500
