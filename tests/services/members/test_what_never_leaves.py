"""Canaries: names, numbers, dwellings and codes stand in no event, no record, no log and in no column as they are."""

import base64
from uuid import UUID

import pytest

from services.members.store.tables import metadata
from tests.services.members.neighbourhood import Neighbourhood, ok
from tests.services.members.test_signing_in import PASSWORD, SECRET, asked_for_code, give_code, sent_code

NAME, PHONE, DWELLING, LOGIN = "金丝雀", "13912345678", "7-7777", "canary-login"


async def lived(here: Neighbourhood) -> str:
    """A person with everything, who signs in, joins, is found, revealed and resolved. Answers her code."""
    person = await here.person(
        NAME,
        contact_points=[{"value": PHONE}],
        residency={"building_id": str(here.building), "dwelling": DWELLING},
        account={"login": LOGIN, "password": PASSWORD, "totp_secret": SECRET},
    )
    ok(await here.join(person, reason="everybody knows her"))
    ok(await here.service.as_service("tickets").post("/internal/people:identify", json={"phone": PHONE}))
    ok(await here.secretary.post("/v1/people:search", json={"name": NAME}))
    ok(await here.secretary.post(f"/v1/people/{person}:reveal", json={"what": "name", "reason": "calls her back"}))
    challenge = ok(await asked_for_code(here, PHONE))["challenge_id"]
    code = await sent_code(here, challenge)
    ok(await give_code(here, challenge, code))
    return code


def disguises(canary: str) -> list[str]:
    raw = canary.encode()
    return [canary, base64.b64encode(raw).decode().rstrip("="), raw.hex()]


async def everything(here: Neighbourhood) -> dict[str, str]:
    """All rows of all tables as text, without the sealed answers of requests."""
    tables = await here.service.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return {
        row["tablename"]: "\n".join(
            str(each["line"]) for each in await here.service.sql(f"SELECT t::text AS line FROM {row['tablename']} t")
        )
        for row in tables
    }


async def test_no_name_number_dwelling_or_code_stands_anywhere_as_it_is(
    here: Neighbourhood, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    code = await lived(here)
    stored = await everything(here)
    written = "".join(capfd.readouterr()) + caplog.text
    for canary in (NAME, PHONE, DWELLING, LOGIN, PASSWORD, SECRET):
        for disguise in disguises(canary):
            assert [table for table, text in stored.items() if disguise in text] == []
            assert disguise not in written
    assert code not in stored["challenges"]
    assert all(f'"{code}"' not in text for text in stored.values())


async def test_every_look_is_on_record_without_what_was_seen(here: Neighbourhood) -> None:
    await lived(here)
    rows = await here.service.sql("SELECT action, actor, fields FROM access_log ORDER BY id")
    assert [row["action"] for row in rows] == ["identify", "reveal", "resolve"]
    assert all(row["actor"].partition(":")[0] in ("service", "person") for row in rows)


async def test_every_grant_is_on_record(here: Neighbourhood) -> None:
    await here.leader()
    acts = {row["action"] for row in await here.service.sql("SELECT action FROM audit")}
    assert {"grant_given", "leader_appointed"} <= acts


async def test_every_column_says_what_it_holds_and_what_is_sealed_is_bytes(here: Neighbourhood) -> None:
    columns = {
        (row["table_name"], row["column_name"]): row["data_type"]
        for row in await here.service.sql(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        )
    }
    tagged = {(t.name, c.name): c.info["data"] for t in metadata.tables.values() for c in t.columns}
    assert set(tagged) <= set(columns)
    assert all(columns[key] == "bytea" for key in tagged if key[1].endswith("_sealed"))
    assert all(columns[key] == "bytea" for key, tag in tagged.items() if tag == "sensitive")


async def test_a_sealed_value_opens_in_its_own_row_only(here: Neighbourhood) -> None:
    one, other = await here.person("何凤兰"), await here.person("李珊")
    await moved(here, "people", "name_sealed", to=other, source=one)
    assert (await here.as_person(other).get(f"/v1/people/{other}")).status_code == 500


async def test_not_even_another_row_of_the_same_person_opens_it(here: Neighbourhood) -> None:
    person = await here.person(contact_points=[{"value": "13800000001"}, {"value": "13800000002"}])
    mine = here.as_person(person)
    first, second = (UUID(point["id"]) for point in ok(await mine.get(f"/v1/people/{person}"))["contact_points"])
    await moved(here, "contact_points", "value_sealed", to=second, source=first)
    assert (await mine.get(f"/v1/people/{person}")).status_code == 500


async def moved(here: Neighbourhood, table: str, column: str, *, to: UUID, source: UUID) -> None:
    """Put one row's ciphertext into another row, past the service."""
    value = f"(SELECT {column} FROM {table} WHERE id = $1)"
    await here.service.sql(f"UPDATE {table} SET {column} = {value} WHERE id = $2", source, to)
