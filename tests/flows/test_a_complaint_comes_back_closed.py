"""The thinnest whole flow: told, assigned, accepted by SMS, done, asked, answered, closed."""

from demo.casework import answers, file, leader_accepts_by_text, reaches, text_about, work_on
from demo.feeds import PRODUCERS, announced
from demo.stage import Stage


async def test_a_complaint_reaches_its_group_and_comes_back_closed(stage: Stage) -> None:
    who, building = stage.reporters[0], stage.buildings["东坪一村"][0]
    operator = stage.act("operator_dongshanping")
    matter = {"category": "sanitation", "description": "垃圾没人收", "reporter_phone": who.phone}
    case = await file(stage, operator, who, building, "operator_dongshanping", channel="telephone", **matter)
    assert case.filed["group_id"] == stage.groups["物业管理"]

    await text_about(stage, case, who.phone, "查询码")
    await leader_accepts_by_text(stage, case, "leader_property")
    await text_about(stage, case, who.phone, "物业管理")
    await work_on(stage, case, "leader_property", "清走了")
    await stage.move_clock_by_hours(1)
    await answers(stage, case, "1")
    closed = await reaches(stage, case, "closed")

    assert (closed["outcome"], closed["satisfaction"], closed["round"]) == ("solved", "satisfied", 1)
    told = {
        event.type
        for producer in PRODUCERS
        for event in await announced(stage.system, producer)
        if event.correlation == case.id
    }
    assert {"tickets.ticket_filed.v1", "notify.message_delivered.v1", "tickets.ticket_closed.v1"} <= told
