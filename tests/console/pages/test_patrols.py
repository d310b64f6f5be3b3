"""C37: patrols, when they come round, and a round as it is walked; and C8's hot spots."""

import json
from typing import Any
from uuid import uuid4

import httpx

from tests.console import answers
from tests.console.conftest import Browser, Console, Told, a_queue

PATROL, ROUND, POINT, OTHER = (str(uuid4()) for _ in range(4))
LEADER = ("leader", "organization", answers.GROUP)
SAME = {"sec-fetch-site": "same-origin"}


def a_patrol(**changes: Any) -> dict[str, Any]:
    points = [{"id": POINT, "label": "1栋楼道", "area_id": None}, {"id": OTHER, "label": "配电房", "area_id": None}]
    known = {"id": PATROL, "name": "夜间巡查", "group_id": str(answers.GROUP), "minimum_people": 2,
             "checkpoints": points, "recurrence": None, "revision": 1}  # fmt: skip
    return known | changes


def a_round(**changes: Any) -> dict[str, Any]:
    known = {"id": ROUND, "patrol_id": PATROL, "starts_at": "2026-03-02T11:00:00Z", "ends_at": "2026-03-02T12:00:00Z",
             "person_ids": [str(answers.PERSON)], "state": "planned", "checks": [], "revision": 4}  # fmt: skip
    return known | changes


def patrols(told: Told, patrol: dict[str, Any], walked: dict[str, Any]) -> Browser:
    a_queue(told)
    stub = told.stubs["tickets"]
    stub.says("/v1/patrols", {"items": [patrol], "as_of": answers.NOW}, "GET")
    stub.says(f"/v1/patrols/{PATROL}", patrol, "GET")
    stub.says("/v1/patrol-rounds", {"items": [walked], "as_of": answers.NOW}, "GET")
    stub.says(f"/v1/patrol-rounds/{ROUND}", walked, "GET")
    return told.operator(LEADER)


def posted(told: Told) -> list[httpx.Request]:
    return [r for r in told.stubs["tickets"].asked if r.method == "POST"]


async def test_patrols_and_their_rounds_stand_with_when_they_come_round(console: Console) -> None:
    told = await console()
    rule = {"rule": "FREQ=WEEKLY;BYDAY=MO,TH", "first_day": "2026-03-02", "starts_at": "19:00:00", "minutes": 60,
            "person_ids": []}  # fmt: skip
    operator = patrols(told, a_patrol(recurrence=rule), a_round(state="missed"))
    page = await operator.open("/patrols")
    for words in ("夜间巡查", "2 个点位", "每周 周一, 周四", "漏巡", "物业管理"):
        assert words in page.text
    assert "1栋楼道" in (await operator.open(f"/patrols/{PATROL}")).text


async def test_a_patrol_is_planned_for_a_place_that_was_read(console: Console) -> None:
    told = await console()
    operator = patrols(told, a_patrol(), a_round())
    place = {"area_id": OTHER, "name": "城南家园", "names": ["城南家园"]}
    told.stubs["members"].says("/v1/places:parse", {"candidates": [place], "exact": OTHER, "parts": {}})
    told.stubs["tickets"].says("/v1/patrols", httpx.Response(201, json={"id": PATROL, "revision": 1}))
    await operator.open("/patrols")
    form = {"name": "晨间巡查", "group_id": str(answers.GROUP), "place": "城南家园", "checkpoints": "东门\n\n 配电房 ",
            "minimum_people": "２"}  # fmt: skip
    assert (await operator.send("/patrols", form | {"checkpoints": " "})).status_code == 422
    assert (await operator.send("/patrols", form)).status_code == 303
    (request,) = posted(told)
    assert json.loads(request.content) == {
        "name": "晨间巡查", "group_id": str(answers.GROUP), "area_id": OTHER, "minimum_people": 2,
        "checkpoints": [{"label": "东门"}, {"label": "配电房"}],
    }  # fmt: skip


async def test_it_comes_round_by_a_rule_made_of_plain_choices(console: Console) -> None:
    told = await console()
    operator = patrols(told, a_patrol(), a_round())
    told.stubs["tickets"].says(f"/v1/patrols/{PATROL}:recur", {"id": PATROL, "revision": 2})
    path = f"/patrols/{PATROL}/recur"
    await operator.open(f"/patrols/{PATROL}")
    form = operator.hidden(path) | {"every": "WEEKLY", "days": ["TH", "MO"], "first_day": "2026-03-02",
                                    "starts_at": "19:00", "minutes": "60",
                                    "person_ids": [str(answers.PERSON)]}  # fmt: skip
    assert (await operator.http.post(path, data=form, headers=SAME)).status_code == 303
    (request,) = posted(told)
    assert json.loads(request.content) == {
        "rule": "FREQ=WEEKLY;BYDAY=MO,TH", "first_day": "2026-03-02", "starts_at": "19:00", "minutes": 60,
        "person_ids": [str(answers.PERSON)],
    }  # fmt: skip


