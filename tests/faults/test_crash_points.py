"""F1 F35: every declared place where a process may be killed is hit, and the flow finishes all the same."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from chassis.testing import CRASHPOINTS
from demo.casework import text_about, work_on
from demo.proofs import NotProved, until
from demo.public_api import Refusal
from tests.faults.rows import rows
from tests.faults.test_processes import filed_whatever_happens
from tests.faults.world import LEADER, World

FEED = {
    "sequence.before_commit": "tickets-worker",
    "sequence.after_commit": "tickets-worker",
    "push.before": "tickets-worker",
    "push.after_one": "tickets-worker",
    "push.after_all": "tickets-worker",
    "pull.after_fetch": "notify-worker",
    "apply.after_mark": "notify-worker",
    "apply.effect": "notify-worker",
    "apply.before_commit": "notify-worker",
    "apply.after_commit": "notify-worker",
}
COMMITS = ("commit.before_commit", "commit.after_commit", "announce.before_notify")
SMS = ("sms.after_claim", "sms.after_call")
REPORTS = ("report.before_commit", "report.after_commit")
TIMERS = ("timer.before_commit", "timer.after_commit")
PARKING = ("park.before_commit", "park.after_commit", "replay.before_commit", "replay.after_commit")
# Rows are forgotten when they are thirty days old: the service's own tests make them so and hit this one.
ELSEWHERE = ("forget.mid",)


def test_f1_no_declared_point_is_left_out() -> None:
    assert set(CRASHPOINTS) == {*FEED, *COMMITS, *SMS, *REPORTS, *TIMERS, *PARKING, *ELSEWHERE}


QUICK = ("sequence.before_commit", "push.after_one", "apply.before_commit")
FEED_POINTS = [pytest.param(point, marks=() if point in QUICK else pytest.mark.slow) for point in FEED]


@pytest.mark.parametrize("point", FEED_POINTS)
async def test_f1_a_kill_in_the_feed(world: World, point: str) -> None:
    program = FEED[point]
    await world.armed(program, point)
    flow = asyncio.create_task(world.a_whole_flow())
    await world.died(program)
    await world.disarmed(program)
    await flow
    await world.keeps_every_promise()


@pytest.mark.slow
@pytest.mark.parametrize("point", COMMITS)
async def test_f1_a_kill_around_a_commit_and_the_same_key_again(world: World, point: str) -> None:
    await world.armed("tickets-api", point)
    filing = asyncio.create_task(filed_whatever_happens(world))
    await world.died("tickets-api")
    await world.disarmed("tickets-api")
    await filing
    await world.keeps_every_promise()


@pytest.mark.slow
@pytest.mark.parametrize("point", SMS)
async def test_f1_a_kill_around_the_call_to_the_provider(world: World, point: str) -> None:
    """Nobody knows whether it was sent; the resolver finds out, and at most one flagged extra goes out."""
    await world.armed("notify-worker", point)
    case = await world.file()
    await world.died("notify-worker")
    await world.disarmed("notify-worker")
    await settled(world)
    await text_about(world.stage, case, world.stage.phone(LEADER), "回复1", 60)
    await world.keeps_every_promise()


async def settled(world: World) -> None:
    """Leases run out and questions fall due as the clock goes on."""
    notify = world.instance.run()["databases"]["notify"]["owner"]
    for _ in range(12):
        await world.stage.move_clock(timedelta(minutes=2))
        await asyncio.sleep(1)
        if not await rows(notify, "SELECT 1 FROM messages WHERE state IN ('claimed', 'unknown')"):
            return
    raise NotProved("messages stay claimed or unknown")


@pytest.mark.slow
@pytest.mark.parametrize("point", REPORTS)
async def test_f1_a_kill_while_a_report_is_taken(world: World, point: str) -> None:
    await world.armed("notify-api", point)
    flow = asyncio.create_task(world.a_whole_flow())
    await world.died("notify-api")
    await world.disarmed("notify-api")
    await flow
    await world.keeps_every_promise()


@pytest.mark.slow
@pytest.mark.parametrize("point", TIMERS)
async def test_f1_a_kill_while_a_timer_fires(world: World, point: str) -> None:
    case = await world.a_whole_flow()
    await work_on(world.stage, case, LEADER, "清走了")
    await world.armed("tickets-worker", point)
    await world.stage.move_clock_by_hours(1)
    await world.died("tickets-worker")
    await world.disarmed("tickets-worker")
    await text_about(world.stage, case, case.reporter.phone, "没有解决", 60)
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f35_an_event_that_kills_its_reader_is_parked_and_others_go_on(world: World) -> None:
    stage, notify = world.stage, world.instance.run()["databases"]["notify"]["owner"]
    await world.do("stop", "notify-worker")
    case = await world.file()
    deadly = {"YIHU_CRASHPOINT": "apply.effect:1", "YIHU_CRASHPOINT_SUBJECT": case.id}
    world.instance.set_environment({"notify-worker": deadly})
    await asyncio.to_thread(world.instance.start, "notify-worker")

    async def parked() -> list[str]:
        found = await rows(notify, "SELECT event_id FROM parked WHERE subject = $1::uuid", case.id)
        return [str(row["event_id"]) for row in found]

    await until("the deadly event is parked", parked, 120)
    await world.a_whole_flow()
    await world.disarmed("notify-worker")
    await replayed(world, await parked())
    await text_about(stage, case, stage.phone(LEADER), "回复1", 60)
    await world.keeps_every_promise()


async def replayed(world: World, events: list[str]) -> None:
    """The mend is deployed; an operator replays, the oldest first."""
    for event in events:
        with suppress(Refusal):  # one that stood behind another was replayed with it
            await world.stage.act("keeper").post("notify", f"/operations/parked/{event}:replay", {})
