"""`verify` is clean after the whole flow and names what is wrong when the owner has meddled."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from cli.databases import execute
from services.funds.views.verify import CHECKS, verify
from tests.conftest import Templates
from tests.running import built, environ, served
from tests.services.funds.people import Community, a_community, approved, deciding, prepared, proceeds, sent
from tests.services.funds.verified import assert_clean

ROOT = Path(__file__).parents[3]

# What an owner with all rights could do, and the check that tells.
MEDDLING = {
    "every entry balances, in all and per fund": "UPDATE journal_line SET amount_fen = amount_fen + line_no",
    "every entry has the lines and the total its header says": "UPDATE journal_entry SET total_fen = total_fen + 1",
    "every period sums to zero": "DELETE FROM journal_line WHERE line_no = 2",
    "balances equal their lines": "UPDATE balance SET debit_fen = debit_fen + 1 WHERE debit_fen > 0",
    "available cash equals the own cash lines": "UPDATE fund_available SET cash_fen = cash_fen + 1",
    "committed money equals the open rests": "UPDATE fund_available SET committed_fen = 0",
    "nothing is overdrawn": "UPDATE fund_available SET floor_fen = cash_fen + 1",
    "commitments equal their history": "UPDATE commitment_event SET amount_fen = amount_fen - 1",
    "vouchers and sequences have no hole": "UPDATE journal_entry SET voucher_no = voucher_no + 1 WHERE seq = 3",
    "heads stand where the last entry stands": "UPDATE fund_head SET last_seq = last_seq + 1",
    "every entry lies in its period and chart": "UPDATE journal_entry SET booking_date = booking_date + 400",
    "money left only by an approval, through its payer": "DELETE FROM approval_part WHERE part = 'payer'",
    "approvals are used exactly as the payments say": "UPDATE approval SET used_fen = used_fen - 1 WHERE used_fen > 0",
    "two people approved, neither of them author or payer": "DELETE FROM vote",
    "payments and donations equal their entries": "UPDATE payment SET amount_fen = amount_fen - 1 WHERE state = 'sent'",
    "an approved application has its money set aside": "UPDATE application SET commitment_id = NULL",
}


@dataclass
class Told:
    community: Community
    environment: dict[str, str]


@pytest_asyncio.fixture(scope="module")
async def story(templates: Templates) -> AsyncIterator[Told]:
    values, database = await templates.clone("funds", lambda: built("funds"))
    with environ(values):
        service = served(built("funds"), values["YIHU_FUNDS_OWNER_URL"])
    community = await a_community(service)
    await proceeds(community, 500_000)
    await proceeds(community, 1)
    await sent(community, await prepared(community, await approved(community)))
    await approved(community, 10_000)
    await deciding(community)
    yield Told(community, values)
    await service.close()
    drop = f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"
    await asyncio.to_thread(execute, f"{templates.cluster.database_url}/postgres", [drop])


async def test_the_ledger_is_clean_after_a_story(story: Told) -> None:
    await assert_clean(story.community.service)


def test_every_check_has_its_meddling() -> None:
    assert set(MEDDLING) == set(CHECKS)


@pytest.mark.parametrize("check", MEDDLING)
async def test_meddling_is_named_by_its_check(story: Told, check: str) -> None:
    """The owner has switched triggers off and taken constraints away; the checks still tell."""
    service = story.community.service
    tables = ("journal_entry", "journal_line", "commitment_event", "approval_part", "vote", "approval")
    owner = await asyncpg.connect(service.owner_url)
    try:
        begun = owner.transaction()
        await begun.start()
        for table in tables:
            await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await owner.execute("ALTER TABLE fund_available DROP CONSTRAINT no_overdraft")
        await owner.execute("ALTER TABLE vote DROP CONSTRAINT IF EXISTS vote_approval_id_person_id_part_fkey")
        await owner.execute("ALTER TABLE payment DROP CONSTRAINT payment_payer, DROP CONSTRAINT payment_author")
        await owner.execute(MEDDLING[check])
        bad = [name for name, query in CHECKS.items() if await owner.fetch(query)]
        await begun.rollback()
    finally:
        await owner.close()
    assert check in bad


async def test_the_command_says_clean_with_0_and_not_run_with_2(story: Told) -> None:
    code, out = await verified(story.environment, "--json")
    assert (code, json.loads(out)["clean"]) == (0, True)
    assert len(json.loads(out)["checks"]) == len(CHECKS)
    code, out = await verified(story.environment)
    assert (code, out.count("ok  ")) == (0, len(CHECKS))
    away = story.environment | {"YIHU_FUNDS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    assert (await verified(away))[0] == 2


async def test_the_command_ends_with_1_when_something_is_wrong(story: Told) -> None:
    service = story.community.service
    await service.sql("UPDATE fund_head SET last_seq = last_seq + 1")
    code, out = await verified(story.environment, "--json")
    await service.sql("UPDATE fund_head SET last_seq = last_seq - 1")
    wrong = [check["name"] for check in json.loads(out)["checks"] if check["bad"]]
    assert (code, wrong) == (1, ["heads stand where the last entry stands"])
    async with service.running.reading() as tx:
        assert not any(check.bad for check in await verify(tx))


async def verified(environment: dict[str, str], *options: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.funds",
        "verify",
        *options,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()