async def test_a_round_is_planned_with_its_people(console: Console) -> None:
    told = await console()
    operator = patrols(told, a_patrol(), a_round())
    told.stubs["tickets"].says("/v1/patrol-rounds", httpx.Response(201, json=a_round()))
    await operator.open(f"/patrols/{PATROL}")
    form = {"starts_at": "2026-03-03T19:00", "ends_at": "2026-03-03T20:00"}
    assert (await operator.send(f"/patrols/{PATROL}/round", form)).status_code == 422
    assert (
        await operator.send(f"/patrols/{PATROL}/round", form | {"person_ids": str(answers.PERSON)})
    ).status_code == 303
    assert json.loads(posted(told)[0].content) == {
        "patrol_id": PATROL, "person_ids": [str(answers.PERSON)], "starts_at": "2026-03-03T19:00:00+08:00",
        "ends_at": "2026-03-03T20:00:00+08:00",
    }  # fmt: skip


async def test_a_checkpoint_is_all_right_found_to_be_something_or_passed_by(console: Console) -> None:
    told = await console()
    done = {"checkpoint_id": OTHER, "result": "ok", "reason": "", "at": answers.NOW}
    operator = patrols(told, a_patrol(), a_round(state="running", checks=[done]))
    told.stubs["tickets"].says(f"/v1/patrol-rounds/{ROUND}:check", a_round(state="running", revision=5))
    path = f"/patrol-rounds/{ROUND}"
    page = await operator.open(path)
    assert page.text.count('name="result" value="ok"') == 1
    at = {"checkpoint_id": POINT}
    assert (await operator.send(f"{path}/check", at | {"result": "skipped"})).status_code == 422
    assert (await operator.send(f"{path}/check", at | {"result": "finding", "category": "fire"})).status_code == 422
    assert (await operator.send(f"{path}/check", at | {"result": "ok"})).status_code == 303
    finding = {"category": "fire", "description": "灭火器过期"}
    await operator.open(path)
    assert (await operator.send(f"{path}/check", at | {"result": "finding"} | finding)).status_code == 303
    bodies = [json.loads(r.content) for r in posted(told)]
    assert bodies == [at | {"result": "ok"}, at | {"result": "finding", "finding": finding}]
    assert {r.headers["if-match"] for r in posted(told)} == {'"4"'}


async def test_who_does_not_lead_sees_rounds_and_plans_none(console: Console) -> None:
    told = await console()
    patrols(told, a_patrol(), a_round())
    page = await told.operator(("member", "organization", answers.GROUP)).open(f"/patrols/{PATROL}")
    assert "夜间巡查" in page.text
    assert "/recur" not in page.text


async def test_a_hot_spot_leads_to_its_cases_and_to_one_case_for_the_cause(console: Console) -> None:
    told = await console()
    spot = {"id": PATROL, "building_id": OTHER, "place": "东坪一村3栋", "category": "elevator",
            "category_label": "电梯",
            "households": 4, "opened_at": answers.NOW, "last_at": answers.NOW, "closed_at": None,
            "parent_id": None}  # fmt: skip
    told.stubs["tickets"].says("/v1/clusters", {"items": [spot], "next": None, "as_of": answers.NOW}, "GET")
    told.stubs["tickets"].says(f"/v1/clusters/{PATROL}:open-parent", httpx.Response(201, json={"id": ROUND}))
    operator = told.operator(("operator", "area", answers.COMMUNITY))
    page = await operator.open("/hot-spots")
    assert "4 户" in page.text
    assert f"/tickets?building_id={OTHER}&amp;category=elevator" in page.text
    path = f"/hot-spots/{PATROL}/parent"
    assert (await operator.send(path, {"description": ""})).status_code == 422
    answer = await operator.send(path, {"description": "电梯老化", "merge": "yes"})
    assert answer.headers["location"] == f"/tickets/{ROUND}"
    assert json.loads(posted(told)[0].content) == {"description": "电梯老化", "merge": True}
    told.parts.sessions.forget_person(answers.PERSON)
    assert "/parent" not in (await told.operator().open("/hot-spots")).text
