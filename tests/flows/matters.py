"""Matters that flow tests file: one resident, one building, one operator who may read the case."""

from demo.case import Case
from demo.casework import file, leader_accepts_by_text, work_on
from demo.stage import Stage

READS = "operator_dongshanping"
LEADER = "leader_property"


async def a_complaint(stage: Stage, door: int = 0, words: str = "垃圾没人收", category: str = "sanitation") -> Case:
    who, building = stage.reporters[door], stage.buildings["东坪一村"][door]
    matter = {"category": category, "description": words, "reporter_phone": who.phone}
    return await file(stage, stage.act(READS), who, building, READS, channel="telephone", **matter)


async def an_accepted_complaint(stage: Stage, door: int = 0) -> Case:
    case = await a_complaint(stage, door)
    await leader_accepts_by_text(stage, case, LEADER)
    return case


async def a_resolved_complaint(stage: Stage, door: int = 0) -> Case:
    case = await an_accepted_complaint(stage, door)
    await work_on(stage, case, LEADER, "清走了")
    return case
