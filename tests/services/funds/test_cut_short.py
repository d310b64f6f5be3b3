"""I11 and I19: cut at any statement a command has done nothing, told again it does once what it would have done."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest

from chassis.transaction import Transaction
from tests.conftest import Fresh
from tests.running import Served
from tests.services.funds.people import (
    Community,
    a_community,
    approved,
    deciding,
    move,
    prepared,
    proceeds,
    send_body,
    vote,
)
from tests.services.funds.verified import assert_clean


class Cut(Exception):
    """The process ended here."""


@contextmanager
def cut_after(statements: int) -> Iterator[None]:
    """Every transaction ends before its n-th statement."""
    execute: Callable[..., Any] = Transaction.execute
    left = statements

    async def counted(self: Transaction, *arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise Cut
        return await execute(self, *arguments)

    with mock.patch.object(Transaction, "execute", counted):
        yield


async def fingerprint(service: Served) -> list[Any]:
    """Every row of every table that a command may write."""
    tables = await service.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    names = [row["tablename"] for row in tables]
    seen = [await service.sql(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t") for name in names]
    return [(name, rows[0][0]) for name, rows in zip(names, seen, strict=True)]


async def a_gift(community: Community) -> Callable[[], Any]:
    body = {"id": str(uuid4()), "fund_id": str(community.fund), "form": "sale_proceeds", "amount_fen": 100}
    key = {"Idempotency-Key": str(uuid4())}
    return lambda: community["clerk"].post("/v1/donations", json=body, headers=key)


async def the_deciding_vote(community: Community) -> Callable[[], Any]:
    approval = await deciding(community)
    await vote(community, "approver", approval)
    body = {"decision": "yes", "amount_fen": 80_000, "subject_hash": approval["subject_hash"]}
    key, path = {"Idempotency-Key": str(uuid4())}, f"/v1/approvals/{approval['id']}/votes"
    return lambda: community["second_approver"].post(path, json=body, headers=key)


async def a_payment_sent(community: Community) -> Callable[[], Any]:
    payment = await prepared(community, await approved(community))
    await move(community["cashier"], f"/v1/payments/{payment['id']}:take")
    body, key = await send_body(community), {"Idempotency-Key": str(uuid4()), "If-Match": '"2"'}
    return lambda: community["cashier"].post(f"/v1/payments/{payment['id']}:send", json=body, headers=key)


@pytest.mark.parametrize("command", [a_gift, the_deciding_vote, a_payment_sent])
async def test_cut_at_any_statement_nothing_has_happened_and_again_it_happens_once(fresh: Fresh, command: Any) -> None:
    community = await a_community(await fresh("funds"))
    await proceeds(community, 1_000_000)
    ask = await command(community)
    before = await fingerprint(community.service)
    statements = 0
    while True:
        with cut_after(statements):
            answer = await ask()
        if answer.status_code < 300:
            break
        assert answer.status_code == 500
        assert await fingerprint(community.service) == before, statements
        statements += 1
    assert statements > 5
    after = await fingerprint(community.service)
    again = await ask()
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (answer.json(), "true")
    assert await fingerprint(community.service) == after
    await assert_clean(community.service)


async def test_the_whole_story_told_twice_gives_the_same_journal(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    for command in (a_gift, a_gift):
        ask = await command(community)
        first, second = await ask(), await ask()
        assert first.json() == second.json()
    assert len(await community.service.sql("SELECT 1 FROM journal_entry")) == 2
