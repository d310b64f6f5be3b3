"""The ledger's functions as the running role calls them: an outcome per item, nothing of a refused one is written."""

import json
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.funds.domain.book import BOOK_ID
from tests.services.funds.people import Community, approved, proceeds, today


async def posted(community: Community, *items: dict[str, Any]) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(community.service.running.settings.database_url)
    try:
        rows = await connection.fetch("SELECT ledger_post($1, $2::jsonb)", BOOK_ID, json.dumps(items, default=str))
    finally:
        await connection.close()
    return [json.loads(row[0]) for row in rows]


async def an_item(community: Community, **changes: Any) -> dict[str, Any]:
    day = await today(community)
    return {
        "entry_id": uuid4(),
        "fund_id": community.fund,
        "kind": "inflow",
        "template": "T1",
        "template_version": 1,
        "booking_date": day,
        "effective_date": day,
        "recorded_at": f"{day}T00:00:00Z",
        "source_kind": "test",
        "source_id": uuid4(),
        "step": "received",
        "request_hash": "00",
        "amount_fen": 100,
        "narration_code": "code",
        "narration_args": [],
        "prepared_by": uuid4(),
        "documents": [],
        "lines": [line("1002-01", 100), line("410101", -100)],
    } | changes


def line(account: str, fen: int) -> dict[str, Any]:
    return {"account": account, "amount_fen": fen, "cash_flow_item": "i" if account.startswith("100") else None}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "one line": ({"lines": [line("1002-01", 100)]}, "unbalanced"),
    "a fen too much": ({"lines": [line("1002-01", 101), line("410101", -100)]}, "unbalanced"),
    "an account with details": ({"lines": [line("1002", 100), line("410101", -100)]}, "account_not_usable"),
    "an account nobody knows": ({"lines": [line("9999", 100), line("410101", -100)]}, "account_not_usable"),
    "a fund nobody has opened": ({"fund_id": uuid4()}, "fund_not_open"),
    "a month that is not open": ({"booking_date": "2026-01-15"}, "period_closed"),
    "a payment without authority": ({"kind": "payment", "amount_fen": 100}, "not_authorised"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_refused_item_is_an_outcome_and_the_one_beside_it_is_posted(community: Community, name: str) -> None:
    changes, word = REFUSED[name]
    wrong = await an_item(community, **changes)
    before = await community.service.sql("SELECT 1 FROM journal_entry")
    outcomes = [row["outcome"] for row in await posted(community, wrong, await an_item(community))]
    assert outcomes[0] == word
    assert len(await community.service.sql("SELECT 1 FROM journal_entry")) == len(before) + (outcomes[1] == "posted")
    await _forget(community)


async def _forget(community: Community) -> None:
    """Entries of these tests have no donation behind them, as the checks would say; give them one."""
    await community.service.sql(
        "INSERT INTO donation SELECT gen_random_uuid(), lead_fund_id, 'money', total_fen, effective_date, NULL,"
        " 'total', NULL, id, 'received', 1 FROM journal_entry WHERE source_kind = 'test'"
        " AND NOT EXISTS (SELECT 1 FROM donation d WHERE d.entry_id = journal_entry.id)"
    )


async def test_the_same_item_twice_in_one_call_is_posted_once(community: Community) -> None:
    item = await an_item(community)
    first, second = await posted(community, item, item | {"entry_id": uuid4()})
    assert (first["outcome"], second["outcome"]) == ("posted", "known")
    assert second["entry_id"] == first["entry_id"]
    (other,) = await posted(community, item | {"request_hash": "01", "template": "T8b", "amount_fen": 1})
    assert (other["outcome"], sorted(other["fields"])) == ("conflicting_source", ["amount_fen", "template"])
    await _forget(community)


async def test_money_is_reserved_once_and_only_for_what_was_granted(community: Community) -> None:
    decided = await approved(community)
    connection = await asyncpg.connect(community.service.running.settings.database_url)
    try:
        again = await connection.fetchval("SELECT ledger_reserve($1, $2, now())", decided["id"], uuid4())
        assert json.loads(again) == {"outcome": "known", "commitment_id": decided["commitment_id"]}
        none = await connection.fetchval("SELECT ledger_reserve($1, $2, now())", uuid4(), uuid4())
        assert json.loads(none) == {"outcome": "not_granted"}
        wrong = await connection.fetchval("SELECT ledger_release($1, 'paid', now())", decided["commitment_id"])
        assert json.loads(wrong) == {"outcome": "not_open"}
    finally:
        await connection.close()


async def test_k13_the_function_knows_the_same_request_and_names_what_differs_in_another(community: Community) -> None:
    id = str(uuid4())
    first = await proceeds(community, 100, id=id, reference="BOX-1")
    again = await proceeds(community, 100, id=id, reference="BOX-1")
    assert (again.status_code, again.json()["voucher"]) == (201, first.json()["voucher"])
    other = await proceeds(community, 101, id=id, reference="BOX-2")
    assert (other.status_code, other.json()["code"]) == (409, "conflicting_source")
    assert set(other.json()["fields"]) == {"amount_fen", "reference"}
    rows = await community.service.sql("SELECT count(*) AS n FROM journal_entry WHERE source_id = $1", UUID(id))
    assert rows[0]["n"] == 1
