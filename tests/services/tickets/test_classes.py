"""A community sets other limits: from a date on, and never for what began before."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.tickets.views.clock_check import verify_clocks
from tests.services.tickets.community import Community

QUICK = {"general": {"accept": {"minutes": 10, "unit": "wall"}, "resolve": {"minutes": 2_880, "unit": "wall"}}}


async def set_limits(here: Community, **body: Any) -> dict[str, Any]:
    plain = {"community_id": str(here.community), "classes": QUICK}
    answer = await here.of(here.secretary).post("/v1/classes", json=plain | body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def clocks(here: Community, ticket: dict[str, Any]) -> dict[str, Any]:
    view: dict[str, Any] = (await here.of(here.secretary).get(f"/v1/tickets/{ticket['id']}/clock")).json()
    return view | {each["name"]: each for each in view["clocks"]}


def lasts(clock: dict[str, Any]) -> timedelta:
    return datetime.fromisoformat(clock["due"]) - datetime.fromisoformat(clock["start"])


async def test_new_limits_hold_for_what_begins_after_them(here: Community) -> None:
    before = await here.files()
    made = await set_limits(here)
    between = await here.files()
    await here.service.advance(seconds=6)
    after = await here.files()
    was = await clocks(here, before)
    assert (was["class_version"], was["resolve"]["unit"]) == ("2018-01", "calendar_days")
    assert (await clocks(here, between))["class_version"] == "2018-01"
    now = await clocks(here, after)
    assert (now["class_version"], lasts(now["accept"]), lasts(now["resolve"])) == (
        made["version"],
        timedelta(minutes=10),
        timedelta(days=2),
    )
    assert now["contact"]["unit"] == "working"


async def test_every_due_is_rebuilt_with_the_table_of_its_time(here: Community) -> None:
    before = await here.resolved()
    await set_limits(here)
    await here.service.advance(seconds=6)
    await here.files()
    await here.service.advance(minutes=11)
    checked = await verify_clocks(here.service.running)
    assert (checked.tickets, checked.differences) == (2, ())
    again = await here.move(here.resident, await here.see(before), "reopen", reason="又堆了")
    assert again["round"] == 2
    assert lasts((await clocks(here, before))["resolve"]) == timedelta(days=2)
    assert (await verify_clocks(here.service.running)).differences == ()
    (mark,) = await here.service.sql("SELECT due_at FROM marks WHERE clock = 'accept'")
    assert mark["due_at"] is not None


async def test_a_later_correction_of_an_old_case_keeps_the_old_limits(here: Community) -> None:
    filed = await here.files(category="neighbours")
    await set_limits(here, classes={"complex": QUICK["general"]} | QUICK)
    await here.service.advance(seconds=6)
    moved = await here.move(here.operator, await here.see(filed), "triage", category="noise", reason="噪音")
    view = await clocks(here, moved)
    assert (view["class"], view["class_version"], view["resolve"]["unit"]) == ("general", "2018-01", "calendar_days")
    (row,) = await here.service.sql("SELECT resolve_due_at FROM tickets")
    assert row["resolve_due_at"] == datetime.fromisoformat(view["resolve"]["due"])


async def test_the_table_in_force_and_all_versions_are_listed(here: Community) -> None:
    later = await set_limits(here, effective_from="2999-01-01T00:00:00Z")
    own = {"community_id": str(here.community)}
    assert (await here.of(here.resident).get("/v1/classes", params=own)).json()["version"] == "2018-01"
    await set_limits(here)
    await here.service.advance(seconds=6)
    in_force = (await here.of(here.resident).get("/v1/classes", params=own)).json()
    assert in_force["version"] == "2"
    assert (await here.of(here.resident).get("/v1/classes")).json()["version"] == "2018-01"
    listed = (await here.of(here.operator).get("/v1/classes/versions", params=own)).json()["items"]
    assert [each["version"] for each in listed] == [later["version"], "2", "2018-01"]


async def test_a_preview_names_the_limits_of_the_community(here: Community) -> None:
    await set_limits(here)
    await here.service.advance(seconds=6)
    told = await here.of(here.resident).post(
        "/v1/tickets:preview", json={"text": "楼道垃圾", "building_id": str(here.building), "category": "sanitation"}
    )
    (now,) = await here.service.sql("SELECT now() + shift AS now FROM clock")
    due = datetime.fromisoformat(told.json()["dues"]["accept"])
    assert timedelta(minutes=9) < due - now["now"] <= timedelta(minutes=10)


@pytest.mark.parametrize(("body", "code"), [
    ({"effective_from": "2020-01-01T00:00:00Z"}, "effective_in_the_past"),
    ({"classes": {"general": {"resolve": {"minutes": 2_000, "unit": "calendar_days"}}}}, "whole_days_needed"),
    ({"classes": {}}, "invalid"),
    ({"classes": {"soon": QUICK["general"]}}, "invalid"),
    ({"classes": {"general": {"accept": {"minutes": 0, "unit": "wall"}}}}, "invalid"),
])  # fmt: skip
async def test_limits_that_cannot_be_are_refused_whole(here: Community, body: dict[str, Any], code: str) -> None:
    plain = {"community_id": str(here.community), "classes": QUICK}
    refused = await here.of(here.secretary).post("/v1/classes", json=plain | body)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert await here.service.sql("SELECT 1 FROM class_versions") == []


async def test_another_communitys_secretary_sets_nothing_here(here: Community) -> None:
    far = await here.service.person(here.help_group, [("secretary", "area", here.help_group)])
    refused = await far.post("/v1/classes", json={"community_id": str(here.community), "classes": QUICK})
    assert (refused.status_code, refused.json()["code"]) == (404, "community_unknown")


async def test_a_months_figures_judge_each_round_by_the_limits_it_began_with(here: Community) -> None:
    first = await here.files()
    await set_limits(here, classes={"general": {"contact": {"minutes": 1, "unit": "wall"}}})
    await here.service.advance(seconds=6)
    second = await here.files()
    await here.service.advance(minutes=2)
    for ticket in (first, second):
        moved = await here.move(here.leader, await here.see(ticket), "accept")
        moved = await here.move(here.leader, moved, "record-contact", result="reached")
        moved = await here.move(here.leader, moved, "resolve", result="好了")
        await here.move(here.resident, moved, "answer", round=1, answer="solved_satisfied")
    (now,) = await here.service.sql(
        "SELECT to_char((now() + shift) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month FROM clock"
    )
    month = now["month"]
    report = (await here.of(here.secretary).get("/v1/rates", params={"month": month, "by": "community"})).json()
    assert report["class_version"] == "1"
    (item,) = report["items"]
    assert (item["response"]["within"], item["rounds"]) == (1, 2)
