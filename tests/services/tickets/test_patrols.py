"""Walks of a group, and what they find."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from tests.services.tickets.community import Community


async def _patrol(here: Community) -> dict[str, Any]:
    body = {
        "group_id": str(here.property_group),
        "name": "卫生安全巡查",
        "area_id": str(here.cluster),
        "minimum_people": 2,
        "checkpoints": [{"label": "楼道", "area_id": str(here.building)}, {"label": "大门", "area_id": None}],
    }
    made = (await here.of(here.leader).post("/v1/patrols", json=body)).json()
    return dict((await here.of(here.leader).get(f"/v1/patrols/{made['id']}")).json())


async def _round(here: Community, patrol: dict[str, Any], **body: Any) -> dict[str, Any]:
    now: datetime = (await here.service.sql("SELECT now() + shift AS now FROM clock"))[0]["now"]
    plain = {
        "patrol_id": patrol["id"],
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
        "person_ids": [str(here.leader), str(here.member)],
    }
    answer = await here.of(here.leader).post("/v1/patrol-rounds", json=plain | body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def _step(here: Community, who: UUID, round_: dict[str, Any], verb: str, **body: Any) -> httpx.Response:
    headers = {"If-Match": f'"{round_["revision"]}"'}
    return await here.of(who).post(f"/v1/patrol-rounds/{round_['id']}:{verb}", json=body, headers=headers)


async def _walk(
    here: Community, who: UUID, patrol: dict[str, Any], results: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    round_ = await _round(here, patrol)
    round_ = (await _step(here, who, round_, "start")).json()
    taken = []
    for point, result in zip(patrol["checkpoints"], results, strict=True):
        answer = await _step(here, who, round_, "check", checkpoint_id=point["id"], **result)
        assert answer.status_code == 200, answer.text
        round_ = answer.json()
        taken.append(round_)
    assert (await _step(here, who, round_, "finish")).status_code == 200
    return taken


FOUND = {"result": "finding", "finding": {"category": "sanitation", "description": "楼道堆物"}}


async def test_a_finding_files_a_ticket_that_is_no_complaint_of_a_resident(here: Community) -> None:
    found, _ = await _walk(here, here.member, await _patrol(here), [FOUND, {"result": "ok"}])
    ticket = await here.see({"id": found["ticket_id"]})
    assert (ticket["state"], ticket["group_id"]) == ("assigned", str(here.property_group))
    (filed,) = await here.service.data("tickets.ticket_filed.v1")
    assert (filed["origin"], filed["reporter_id"]) == ("patrol", None)
    (finished,) = await here.service.data("tickets.patrol_round_finished.v1")
    assert finished["findings"] == 1


async def test_the_same_thing_at_the_same_place_joins_the_open_finding(here: Community) -> None:
    patrol = await _patrol(here)
    first, _ = await _walk(here, here.member, patrol, [FOUND, {"result": "ok"}])
    second, _ = await _walk(here, here.member, patrol, [FOUND, {"result": "ok"}])
    assert second["ticket_id"] == first["ticket_id"]


async def test_a_later_walk_by_somebody_else_verifies_it(here: Community) -> None:
    patrol = await _patrol(here)
    found, _ = await _walk(here, here.member, patrol, [FOUND, {"result": "ok"}])
    ticket = await here.move(here.leader, await here.see({"id": found["ticket_id"]}), "accept")
    ticket = await here.move(here.leader, ticket, "resolve", result="已清理")
    await here.service.advance(hours=30)
    assert (await here.see(ticket))["state"] == "resolved"
    assert await here.service.data("tickets.follow_up_asked.v1") == []
    await _walk(here, here.leader, patrol, [{"result": "ok"}, {"result": "ok"}])
    assert (await here.see(ticket))["state"] == "resolved"
    await _walk(here, here.member, patrol, [{"result": "ok"}, {"result": "ok"}])
    assert (await here.see(ticket))["state"] == "closed"


async def test_a_walk_ends_only_when_every_place_was_looked_at(here: Community) -> None:
    patrol = await _patrol(here)
    round_ = (await _step(here, here.member, await _round(here, patrol), "start")).json()
    refused = await _step(here, here.member, round_, "finish")
    assert (refused.status_code, refused.json()["code"]) == (409, "checkpoints_open")
    assert len(refused.json()["missing"]) == 2
    place = patrol["checkpoints"][0]["id"]
    skipped = await _step(here, here.member, round_, "check", checkpoint_id=place, result="skipped")
    assert (skipped.status_code, skipped.json()["code"]) == (422, "reason_needed")


async def test_a_walk_nobody_began_is_shown_as_missed(here: Community) -> None:
    round_ = await _round(here, await _patrol(here))
    await here.service.advance(hours=4)
    seen = (await here.of(here.leader).get(f"/v1/patrol-rounds/{round_['id']}")).json()
    assert seen["state"] == "missed"
    assert len(await here.service.data("tickets.patrol_round_missed.v1")) == 1
    assert (await _step(here, here.member, seen, "start")).json()["code"] == "cannot_start_when_missed"


async def test_people_come_from_the_group_or_its_task_force(here: Community) -> None:
    patrol = await _patrol(here)
    now: datetime = (await here.service.sql("SELECT now() AS now"))[0]["now"]
    body = {
        "patrol_id": patrol["id"],
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
        "person_ids": [str(here.leader), str(here.resident)],
    }
    refused = await here.of(here.leader).post("/v1/patrol-rounds", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_in_group")
    few = await here.of(here.leader).post("/v1/patrol-rounds", json=body | {"person_ids": [str(here.leader)]})
    assert few.json()["code"] == "too_few_people"


async def test_another_group_plans_no_walk_here(here: Community) -> None:
    patrol = await _patrol(here)
    other = here.of(here.help_leader)
    assert (await other.get(f"/v1/patrols/{patrol['id']}")).status_code == 404
    round_ = await _round(here, patrol)
    assert (await _step(here, here.help_leader, round_, "start")).status_code == 404


# Walks that come round -------------------------------------------------------------------------------------------


async def _recurs(here: Community, patrol: dict[str, Any], rule: str = "FREQ=DAILY", **body: Any) -> httpx.Response:
    now: datetime = (await here.service.sql("SELECT now() + shift AS now FROM clock"))[0]["now"]
    plain = {
        "rule": rule,
        "first_day": (now + timedelta(days=1)).date().isoformat(),
        "starts_at": "19:00",
        "minutes": 60,
        "person_ids": [str(here.leader), str(here.member)],
    }
    return await here.of(here.leader).post(f"/v1/patrols/{patrol['id']}:recur", json=plain | body)


async def test_walks_that_come_round_stand_two_weeks_ahead_each_day_once(here: Community) -> None:
    patrol = await _patrol(here)
    assert (await _recurs(here, patrol)).status_code == 200
    rounds = await here.service.sql("SELECT starts_at FROM patrol_rounds ORDER BY starts_at")
    assert 12 <= len(rounds) <= 14
    await here.service.advance(days=1)
    await here.service.advance(days=1)
    later = await here.service.sql("SELECT starts_at FROM patrol_rounds ORDER BY starts_at")
    assert len(later) == len(rounds) + 2
    assert len({row["starts_at"] for row in later}) == len(later)
    assert {(row["starts_at"].hour, row["starts_at"].minute) for row in later} == {(11, 0)}
    assert len(await here.service.data("tickets.patrol_round_planned.v1")) == len(later)
    ended = await here.of(here.leader).post(f"/v1/patrols/{patrol['id']}:end-recurrence", json={})
    assert ended.status_code == 200
    await here.service.advance(days=2)
    assert len(await here.service.sql("SELECT 1 FROM patrol_rounds")) == len(later)


async def test_a_rule_that_cannot_be_read_and_strangers_are_refused(here: Community) -> None:
    patrol = await _patrol(here)
    odd = await _recurs(here, patrol, "FREQ=YEARLY")
    assert (odd.status_code, odd.json()["code"]) == (422, "recurrence_unreadable")
    strangers = await _recurs(here, patrol, person_ids=[str(here.leader), str(here.resident)])
    assert (strangers.status_code, strangers.json()["code"]) == (422, "not_in_group")
    assert await here.service.sql("SELECT 1 FROM patrol_rounds") == []


async def test_a_result_sent_twice_by_a_telephone_without_a_network_counts_once(here: Community) -> None:
    patrol = await _patrol(here)
    round_ = (await _step(here, here.member, await _round(here, patrol), "start")).json()
    now: datetime = (await here.service.sql("SELECT now() + shift AS now FROM clock"))[0]["now"]
    await here.service.advance(minutes=20)
    noted = {"checkpoint_id": patrol["checkpoints"][0]["id"], "client_id": str(here.cluster), **FOUND}
    first = await _step(here, here.member, round_, "check", at=(now + timedelta(minutes=5)).isoformat(), **noted)
    again = await _step(here, here.member, round_, "check", at=(now + timedelta(minutes=5)).isoformat(), **noted)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["ticket_id"] == again.json()["ticket_id"]
    rows = await here.service.sql("SELECT at FROM check_results")
    assert [row["at"] for row in rows] == [now + timedelta(minutes=5)]
    future = {"checkpoint_id": patrol["checkpoints"][1]["id"], "result": "ok"}
    refused = await _step(here, here.member, again.json(), "check", at="2999-01-01T00:00:00Z", **future)
    assert (refused.status_code, refused.json()["code"]) == (422, "check_time_impossible")
