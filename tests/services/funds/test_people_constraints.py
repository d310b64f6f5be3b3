"""K7, K9 and K15 by direct SQL: who may vote, pay and write, as the role that runs and as the role that owns."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.funds.store.ready import LEDGER, ledger_is_guarded
from tests.conftest import Fresh
from tests.services.funds.direct import CHECK, DENIED, FOREIGN_KEY, ROLES, UNIQUE, Direct
from tests.services.funds.people import Community, a_community, approved, deciding, prepared, proceeds, vote

PART = "INSERT INTO approval_part (approval_id, person_id, part) VALUES ($1, $2, $3)"
VOTE = "INSERT INTO vote (approval_id, person_id, decision, subject_hash, at) VALUES ($1, $2, $3, $4, now())"
GRANT = "UPDATE approval SET state = 'granted' WHERE id = $1"


def yes(approval: dict[str, Any], person: UUID, hash: str | None = None) -> list[Any]:
    """The two rows of a yes vote."""
    id = UUID(approval["id"])
    return [(PART, id, person, "approver"), (VOTE, id, person, "yes", bytes.fromhex(hash or approval["subject_hash"]))]


@pytest.mark.parametrize("role", ROLES)
async def test_k7_one_person_has_one_part(community: Community, role: str) -> None:
    approval = await deciding(community)
    id, author = UUID(approval["id"]), community.people["clerk"]
    direct = Direct(community.service, role)
    for part in ("approver", "payer", "author"):
        assert await direct.refusal((PART, id, author, part)) == UNIQUE
    assert await direct.refusal((PART, id, uuid4(), "friend")) == CHECK


@pytest.mark.parametrize("role", ROLES)
async def test_k7_a_vote_is_a_part_and_the_author_has_hers(community: Community, role: str) -> None:
    approval = await deciding(community)
    id, direct = UUID(approval["id"]), Direct(community.service, role)
    for person in (community.people["clerk"], uuid4()):
        cast = (VOTE, id, person, "yes", bytes.fromhex(approval["subject_hash"]))
        assert await direct.refusal(cast) == FOREIGN_KEY


@pytest.mark.parametrize("role", ROLES)
async def test_k7_neither_author_nor_approver_becomes_the_payer(community: Community, role: str) -> None:
    payment = await prepared(community, await approved(community))
    direct = Direct(community.service, role)
    for who in ("approver", "second_clerk"):
        change = ("UPDATE payment SET payer_id = $2 WHERE id = $1", UUID(payment["id"]), community.people[who])
        assert await direct.refusal(change) == FOREIGN_KEY
    own = ("UPDATE payment SET payer_id = author_id WHERE id = $1", UUID(payment["id"]))
    assert await direct.refusal(own) == CHECK
    other_author = ("UPDATE payment SET author_id = $2 WHERE id = $1", UUID(payment["id"]), uuid4())
    assert await direct.refusal(other_author) == FOREIGN_KEY


@pytest.mark.parametrize("role", ROLES)
async def test_k9_two_votes_of_approvers_on_the_case_as_it_is_grant(community: Community, role: str) -> None:
    approval = await deciding(community)
    votes = [row for who in ("approver", "second_approver") for row in yes(approval, community.people[who])]
    assert await Direct(community.service, role).refusal(*votes, (GRANT, UUID(approval["id"]))) == ""


@pytest.mark.parametrize("role", ROLES)
async def test_k9_nothing_less_does(community: Community, role: str) -> None:
    approval = await deciding(community)
    id, people = UUID(approval["id"]), community.people
    direct = Direct(community.service, role)
    first = yes(approval, people["approver"])
    refusing = [(PART, id, people["third_approver"], "approver"), (VOTE, id, people["third_approver"], "no", b"h")]
    wrong: dict[str, list[Any]] = {
        "no vote at all": [],
        "one vote": first,
        "a second vote by somebody without the duty": [*first, *yes(approval, uuid4())],
        "a second vote by a clerk": [*first, *yes(approval, people["second_clerk"])],
        "a second vote on another hash": [*first, *yes(approval, people["second_approver"], "00" * 32)],
        "a no beside two yes": [*first, *yes(approval, people["second_approver"]), *refusing],
    }
    for name, steps in wrong.items():
        assert await direct.refusal(*steps, (GRANT, id)) == CHECK, name
    used = "UPDATE approval SET state = 'used' WHERE id = $1"
    assert await direct.refusal((used, id)) == CHECK


@pytest.mark.parametrize("role", ROLES)
async def test_k9_a_role_or_duty_that_has_ended_no_longer_counts(community: Community, role: str) -> None:
    approval = await deciding(community)
    people, direct = community.people, Direct(community.service, role)
    votes = [row for who in ("approver", "second_approver") for row in yes(approval, people[who])]
    endings = [
        ("UPDATE grants SET valid_until = now() WHERE subject_id = $1", people["approver"]),
        ("UPDATE fund_duty SET state = 'ended' WHERE person_id = $1", people["approver"]),
        ("UPDATE fund_duty SET valid_from = '2199-01-01' WHERE person_id = $1", people["approver"]),
    ]
    for ended in endings:
        assert await direct.refusal(*votes, ended, (GRANT, UUID(approval["id"]))) == CHECK, ended


@pytest.mark.parametrize("role", ROLES)
async def test_k9_an_amount_changed_after_a_vote_loses_the_vote(community: Community, role: str) -> None:
    approval = await deciding(community)
    votes = [row for who in ("approver", "second_approver") for row in yes(approval, community.people[who])]
    direct = Direct(community.service, role)
    for change in ("proposed_fen = proposed_fen + 1", "beneficiary_id = id", "category = 'medical'"):
        changed = (f"UPDATE application SET {change} WHERE id = $1", UUID(approval["subject_id"]))
        assert await direct.refusal(*votes, changed, (GRANT, UUID(approval["id"]))) == CHECK, change


async def test_k15_the_running_role_reads_everything_and_writes_no_ledger_row(community: Community) -> None:
    app = Direct(community.service, "app")
    columns = await community.service.sql(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_name = ANY ($1)", list(LEDGER)
    )
    for table in LEDGER:
        assert await app.refusal(f"SELECT * FROM {table}") == ""
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE", f"INSERT INTO {table} DEFAULT VALUES"):
            assert await app.refusal(statement) == DENIED, statement
    for row in columns:
        statement = f"UPDATE {row['table_name']} SET {row['column_name']} = {row['column_name']}"
        assert await app.refusal(statement) == DENIED, statement


async def test_k15_the_running_role_writes_no_amount_of_an_approval_and_changes_no_trigger(
    community: Community,
) -> None:
    app = Direct(community.service, "app")
    for statement in (
        "UPDATE approval SET amount_fen = 1",
        "UPDATE approval SET used_fen = 0",
        "INSERT INTO approval DEFAULT VALUES",
        "DELETE FROM approval",
        "UPDATE approval_part SET part = 'payer'",
        "DELETE FROM vote",
        "INSERT INTO duty_role VALUES ('approver', 'resident')",
        "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER entry_complete ON journal_entry",
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "SET session_replication_role = replica",
        "SELECT ledger_write(NULL, '{}')",
        "SELECT ledger_spend(NULL, NULL, NULL, 1, false, now())",
        "SELECT ledger_note(NULL, NULL, 'made', 1, NULL, now())",
    ):
        assert await app.refusal(statement) == DENIED, statement


async def test_k15_every_ledger_function_runs_as_the_owner_with_a_fixed_search_path(community: Community) -> None:
    rows = await community.service.sql(
        "SELECT proname, prosecdef, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND proowner = current_user::regrole"
    )
    assert len(rows) > 20
    for row in rows:
        assert row["prosecdef"], row["proname"]
        assert row["proconfig"] == ["search_path=public, pg_temp"], row["proname"]


async def test_k15_a_service_whose_role_could_write_the_ledger_is_not_ready(community: Community) -> None:
    service = community.service
    assert (await service.client().get("/readyz")).status_code == 200
    role = service.running.settings.database_url.partition("//")[2].partition(":")[0]
    for privilege in ("INSERT ON journal_line", "UPDATE (cash_fen) ON fund_available", "UPDATE (used_fen) ON approval"):
        await service.sql(f"GRANT {privilege} TO {role}")
        answer = await service.client().get("/readyz")
        assert (answer.status_code, "may write" in answer.json()["why"][0]) == (503, True), privilege
        await service.sql(f"REVOKE {privilege} FROM {role}")
    assert await ledger_is_guarded(service.running) is None


async def test_a_vote_no_longer_counts_once_its_voter_has_no_role(fresh: Fresh) -> None:
    community = await a_community(await fresh("funds"))
    assert (await proceeds(community, 1_000_000)).status_code == 201
    approval = await deciding(community)
    assert (await vote(community, "approver", approval)).json()["state"] == "open"
    await community.service.sql(
        "UPDATE grants SET valid_until = now() WHERE subject_id = $1", community.people["approver"]
    )
    assert (await vote(community, "second_approver", approval)).json()["state"] == "open"
    assert (await vote(community, "third_approver", approval)).json()["state"] == "granted"
