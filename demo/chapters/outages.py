"""Chapters 12 and 13: notify is killed and comes back; Redis is away and comes back; nobody loses anything."""

from demo.case import Case
from demo.casework import file, text_about
from demo.feeds import announced, drained, read
from demo.proofs import equals, holds, until
from demo.stage import Stage

READS = "operator_zhongyilu"
LEADER = "leader_craft"
CAUGHT_UP_SECONDS_MAX = 60.0
ORDERED_EVENTS_MIN = 2  # filed and assigned: one event has no order


async def notify_is_killed(stage: Stage) -> str:
    """Three cases are assigned while nobody can send; each leader's text arrives afterwards, and only once."""
    stage.system.control.kill("notify")
    try:
        await stage.beat("notify is down; three residents are helped all the same")
        cases = [await file_a_matter(stage, number) for number in (4, 5, 6)]
        holds(all(case.filed["group_id"] for case in cases), "each was assigned while notify was down")
    finally:
        stage.system.control.start("notify")
    for case in cases:
        await text_about(stage, case, stage.phone(LEADER), "回复1", CAUGHT_UP_SECONDS_MAX)
    await until("every reader has caught up", lambda: drained(stage.system), CAUGHT_UP_SECONDS_MAX)
    await each_told_once(stage, cases)
    for case in cases:
        await order_kept(stage, case)
    return "3 accepted while notify was down, 3 due texts arrived, each once, each case in its order"


async def file_a_matter(stage: Stage, number: int) -> Case:
    who, building = stage.neighbours[number], stage.buildings["中一路社区"][number]
    matter = {"category": "care", "description": f"第{number}栋老人无人照看", "reporter_phone": who.phone}
    return await file(stage, stage.act(READS), who, building, READS, channel="telephone", **matter)


async def each_told_once(stage: Stage, cases: list[Case]) -> None:
    """They came after the kill, so no answer of the provider was hidden: nothing excuses a second text."""
    texts = await stage.phones.received(stage.phone(LEADER))
    for case in cases:
        asked = [text for text in texts if case.number in text["text"] and "回复1" in text["text"]]
        equals(len(asked), 1, f"texts that ask for {case.number}")


async def order_kept(stage: Stage, case: Case) -> None:
    """What was announced of a case took effect in that order: in notify, which had been away, and in the chronicle."""
    said = [event.event_id for event in await announced(stage.system, "tickets") if event.subject == case.id]
    planned = "SELECT event_id FROM notifications WHERE correlation = $1::uuid ORDER BY id"
    kept = "SELECT event_id FROM entries WHERE service = 'tickets' AND subject = $1::uuid ORDER BY seq"
    rows = [str(row["event_id"]) for row in await read(stage.system, "notify", planned, case.id)]
    told = list(dict.fromkeys(one for one in rows if one in said))
    equals(told, [one for one in said if one in told], f"the order of notify for {case.number}")
    holds(len(told) >= ORDERED_EVENTS_MIN, f"several events of {case.number} were told", told)
    heard = [str(row["event_id"]) for row in await read(stage.system, "console", kept, case.id)]
    equals(heard, said, f"the order of the chronicle for {case.number}")


async def redis_is_away(stage: Stage) -> str:
    stage.system.control.stop("redis")
    try:
        await stage.beat("Redis is away; one more complaint")
        case = await file_a_matter(stage, 7)
        await text_about(stage, case, stage.phone(LEADER), "回复1", CAUGHT_UP_SECONDS_MAX)
    finally:
        stage.system.control.start("redis")
    await until("every reader has caught up", lambda: drained(stage.system), CAUGHT_UP_SECONDS_MAX)
    return "1 complaint routed and told by pull alone; all readers at their heads"
