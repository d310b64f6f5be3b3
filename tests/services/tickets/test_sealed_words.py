"""A hardship case: what was said, answered and where it is stands under a seal, and is read by those who may."""

import csv
import io
from typing import Any

from tests.services.tickets.community import Community
from tests.services.tickets.test_exports import taken

CANARY = "金丝雀"
TOLD: dict[str, Any] = {
    "title": f"{CANARY}标题",
    "description": f"{CANARY}没钱",
    "unit": f"{CANARY}2单元",
    "floor": f"{CANARY}9楼",
    "room": f"{CANARY}901",
    "place": f"{CANARY}桥头",
}


async def read(here: Community, ticket: dict[str, Any]) -> dict[str, Any]:
    seen: dict[str, Any] = (await here.of(here.operator).get(f"/v1/tickets/{ticket['id']}")).json()
    where = seen["where"]
    told = {name: where[name] for name in ("unit", "floor", "room")} | {"place": where["text"]}
    return told | {name: seen[name] for name in ("title", "description")}


async def in_the_open(here: Community) -> str:
    rows = await here.service.sql("SELECT t::text AS said FROM tickets t UNION ALL SELECT w::text FROM search_words w")
    listed = (await here.of(here.operator).get("/v1/tickets")).text
    found = await here.of(here.operator).post("/v1/tickets:search", json={"text": CANARY})
    return "".join(row["said"] for row in rows) + listed + found.text


async def test_every_word_of_a_hardship_case_is_sealed_and_read_by_those_who_may(here: Community) -> None:
    filed = await here.files(category="hardship", kind="need", **TOLD)
    assert CANARY not in await in_the_open(here)
    assert await read(here, filed) == TOLD


async def test_a_case_that_turns_out_to_be_hardship_is_sealed_with_its_answers(here: Community) -> None:
    question = {"code": "how", "label": "怎么了", "datatype": "text", "required": True}
    body = {"community_id": str(here.community), "code": "care", "label": "照料", "class": "general"}
    await here.of(here.secretary).post("/v1/categories", json=body | {"questions": [question]})
    filed = await here.files(category="care", kind="need", answers={"how": f"{CANARY}病了"}, **TOLD)
    assert CANARY in await in_the_open(here)
    await here.move(here.operator, filed, "triage", category="hardship")
    assert CANARY not in await in_the_open(here)
    assert await read(here, filed) == TOLD
    seen = (await here.of(here.operator).get(f"/v1/tickets/{filed['id']}")).json()
    assert seen["answers"] == {"how": f"{CANARY}病了"}


async def test_another_title_is_sealed_too_and_can_be_taken_away(here: Community) -> None:
    filed = await here.files(category="hardship", kind="need", **TOLD)
    for title in (f"{CANARY}新", ""):
        seen = await here.see(filed)
        headers = {"If-Match": f'"{seen["revision"]}"'}
        url = f"/v1/tickets/{filed['id']}"
        assert (await here.of(here.operator).patch(url, json={"title": title}, headers=headers)).status_code == 200
        assert CANARY not in await in_the_open(here)
        assert await read(here, filed) == TOLD | {"title": title}


async def test_no_export_holds_a_word_of_it(here: Community) -> None:
    filed = await here.files(category="hardship", kind="need", building_id=str(here.managed_building), **TOLD)
    moved = await here.move(here.help_leader, filed, "accept")
    moved = await here.move(here.help_leader, moved, "record-contact", result="reached")
    await here.move(here.help_leader, moved, "resolve", result=f"{CANARY}已申请救助")
    answer = await taken(here, "csv")
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["number"], row["title"], row["description"], row["result"]) == (filed["number"], "", "", "")
    assert CANARY not in answer.text


async def test_an_ordinary_case_stays_searchable(here: Community) -> None:
    filed = await here.files(**TOLD)
    found = (await here.of(here.operator).post("/v1/tickets:search", json={"text": CANARY})).json()
    assert [each["id"] for each in found["items"]] == [filed["id"]]
    assert await read(here, filed) == TOLD
