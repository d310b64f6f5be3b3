"""F1: a process is killed at each declared place, and everything begun is finished all the same, once."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from chassis.testing import CRASHPOINTS
from demo.casework import text_about, work_on
from demo.proofs import until
from tests.faults.malformed import malformed_row, parked_in
from tests.faults.rows import one, rows
from tests.faults.world import LEADER, World

ANNOUNCING = ("sequence.before_commit", "sequence.after_commit", "push.before", "push.after_one", "push.after_all")
READING = ("pull.after_fetch", "apply.after_mark", "apply.effect", "apply.before_commit", "apply.after_commit")
COMMITTING = ("commit.before_commit", "commit.after_commit", "announce.before_notify")
SENDING = ("sms.after_claim", "sms.after_call")
REPORTING = ("report.before_commit", "report.after_commit")
FIRING = ("timer.effect", "timer.before_commit", "timer.after_commit")
PARKING = ("park.before_commit", "park.after_commit")
REPLAYING = ("replay.before_commit", "replay.after_commit")  # test_deadly.py
FORGETTING = ("forget.mid",)


def test_f1_no_declared_point_is_left_out() -> None:
    groups = (ANNOUNCING, READING, COMMITTING, SENDING, REPORTING, FIRING, PARKING, REPLAYING, FORGETTING)
    assert {point for group in groups for point in group} == CRASHPOINTS


async def killed_at_each(
    world: World, program: str, points: Sequence[str], act: Callable[[], Awaitable[object]]
) -> None:
    """Armed, driven to its death, and begun anew with the next point armed; alive in the end."""
    for point in points:
        await world.programs.armed(program, point)
        await act()
        await world.programs.died(program, point)
    await world.programs.as_usual(program)


async def test_f1_killed_at_every_place_of_the_feed(world: World) -> None:
    cases = [await world.file()]

    async def filed() -> None:
        cases.append(await world.file())

    await asyncio.gather(
        killed_at_each(world, "tickets-worker", ANNOUNCING, filed),
        killed_at_each(world, "notify-worker", READING, filed),
    )
    await world.settled()
    await asyncio.gather(*(world.leader_takes(case) for case in cases))
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f1_killed_around_a_commit_and_asked_again_with_the_same_key(world: World) -> None:
    asked = []

    async def filed() -> None:
        asked.append(asyncio.create_task(world.file(patiently=True)))

    await killed_at_each(world, "tickets-api", COMMITTING, filed)
    for case in await asyncio.gather(*asked):
        await world.leader_takes(case)
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f1_killed_around_the_call_to_the_provider(world: World) -> None:
    """Nobody knows whether it was sent; the resolver finds out, and at most one flagged extra goes out."""
    cases = []

    async def filed() -> None:
        cases.append(await world.file())

    await killed_at_each(world, "notify-worker", SENDING, filed)
    assert await rows(world.owner("notify"), "SELECT 1 FROM messages WHERE state = 'claimed'"), "no bite"
    await world.settled()
    await asyncio.gather(*(world.leader_takes(case) for case in cases))
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f1_killed_while_a_report_is_taken(world: World) -> None:
    """The provider pushes it again."""
    await world.at_the_gateway(time_scale=0.02)
    cases = []

    async def filed() -> None:
        cases.append(await world.file())

    await killed_at_each(world, "notify-api", REPORTING, filed)
    await asyncio.gather(*(world.leader_takes(case) for case in cases))
    about = [case.id for case in cases]

    async def reported() -> bool:
        waiting = "SELECT 1 FROM messages WHERE state = 'submitted' AND about = ANY($1::uuid[])"
        return not await rows(world.owner("notify"), waiting, about)

    await until("every report is taken", reported, 60)
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f1_killed_while_a_timer_fires(world: World) -> None:
    cases = list(await world.flows(len(FIRING)))
    for case in cases:
        await work_on(world.stage, case, LEADER, "清走了")
    left = iter(cases)

    async def due() -> None:
        timer = "UPDATE timer SET due_at = now() + shift FROM clock WHERE key = $1 AND kind = 'follow_up_ask'"
        await rows(world.owner("tickets"), timer, next(left).id)

    await killed_at_each(world, "tickets-worker", FIRING, due)
    await world.stage.move_clock(timedelta(hours=1))
    await asyncio.gather(*(text_about(world.stage, case, case.reporter.phone, "没有解决", 60) for case in cases))
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f1_killed_while_an_event_is_parked(world: World) -> None:
    planted = []

    async def malformed() -> None:
        planted.append(await malformed_row(world, "not json"))

    await killed_at_each(world, "notify-worker", PARKING, malformed)
    await world.a_whole_flow()
    await world.healed()
    for row in planted:
        assert "notify" in await parked_in(world, row)
    await world.keeps_every_promise()


OLD = (
    "UPDATE feed_event SET announced_at = now() - interval '31 days' WHERE position <="
    " (SELECT min(acked) FROM feed_reader r WHERE r.lane = feed_event.lane) - 5"
)


@pytest.mark.slow
async def test_f1_killed_between_two_lanes_while_forgetting(world: World) -> None:
    await world.healed()
    await asyncio.sleep(6)  # the readers acknowledge when they pull
    await rows(world.owner("members"), OLD)
    old = "SELECT count(*) FROM feed_event WHERE announced_at < now() - interval '30 days'"
    before = await one(world.owner("members"), old)

    async def nothing() -> None:
        """It forgets when it begins."""

    await killed_at_each(world, "members-worker", FORGETTING, nothing)
    assert before > 0, "there was nothing to forget"
    await until("the old rows are gone", lambda: gone(world, old), 30)
    await world.a_whole_flow()
    await world.keeps_every_promise()


async def gone(world: World, old: str) -> bool:
    return not await one(world.owner("members"), old)
