"""F35: an event, and a timer, that kill whoever takes them are set aside; a mended reader replays the event, once."""

import asyncio
from uuid import UUID

import httpx
import pytest

from demo.casework import work_on
from demo.proofs import until
from tests.faults.programs import deadly
from tests.faults.rows import one, rows
from tests.faults.world import LEADER, World

DEADLY = (("notify-worker", "apply.effect"), ("tickets-worker", "timer.effect"))
DEATHS = 5
PARKED_SECONDS_MAX = 150
OPEN = "SELECT reason_class FROM parked WHERE subject = $1 AND state = 'parked'"
BEHIND = "SELECT 1 FROM parked WHERE subject = $1 AND state = 'behind'"
TIMER = "SELECT reason FROM timer WHERE key = $1 AND kind = 'follow_up_ask' AND parked_at IS NOT NULL"
DUE = "UPDATE timer SET due_at = now() + shift FROM clock WHERE key = $1 AND kind = 'follow_up_ask'"


@pytest.mark.slow
async def test_f35_an_event_and_a_timer_that_kill_are_parked_and_others_go_on(world: World) -> None:
    resolved = await world.a_whole_flow()
    await work_on(world.stage, resolved, LEADER, "清走了")
    await world.programs.away("notify-worker")
    case = await world.file()
    before = {program: world.programs.log(program).count("killed at") for program, _ in DEADLY}
    await world.programs.begun_anew(
        {
            "notify-worker": deadly("apply.effect", case.id),
            "tickets-worker": {**deadly("timer.effect", resolved.id), "YIHU_TICKETS_TIMER_CLAIM_SECONDS": "1"},
        }
    )
    await rows(world.owner("tickets"), DUE, resolved.id)
    await asyncio.gather(
        until("the deadly event is parked", lambda: parked(world, case.id), PARKED_SECONDS_MAX),
        until("the deadly timer is parked", lambda: timer_parked(world, resolved.id), PARKED_SECONDS_MAX),
    )
    for program, point in DEADLY:
        assert world.programs.log(program).count("killed at") - before[program] >= DEATHS, f"{program} lived"
        world.history.fault(f"deadly: {point}")
    assert await one(world.owner("notify"), OPEN, UUID(case.id)) == "died"
    await world.a_whole_flow()
    assert await rows(world.owner("notify"), BEHIND, UUID(case.id)), "its later events did not wait behind it"
    await world.programs.as_usual("notify-worker", "tickets-worker")
    await replayed_with_kills(world, case.id)
    await world.leader_takes(case)
    await world.keeps_every_promise()


async def parked(world: World, subject: str) -> bool:
    return bool(await rows(world.owner("notify"), OPEN, UUID(subject)))


async def timer_parked(world: World, key: str) -> bool:
    return bool(await rows(world.owner("tickets"), TIMER, key))


async def replayed_with_kills(world: World, subject: str) -> None:
    """The mend is deployed; an operator replays the subject, and her request dies before the commit, and after it."""
    for point in ("replay.before_commit", "replay.after_commit"):
        assert await parked(world, subject), f"{point}: there is nothing to replay"
        await world.programs.armed("notify-api", point)
        await world.programs.answering("notify-api")
        with pytest.raises(httpx.HTTPError):
            await world.stage.act("keeper").post("notify", "/operations/parked:replay", {"subject": subject})
        await world.programs.died("notify-api", point)
    assert not await parked(world, subject)
    await world.programs.as_usual("notify-api")
