"""Finding cases by words, places, numbers and dates: what may be seen, and nothing else."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.tickets.views import lists
from tests.services.tickets.community import Community


async def seeks(here: Community, person: UUID, **body: Any) -> dict[str, Any]:
    answer = await here.of(person).post("/v1/tickets:search", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ids(here: Community, person: UUID, **body: Any) -> list[str]:
    return [row["id"] for row in (await seeks(here, person, **body))["items"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("垃圾", True),
        ("垃圾没人", True),
        ("楼道 没人收", True),
        ("ＬＥＡＫ", True),
        ("收", True),
        ("垃圾leak", False),
        ("圾垃", False),
        ("lea", False),
        ("电梯", False),
    ],
)
async def test_words_are_found_in_chinese_and_latin(here: Community, text: str, found: bool) -> None:
    filed = await here.files(description="楼道垃圾没人收 Leak")
    assert await ids(here, here.operator, text=text) == [filed["id"]] * found


async def test_pairs_that_stand_apart_are_not_what_was_typed(here: Community) -> None:
    await here.files(description="垃圾桶满了")
    filed = await here.files(description="桶满圾桶 垃圾")
    assert filed["id"] not in await ids(here, here.operator, text="垃圾桶")


async def test_nobody_finds_what_her_grants_do_not_open(here: Community) -> None:
    filed = await here.files()
    for person, count in ((here.operator, 1), (here.leader, 1), (here.resident, 1), (here.help_leader, 0)):
        found = await seeks(here, person, text="垃圾")
        assert found["count"] == {"value": count, "relation": "exact"}
        assert [row["id"] for row in found["items"]] == [filed["id"]] * count


async def test_delicate_words_are_never_found(here: Community) -> None:
    await here.files(description="低保没批下来金丝雀", category="hardship")
    case = {"text": "金丝雀心里难受", "building_id": str(here.building)}
    await here.of(here.resident).post("/v1/confidential-cases", json=case)
    for person in (here.operator, here.secretary, here.resident):
        assert await ids(here, person, text="金丝雀") == []
    stored = await here.service.sql("SELECT text, words::text AS words FROM search_words")
    assert [row["text"] for row in stored] == [""]
    assert "金丝" not in stored[0]["words"]


async def test_what_turns_out_delicate_is_sealed_and_no_longer_found(here: Community) -> None:
    filed = await here.files(description="楼道金丝雀没人管", room="1203")
    await here.move(here.operator, filed, "triage", category="hardship")
    assert await ids(here, here.operator, text="金丝雀") == []
    stored = (await here.service.sql("SELECT description FROM tickets"))[0]["description"]
    assert stored == ""
    seen = (await here.of(here.operator).get(f"/v1/tickets/{filed['id']}")).json()
    assert (seen["description"], seen["where"]["room"]) == ("楼道金丝雀没人管", "1203")


async def test_a_new_title_is_found(here: Community) -> None:
    filed = await here.files()
    headers = {"If-Match": f'"{filed["revision"]}"'}
    client = here.of(here.operator)
    assert (await client.patch(f"/v1/tickets/{filed['id']}", json={"title": "白蚁"}, headers=headers)).is_success
    assert await ids(here, here.operator, text="白蚁") == [filed["id"]]
    assert await ids(here, here.operator, text="楼道") == [filed["id"]]


async def test_a_number_typed_as_words_is_a_number(here: Community) -> None:
    filed = await here.files()
    await here.files()
    assert await ids(here, here.operator, text=filed["number"]) == [filed["id"]]
    assert await ids(here, here.operator, text=filed["number"][-7:].replace("-", "")) == [filed["id"]]


async def test_a_building_in_words_is_read_by_members(here: Community) -> None:
    filed = await here.files()
    await here.files(building_id=str(here.managed_building))

    def parse(request: httpx.Request) -> dict[str, Any]:
        assert str(here.community) in request.content.decode()
        return {"candidates": [{"area_id": str(here.building)}], "exact": str(here.building)}

    here.service.others.says("/v1/places:parse", parse)
    found = await seeks(here, here.operator, building="三栋")
    assert [row["id"] for row in found["items"]] == [filed["id"]]
    assert found["place"] == {"words": "三栋", "read": True, "building_ids": [str(here.building)]}


async def test_without_members_the_words_of_a_place_are_words(here: Community) -> None:
    filed = await here.files(description="三栋门口")
    await here.files()
    found = await seeks(here, here.operator, building="三栋")
    assert [row["id"] for row in found["items"]] == [filed["id"]]
    assert found["place"]["read"] is False


async def test_a_telephone_is_asked_of_members_and_never_enrolled(here: Community) -> None:
    filed = await here.files()

    def identify(request: httpx.Request) -> dict[str, Any]:
        assert b'"enrol":false' in request.content.replace(b" ", b"")
        return {"person_id": str(here.resident), "building_id": None}

    here.service.others.says("/internal/people:identify", identify)
    assert await ids(here, here.operator, phone="13800000000") == [filed["id"]]
    here.service.others.says("/internal/people:identify", {"person_id": None})
    assert await ids(here, here.operator, phone="13800000001") == []
    body = {"phone": "13800000000"}
    assert (await here.of(here.resident).post("/v1/tickets:search", json=body)).status_code == 403


async def test_filters_narrow_the_words(here: Community) -> None:
    filed = await here.files()
    client = here.of(here.operator)
    await client.patch(f"/v1/tickets/{filed['id']}", json={"tags": ["梅雨", "急"]}, headers={"If-Match": '"1"'})
    for body, count in (
        ({"category": "sanitation"}, 1),
        ({"category": "noise"}, 0),
        ({"state": "assigned", "kind": "complaint"}, 1),
        ({"state": "closed"}, 0),
        ({"group_id": str(here.property_group)}, 1),
        ({"building_id": str(here.managed_building)}, 0),
        ({"tags": ["梅雨"]}, 1),
        ({"tags": ["梅雨", "别的"]}, 0),
        ({"filed_from": "2000-01-01T00:00:00Z"}, 1),
        ({"filed_to": "2000-01-01T00:00:00Z"}, 0),
    ):
        assert len(await ids(here, here.operator, text="垃圾", **body)) == count, body


async def test_old_cases_are_found_beyond_the_newest_months(here: Community) -> None:
    source = {"system": "old", "key": "1"}
    body = {"origin": "import", "source": source, "filed_at": "2018-08-30T09:00:00Z"}
    old = await here.files(here.secretary, **body)
    new = await here.files()
    assert await ids(here, here.operator, text="垃圾") == [new["id"], old["id"]]
    first = await seeks(here, here.operator, text="垃圾", limit=1)
    assert first["count"] == {"value": 2, "relation": "exact"}
    assert await ids(here, here.operator, text="垃圾", limit=1, cursor=first["next"]) == [old["id"]]


async def test_pages_of_a_search_stand_still_while_others_write(here: Community) -> None:
    filed = [(await here.files())["id"] for _ in range(5)]
    seen, cursor = [], None
    while True:
        page = await seeks(here, here.operator, text="垃圾", limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
        await here.files()
    assert seen == filed[::-1]


async def test_counts_are_exact_up_to_a_thousand(here: Community) -> None:
    await here.files()
    for wanted, expected in ((1_000, "exact"), (1_001, "at_least")):
        have = (await here.service.sql("SELECT count(*) FROM tickets"))[0]["count"]
        await copies(here, wanted - have)
        for found in (
            await seeks(here, here.operator, text="垃圾"),
            (await here.of(here.operator).get("/v1/tickets")).json(),
        ):
            assert found["count"] == {"value": 1_000, "relation": expected}


async def copies(here: Community, count: int) -> None:
    """So many more cases like the first."""
    columns = [
        row["column_name"]
        for row in await here.service.sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'tickets' ORDER BY ordinal_position"
        )
    ]
    own = {"id": "gen_random_uuid()", "number": "'copy-' || gen_random_uuid()"}
    values = ", ".join(own.get(name, f'"{name}"') for name in columns)
    await here.service.sql(
        f"INSERT INTO tickets SELECT {values} FROM (SELECT * FROM tickets LIMIT 1) t, generate_series(1, {count})"
    )
    await here.service.sql(
        "INSERT INTO search_words SELECT t.id, w.text, w.words FROM tickets t, (SELECT * FROM search_words LIMIT 1) w"
        " ON CONFLICT DO NOTHING"
    )


async def test_lists_by_category_reach_beyond_the_newest_weeks(here: Community) -> None:
    for number, filed_at in enumerate(("2018-08-30T09:00:00Z", "1999-12-30T09:00:00Z")):
        source = {"system": "old", "key": str(number)}
        await here.files(here.secretary, origin="import", source=source, filed_at=filed_at, category="noise")
    new = await here.files(category="noise")
    await here.files()
    for query in ({"category": "noise"}, {"category": "noise", "building_id": str(here.building)}):
        listed = (await here.of(here.operator).get("/v1/tickets", params=query)).json()
        assert listed["count"] == {"value": 3, "relation": "exact"}
        assert listed["items"][0]["id"] == new["id"]
    triaged = await here.move(here.operator, new, "triage", category="fire", building_id=str(here.managed_building))
    listed = (await here.of(here.operator).get("/v1/tickets", params={"category": "fire"})).json()
    assert [row["id"] for row in listed["items"]] == [triaged["id"]]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "！！"}, 422),
        ({"text": "x" * 201}, 422),
        ({"text": "a\0b"}, 422),
        ({"unheard_of": 1}, 422),
        ({"limit": 0}, 400),
        ({"limit": 10_000}, 400),
        ({"cursor": "forged"}, 400),
        ({"number": "12"}, 400),
    ],
)
async def test_a_search_that_cannot_be_is_refused(here: Community, body: dict[str, Any], status: int) -> None:
    assert (await here.of(here.operator).post("/v1/tickets:search", json=body)).status_code == status


async def test_a_cursor_belongs_to_its_words(here: Community) -> None:
    for _ in range(2):
        await here.files()
    page = await seeks(here, here.operator, text="垃圾", limit=1)
    other = {"text": "楼道", "limit": 1, "cursor": page["next"]}
    assert (await here.of(here.operator).post("/v1/tickets:search", json=other)).status_code == 400


async def test_a_watcher_finds_what_she_filed_for_another(here: Community) -> None:
    filed = await here.files(here.member, reporter_id=str(uuid4()))
    assert await ids(here, here.member, text="垃圾") == [filed["id"]]


async def test_asking_for_a_hidden_reporter_finds_nothing(here: Community) -> None:
    filed = await here.files()
    query = {"reporter_id": str(here.resident)}
    assert len((await here.of(here.leader).get("/v1/tickets", params=query)).json()["items"]) == 1
    await here.service.sql("UPDATE tickets SET hidden = true WHERE id = $1", UUID(filed["id"]))
    for person, count in ((here.leader, 0), (here.operator, 0), (here.resident, 1)):
        assert len((await here.of(person).get("/v1/tickets", params=query)).json()["items"]) == count


async def test_the_newest_come_first_where_more_are_found_than_are_counted(
    here: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "COUNTED_UP_TO", 2)
    newest = [(await here.files())["id"] for _ in range(6)][::-1]
    sought = await seeks(here, here.operator, text="垃圾", limit=2)
    listed = (await here.of(here.operator).get("/v1/tickets", params={"limit": 2})).json()
    for found in (sought, listed):
        assert [row["id"] for row in found["items"]] == newest[:2]
        assert found["count"] == {"value": 2, "relation": "at_least"}


async def test_a_handler_finds_what_she_handles_and_nothing_else(here: Community) -> None:
    handled, other = await here.files(), await here.files()
    for case, handler in ((handled, here.member), (other, here.leader)):
        await here.move(here.leader, case, "accept", handler_id=str(handler))
    assert await ids(here, here.member, text="垃圾") == [handled["id"]]
    assert [row["id"] for row in (await here.of(here.member).get("/v1/tickets")).json()["items"]] == [handled["id"]]
