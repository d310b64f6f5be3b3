"""Consent is given with proof and withdrawn without; what was refused stays refused, and what waits is stopped."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.services.notify.phones import COMMUNITY, GROUP, LEADER, REPORTER, Phones


def a_consent(**changes: Any) -> dict[str, Any]:
    values = {"person_id": str(REPORTER), "topic": "cases", "wording_version": "2026-1", "source": "page"}
    return values | changes


async def ledger(client: httpx.AsyncClient, person: UUID = REPORTER) -> list[tuple[bool, str, str]]:
    answer = await client.get(f"/v1/people/{person}/ledger")
    assert answer.status_code == 200, answer.text
    return [(one["given"], one["topic"], one["source"]) for one in answer.json()["items"]]


async def as_class(phones: Phones, message_class: str, topic: str = "cases") -> None:
    """Make what waits a text of another class: no seeded rule sends one yet."""
    statement = "UPDATE messages SET message_class = $1, topic = $2 WHERE state = 'queued' AND channel = 'sms'"
    await phones.service.sql(statement, message_class, topic)


async def test_a_person_gives_and_withdraws_for_herself(phones: Phones) -> None:
    own = await phones.service.person(REPORTER)
    given = await own.post("/v1/consents", json=a_consent())
    assert (given.status_code, given.json()["topic"]) == (201, "cases")
    withdrawn = await own.post("/v1/consents:withdraw", json={"person_id": str(REPORTER), "topic": "cases"})
    assert withdrawn.status_code == 201
    assert await ledger(own) == [(False, "cases", "page"), (True, "cases", "page")]
    (told_in,) = await phones.service.data("notify.contact_opted_in.v1")
    (told_out,) = await phones.service.data("notify.contact_opted_out.v1")
    assert told_in == {"person_id": str(REPORTER), "topic": "cases", "channel": "*", "source": "page"}
    assert told_out["topic"] == "cases"


async def test_withdrawing_stops_what_waits_in_the_same_transaction(phones: Phones) -> None:
    await phones.at("23:00")
    await phones.follow_up()
    await phones.assigned()
    own = await phones.service.person(REPORTER)
    await own.post("/v1/consents:withdraw", json={"person_id": str(REPORTER)})
    states = {m["person_id"]: (m["state"], m["reason"]) for m in await phones.messages(channel="sms")}
    assert states == {REPORTER: ("suppressed", "opted_out"), LEADER: ("queued", "")}


async def test_a_refusal_by_page_holds_for_the_number_too(phones: Phones) -> None:
    """Somebody else on the same telephone does not bring it back."""
    own = await phones.service.person(REPORTER)
    await own.post("/v1/consents:withdraw", json={"person_id": str(REPORTER), "topic": "cases"})
    (row,) = await phones.service.sql("SELECT recipient_key, person_id FROM opt_outs")
    assert row["recipient_key"] == phones.service.running.sealing.index("+8613800000002")
    phones.service.others.answers.clear()
    await own.post("/v1/consents:withdraw", json={"person_id": str(REPORTER), "topic": "duties"})
    rows = await phones.service.sql("SELECT recipient_key FROM opt_outs WHERE topic = 'duties'")
    assert rows[0]["recipient_key"] is None, "members are away: it holds for the person all the same"


@pytest.mark.parametrize("message_class", ["mutual-aid", "promotion"])
async def test_what_needs_consent_goes_out_only_with_it(phones: Phones, message_class: str) -> None:
    await phones.follow_up()
    await as_class(phones, message_class)
    await phones.send()
    (suppressed,) = await phones.messages(state="suppressed", channel="sms")
    assert suppressed["reason"] == "no_consent"

    own = await phones.service.person(REPORTER)
    await own.post("/v1/consents", json=a_consent())
    await phones.follow_up()
    await as_class(phones, message_class)
    await phones.send()
    assert len(phones.provider.texts_to(REPORTER)) == 1


async def test_staff_write_it_down_with_the_paper(phones: Phones) -> None:
    operator = await phones.service.person(grants=[("operator", "area", COMMUNITY)])
    paper = a_consent(source="paper", community_id=str(COMMUNITY))
    missing = await operator.post("/v1/consents", json=paper)
    assert (missing.status_code, missing.json()["code"]) == (422, "evidence_missing")
    given = await operator.post("/v1/consents", json=paper | {"evidence": "登记表 2026-117"})
    assert given.status_code == 201
    assert await ledger(operator) == [(True, "cases", "paper")]


async def test_a_leader_writes_for_her_own_group_only(phones: Phones) -> None:
    leader = await phones.service.person(grants=[("leader", "organization", GROUP)])
    paper = a_consent(source="paper", evidence="表 1")
    assert (await leader.post("/v1/consents", json=paper | {"group_id": str(GROUP)})).status_code == 201
    assert (await leader.post("/v1/consents", json=paper | {"group_id": str(uuid4())})).status_code == 403
    assert (await leader.post("/v1/consents", json=paper)).status_code == 403


async def test_nobody_else_gives_looks_or_withdraws(phones: Phones) -> None:
    other = await phones.service.person()
    assert (await other.post("/v1/consents", json=a_consent())).status_code == 403
    assert (await other.post("/v1/consents:withdraw", json={"person_id": str(REPORTER)})).status_code == 403
    assert (await other.get(f"/v1/people/{REPORTER}/ledger")).status_code == 404
    far = await phones.service.person(grants=[("operator", "area", uuid4())])
    assert (await far.get(f"/v1/people/{REPORTER}/ledger")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"topic": "weather"}, "topic_unknown"),
        ({"channel": "pigeon"}, "channel_unknown"),
        ({"source": "paper", "evidence": "x"}, "source_not_hers"),
    ],
)
async def test_a_statement_that_says_nothing_is_refused(phones: Phones, changes: dict[str, Any], code: str) -> None:
    own = await phones.service.person(REPORTER)
    answer = await own.post("/v1/consents", json=a_consent(**changes))
    assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize("table", ["consents", "opt_outs"])
async def test_the_ledger_can_only_be_added_to(phones: Phones, table: str) -> None:
    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET topic = 'cases'"):
        async with phones.service.transaction() as tx:
            with pytest.raises(Exception, match="permission denied"):
                await tx.connection.exec_driver_sql(change)


# By text ---------------------------------------------------------------------------------------------------------


async def test_without_a_thread_everything_that_advertises_and_the_last_topic_are_refused(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "R")
    rows = await phones.service.sql("SELECT topic FROM opt_outs ORDER BY topic")
    assert [row["topic"] for row in rows] == ["cases", "promotion"]


async def test_a_topic_of_more_than_a_week_ago_is_not_meant(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.service.advance(days=8)
    await phones.text(REPORTER, "TD")
    assert [r["topic"] for r in await phones.service.sql("SELECT topic FROM opt_outs")] == ["promotion"]


@pytest.mark.parametrize("word", ["订阅", "恢复", "start"])
async def test_a_way_back_opens_what_was_refused_last(phones: Phones, word: str) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "R", ext="01")
    await phones.service.advance(minutes=5)
    await phones.text(REPORTER, word)
    (consent,) = await phones.service.sql("SELECT topic, source, person_id FROM consents")
    assert (consent["topic"], consent["source"], consent["person_id"]) == ("cases", "sms", REPORTER)
    await phones.follow_up()
    await phones.send()
    codes = [c.template_code for c in phones.provider.texts_to(REPORTER)]
    assert codes.count("SMS_case_follow_up") == 2


async def test_a_way_back_without_a_way_out_is_words(phones: Phones) -> None:
    await phones.text(REPORTER, "恢复")
    assert await phones.service.sql("SELECT 1 FROM consents") == []
    assert len(await phones.service.events("notify.text_received.v1")) == 1


async def test_opt_outs_are_listed_for_those_who_write_to_their_people(phones: Phones) -> None:
    await phones.follow_up()
    await phones.send()
    await phones.text(REPORTER, "R", ext="01")
    near = await phones.service.person(grants=[("operator", "area", COMMUNITY)])
    far = await phones.service.person(grants=[("operator", "area", uuid4())])
    (shown,) = (await near.get("/v1/opt-outs")).json()["items"]
    assert (shown["topic"], shown["source"], shown["person_id"]) == ("cases", "sms", str(REPORTER))
    assert "recipient_key" not in shown
    assert (await far.get("/v1/opt-outs")).json()["items"] == []
