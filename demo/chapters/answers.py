"""Chapters 5 and 6: the residents are asked; one is not content; next month hardly anybody complains."""

from demo.case import Case
from demo.casework import (
    answers,
    file,
    instant,
    reaches,
    seen,
    text_about,
    work_on,
)
from demo.places import CLUSTER
from demo.proofs import equals, holds
from demo.public_api import Json
from demo.stage import LOCAL, Stage

LEADER_HEARS_SECONDS_MAX = 5.0
ASKED_FROM, ASKED_UNTIL = (8, 0), (20, 30)


async def follow_up(stage: Stage) -> str:
    """Six are content; the seventh is not, is heard, and is asked again when it has been done once more."""
    *content, unhappy = stage.seven
    await stage.move_clock_by_hours(1)
    first_question = await text_about(stage, unhappy, unhappy.reporter.phone, "没有解决", 30.0)
    for case in content:
        await stage.beat("a resident answers 1")
        await answers(stage, case, "1")
    for case in content:
        closed = await reaches(stage, case, "closed")
        equals((closed["outcome"], closed["satisfaction"]), ("solved", "satisfied"), "how it ended")
    await not_solved(stage, unhappy, first_question)
    await solved_at_last(stage, unhappy, first_question)
    await asked_only_by_day(stage)
    await rates_equal_a_hand_count(stage)
    return "8 asked, 8 answered, 1 reopened, 0 outside 08:00-20:30"


async def not_solved(stage: Stage, case: Case, question: Json) -> None:
    """The first digit reopens; the leader knows within five seconds; the reason is asked afterwards."""
    await stage.beat("one resident answers 4")
    began = stage.now
    await stage.phones.text(case.reporter.phone, "4", in_reply_to=question["id"])
    await text_about(stage, case, stage.phone("leader_property"), within_seconds=LEADER_HEARS_SECONDS_MAX)
    stage.facts["leader_heard_after"] = stage.now - began
    await reaches(stage, case, "assigned", round_number=2)
    why = await text_about(stage, case, case.reporter.phone, "没人联系")
    await stage.phones.text(case.reporter.phone, "2", in_reply_to=why["id"])


async def solved_at_last(stage: Stage, case: Case, first_question: Json) -> None:
    leader = stage.act("leader_property")
    await leader.move("tickets", f"/v1/tickets/{case.id}", "accept")
    await work_on(stage, case, "leader_property", "换了灯，清了楼道，留了电话")
    await stage.move_clock_by_hours(1)
    again = await text_about(stage, case, case.reporter.phone, "没有解决", 30.0)
    await stage.phones.text(case.reporter.phone, "4", in_reply_to=first_question["id"])
    await text_about(stage, case, case.reporter.phone)
    equals((await seen(stage, case))["round"], 2, "the round after a late answer to round 1")
    await stage.phones.text(case.reporter.phone, "1", in_reply_to=again["id"])
    closed = await reaches(stage, case, "closed", round_number=2)
    equals(closed["outcome"], "solved", "the outcome")


async def asked_only_by_day(stage: Stage) -> None:
    asked = 0
    for case in stage.seven:
        for text in await stage.phones.received(case.reporter.phone):
            if "没有解决" in text["text"]:
                asked += 1
                at = instant(text["at"]).astimezone(LOCAL)
                holds(ASKED_FROM <= (at.hour, at.minute) < ASKED_UNTIL, "asked by day", at)
    equals(asked, 8, "questions asked")


async def rates_equal_a_hand_count(stage: Stage) -> None:
    """Seven rounds were answered and solved, one was answered and not: eight rounds, seven solved."""
    month = stage.now.astimezone(LOCAL).strftime("%Y-%m")
    query = {"month": month, "by": "group", "group_id": stage.groups["物业管理"]}
    rates = (await stage.act("secretary_dongshanping").items("tickets", "/v1/rates", **query))[0]
    equals((rates["solved"]["solved"], rates["solved"]["answered"]), (7, 8), "solved of answered")
    equals((rates["satisfied"]["satisfied"], rates["satisfied"]["answered"]), (7, 7), "satisfied of answered")


async def next_month(stage: Stage) -> str:
    """One complaint only, and it goes to the residents' own group; the figure opens to its tickets."""
    month_a = stage.now.astimezone(LOCAL).strftime("%Y-%m")
    await stage.move_clock_to(stage.month_b)
    reporter, building = stage.reporters[7], stage.buildings[CLUSTER][7]
    by = stage.act("operator_dongshanping")
    matter = {"category": "sanitation", "description": "垃圾袋放在门口", "reporter_phone": reporter.phone}
    stage.eighth = await file(stage, by, reporter, building, "operator_dongshanping", channel="telephone", **matter)
    month_b = stage.now.astimezone(LOCAL).strftime("%Y-%m")
    query = {"place": stage.areas[CLUSTER], "from": month_a, "to": month_b}
    reader = stage.act("secretary_dongshanping")
    trend = await reader.get("tickets", "/v1/trends/complaints", **query)
    equals([row["complaints"] for row in trend["months"]], [7, 1], "complaints by month")
    equals(trend["sentence"], "7 件 → 1 件", "the sentence")
    marked = {row["organization_id"] for row in trend["interventions"]}
    holds({stage.groups["东坪一村自治小组"], stage.groups["物业管理"]} <= marked, "both foundings are marked", marked)
    for row in trend["months"]:
        opened = await reader.items("tickets", row["tickets"])
        equals(len(opened), row["complaints"], f"tickets behind the figure of {row['month']}")
    return "7 件 → 1 件, both foundings marked, each figure opens to its tickets"
