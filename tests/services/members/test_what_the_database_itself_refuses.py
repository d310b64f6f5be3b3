"""SQL straight into the database, past every rule of ours; and two transactions that meet."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from tests.services.members.neighbourhood import Neighbourhood, ok, refusal

NOW = "tstzrange(now(), NULL)"


async def add_membership(here: Neighbourhood, person: UUID, tier: str) -> None:
    await here.service.sql(
        f"INSERT INTO memberships VALUES ($1, $2, $3, $4, '{tier}', 'active', {NOW}, NULL, '', 1)",
        uuid4(),
        here.community,
        person,
        here.group,
    )


async def add_lead(here: Neighbourhood, category: str) -> None:
    await here.service.sql(
        f"INSERT INTO coverage VALUES ($1, $2, $3, $4, '{category}', 'lead', {NOW}, 1)",
        uuid4(),
        here.community,
        here.group,
        here.cluster,
    )


async def test_there_are_never_two_leaders(here: Neighbourhood) -> None:
    first, second = await here.person(), await here.person("李珊")
    await add_membership(here, first, "leader")
    with pytest.raises(asyncpg.ExclusionViolationError):
        await add_membership(here, second, "leader")
    await add_membership(here, second, "core")


async def test_nobody_belongs_twice_at_one_time(here: Neighbourhood) -> None:
    person = await here.person()
    await add_membership(here, person, "core")
    with pytest.raises(asyncpg.ExclusionViolationError):
        await add_membership(here, person, "member")


async def test_there_are_never_two_lead_groups_for_one_matter_in_one_place(here: Neighbourhood) -> None:
    await add_lead(here, "hygiene")
    await add_lead(here, "noise")
    with pytest.raises(asyncpg.ExclusionViolationError):
        await add_lead(here, "hygiene")


async def test_nobody_has_two_main_residencies(here: Neighbourhood) -> None:
    home = {"building_id": str(here.building), "dwelling": "2-1203"}
    person = await here.person(residency=home)
    (household,) = await here.service.sql("SELECT id FROM households")
    values = (uuid4(), here.community, person, household["id"])
    with pytest.raises(asyncpg.ExclusionViolationError):
        await here.service.sql(f"INSERT INTO residencies VALUES ($1, $2, $3, $4, 'other', true, {NOW})", *values)
    await here.service.sql(f"INSERT INTO residencies VALUES ($1, $2, $3, $4, 'other', false, {NOW})", *values)


async def test_a_number_signs_in_one_person_and_reaches_several(here: Neighbourhood) -> None:
    await here.person(contact_points=[{"value": "13800000001"}])
    other = await here.person("李珊", contact_points=[{"value": "13800000001"}])
    found = ok(
        await here.service.as_service("tickets").post("/internal/people:identify", json={"phone": "13800000001"})
    )
    assert [one["person_id"] for one in found["others"]] == [str(other)]
    with pytest.raises(asyncpg.UniqueViolationError):
        await here.service.sql("UPDATE contact_points SET signs_in = true")


@pytest.mark.parametrize("change", ["path = path || id", "path = ARRAY[id]", "parent_id = id"])
async def test_a_path_is_always_that_of_the_parent_and_oneself(here: Neighbourhood, change: str) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await here.service.sql(f"UPDATE areas SET {change} WHERE id = $1", here.cluster)
    with pytest.raises(asyncpg.CheckViolationError):
        await here.service.sql(f"UPDATE organizations SET {change} WHERE id = $1", here.group)


async def test_what_is_on_record_stays_on_record(here: Neighbourhood) -> None:
    for table in ("access_log", "audit"):
        for statement in (f"UPDATE {table} SET reason = ''", f"DELETE FROM {table}"):
            async with here.service.running.database.engine.connect() as connection:
                with pytest.raises(Exception, match="permission denied"):
                    await connection.exec_driver_sql(statement)


async def meeting(*asked: Any) -> list[tuple[int, str]]:
    """Several requests at one time; of each its status and word."""
    answers = await asyncio.gather(*asked)
    return sorted((a.status_code, "" if a.is_success else a.json()["code"]) for a in answers)


async def test_two_appointments_at_once_make_one_leader(here: Neighbourhood) -> None:
    people = [await here.executive(f"执委{number}") for number in range(4)]
    answers = await meeting(*(here.appoint(person) for person in people))
    assert [status for status, _ in answers].count(201) == 1
    assert all(code in ("", "leader_exists", "stale", "in_flight") for _, code in answers)
    (led,) = await here.service.sql("SELECT count(*) FROM memberships WHERE tier = 'leader' AND state = 'active'")
    assert led["count"] == 1


async def test_two_coverages_at_once_make_one_lead(here: Neighbourhood) -> None:
    body = {"area_id": str(here.cluster), "category": "hygiene"}
    other = ok(
        await here.district.post(
            "/v1/organizations",
            json={"classification": "womens_group", "name": "公益服务", "area_id": str(here.community)},
        )
    )["id"]
    answers = await meeting(
        *(here.district.post(f"/v1/organizations/{id}/coverage", json=body) for id in (here.group, other) * 2)
    )
    assert [status for status, _ in answers].count(201) == 1
    assert all(code in ("", "overlaps", "in_flight") for _, code in answers)


async def test_an_executive_post_ends_or_she_leads_but_not_both(here: Neighbourhood) -> None:
    person = await here.executive()
    posts = ok(await here.secretary.get(f"/v1/organizations/{here.federation}/posts"))["items"]
    holding = posts[0]["holdings"][0]["id"]
    end = here.district.post(f"/v1/posts/{here.executive_post}/holdings/{holding}:end")
    answers = await meeting(here.appoint(person), end)
    assert [status for status, _ in answers].count(409) == 1
    assert all(code in ("", "leader_needs_executive_post", "in_flight") for _, code in answers)


async def test_one_number_asked_for_at_once_is_enrolled_once(here: Neighbourhood) -> None:
    tickets = here.service.as_service("tickets")
    asked = {"phone": "13900000001", "enrol": True}
    answers = await asyncio.gather(*(tickets.post("/internal/people:identify", json=asked) for _ in range(6)))
    found = [answer.json() for answer in answers if answer.is_success]
    assert all(answer.is_success or refusal(answer) == (409, "in_flight") for answer in answers)
    assert len({one["person_id"] for one in found}) == 1
    assert [one["enrolled"] for one in found].count(True) == 1
    assert len(await here.service.sql("SELECT 1 FROM people WHERE state = 'provisional'")) == 1


async def test_one_key_is_one_person_and_one_answer(here: Neighbourhood) -> None:
    body = {"name": "何凤兰", "community_id": str(here.community)}
    asked = [here.secretary.post("/v1/people", json=body, headers={"Idempotency-Key": "one"}) for _ in range(3)]
    answers = await asyncio.gather(*asked)
    assert len({ok(answer)["id"] for answer in answers if answer.status_code == 201}) == 1
    other = await here.secretary.post("/v1/people", json=body | {"name": "李珊"}, headers={"Idempotency-Key": "one"})
    assert refusal(other) == (422, "idempotency_key_reused")
