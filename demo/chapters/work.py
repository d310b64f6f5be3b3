"""Chapters 2 to 4: routed and accepted by SMS, a team of nine, patrols, everything resolved."""

from datetime import timedelta

from demo.case import Case
from demo.casework import instant, leader_accepts_by_text, refused_with, seen, text_about, work_on
from demo.joining import appoint
from demo.places import CLUSTER
from demo.proofs import equals, holds, until
from demo.public_api import Json
from demo.seed import found_group
from demo.stage import Stage

ROUTED_SECONDS_MAX = 1.0
TEAM = 9


async def routed_and_accepted(stage: Stage) -> str:
    for case in stage.seven:
        await routed(stage, case)
    for case in stage.seven:
        await stage.beat("the leader answers 1")
        await leader_accepts_by_text(stage, case, "leader_property")
    others = [case.reporter.name for case in stage.seven]
    for case in stage.seven:
        told = await text_about(stage, case, case.reporter.phone, "物业管理")
        named = [name for name in others if name in told["text"] and name != case.reporter.name]
        holds(not named, "the SMS names no other resident", named)
    return "7 assigned by the rule, each within 1 s with its explanation; 7 accepted by SMS; 7 residents told"


async def routed(stage: Stage, case: Case) -> None:
    now = await seen(stage, case)
    equals(now["group_id"], stage.groups["物业管理"], "the group")
    chosen = (await stage.act(case.reads).items("tickets", f"/v1/tickets/{case.id}/assignments"))[-1]
    equals(chosen["rule_id"], "no_property_management", "the rule")
    holds("物业管理" in chosen["explanation"], "the explanation is kept", chosen)
    history = await stage.act(case.reads).items("tickets", f"/v1/tickets/{case.id}/timeline")
    moves = [row for row in history if row["type"] == "move"]
    ready = [instant(row["at"]) for row in moves if row["move"] in ("file", "confirm")][-1]
    waited = instant(chosen["at"]) - ready
    holds(waited <= timedelta(seconds=ROUTED_SECONDS_MAX), "assigned within a second of filing", waited)


async def a_team_of_nine(stage: Stage) -> str:
    """The leader asks for nine people; members forms the team; the case shows them."""
    case, leader = stage.seven[0], stage.act("leader_property")
    request = {"size": TEAM, "purpose_code": "patrol"}
    await leader.move("tickets", f"/v1/tickets/{case.id}", "request-task-force", request)
    team = await until("members has the request", lambda: requested_team(stage, case))
    await stage.beat("she names nine people")
    stage.facts["patrol_people"] = stage.members_of["物业管理"][:TEAM]
    body = {"person_ids": stage.facts["patrol_people"]}
    read = {"If-Match": f'"{team["revision"]}"'}
    await leader.post("members", f"/v1/task-forces/{team['id']}:form", body, **read)
    standing = await until("nine people stand on the case", lambda: team_on_case(stage, case))
    equals(len(standing), TEAM, "people on the case")
    return "9 asked for, 9 named, 9 on the case"


async def requested_team(stage: Stage, case: Case) -> Json | None:
    rows = await stage.act("leader_property").items("members", "/v1/task-forces", ticket_id=case.id)
    return rows[0] if rows else None


async def team_on_case(stage: Stage, case: Case) -> list[str] | None:
    team = (await seen(stage, case))["task_force"]
    return team["person_ids"] if team and len(team["person_ids"]) == TEAM else None


async def patrols_and_results(stage: Stage) -> str:
    finding = await patrol(stage)
    await found_residents_group(stage)
    await refused_before_contact(stage)
    for case in stage.seven:
        await stage.beat("contact, work, result")
        await work_on(stage, case, "leader_property", "已清理并安排每日巡查")
    listed = await stage.act("operator_dongshanping").get("tickets", f"/v1/tickets/{finding}")
    equals(listed["origin"], "patrol", "the finding's origin")
    equals(listed["reporter_id"], None, "the finding's reporter")
    return "1 round, 3 checkpoints, 1 finding with its own ticket; 自治小组 founded; 7 resolved, none before contact"


async def patrol(stage: Stage) -> str:
    leader, buildings = stage.act("leader_property"), stage.buildings[CLUSTER]
    points = [{"label": f"{number}栋楼道", "area_id": buildings[number - 1]} for number in (1, 2, 3)]
    made = await leader.post("tickets", "/v1/patrols", {
        "group_id": stage.groups["物业管理"], "name": "卫生安全巡查", "area_id": stage.areas[CLUSTER],
        "ticket_id": stage.seven[0].id, "checkpoints": points, "minimum_people": 2,
    })  # fmt: skip
    plan = await leader.get("tickets", f"/v1/patrols/{made['id']}")
    starts = stage.now
    walk = await leader.post("tickets", "/v1/patrol-rounds", {
        "patrol_id": plan["id"], "starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat(),
        "person_ids": stage.facts["patrol_people"],
    })  # fmt: skip
    noun = f"/v1/patrol-rounds/{walk['id']}"
    await leader.move("tickets", noun, "start")
    found = {"category": "fire", "description": "消防通道堆了杂物"}
    ids = [point["id"] for point in plan["checkpoints"]]
    await leader.move("tickets", noun, "check", {"checkpoint_id": ids[0], "result": "ok"})
    answer = await leader.move(
        "tickets", noun, "check", {"checkpoint_id": ids[1], "result": "finding", "finding": found}
    )
    await refused_with("checkpoints_open", leader.move("tickets", noun, "finish"))
    await leader.move("tickets", noun, "check", {"checkpoint_id": ids[2], "result": "skipped", "reason": "门锁着"})
    await leader.move("tickets", noun, "finish")
    ticket_id: str = answer["ticket_id"]
    return ticket_id


async def found_residents_group(stage: Stage) -> None:
    """Under guidance the residents of 东坪一村 found their own group, on duty for everything there."""
    area_id, name = stage.areas[CLUSTER], "东坪一村自治小组"
    stage.groups[name] = await found_group(stage, name, "self_governance_group", area_id, ("*",))
    await appoint(stage, "leader_residents", stage.groups[name], stage.executive_posts["东山坪社区"])


async def refused_before_contact(stage: Stage) -> None:
    case = stage.seven[-1]
    attempt = stage.act("leader_property").move("tickets", f"/v1/tickets/{case.id}", "resolve", {"result": "已办好"})
    await refused_with("contact_needed", attempt)
