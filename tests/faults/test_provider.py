"""F26 F28: the provider accepts and is silent; its reports are doubled, reordered, late, forged, unknown or bad."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from demo.case import Case
from demo.proofs import until
from tests.faults.rows import one, rows
from tests.faults.world import World

OPEN_CALLS = "SELECT 1 FROM submissions WHERE state IN ('claimed', 'unknown')"
SENT = (
    "SELECT state, possible_duplicate FROM messages WHERE about = ANY($1::uuid[]) AND channel = 'sms' AND attempt > 0"
)
CALLS = "SELECT s.id FROM submissions s JOIN messages m ON m.id = s.message_id WHERE m.about = ANY($1::uuid[])"


async def accepted(world: World, cases: list[Case]) -> int:
    """How many texts about these cases the provider has taken."""
    refs = {str(row["id"]) for row in await rows(world.owner("notify"), CALLS, [case.id for case in cases])}
    return sum(1 for row in await world.stage.phones.submissions() if row["code"] == "OK" and row["client_ref"] in refs)


async def taken(world: World, case: Case) -> bool:
    return await accepted(world, [case]) > 0


async def sent(world: World, cases: list[Case]) -> list[tuple[str, bool]]:
    found = await rows(world.owner("notify"), SENT, [case.id for case in cases])
    return [(row["state"], row["possible_duplicate"]) for row in found]


async def nobody_knows(world: World) -> bool:
    return bool(await rows(world.owner("notify"), OPEN_CALLS))


@pytest.mark.slow
async def test_f26_a_silent_acceptance_is_found_out_and_never_sent_again(world: World) -> None:
    """The answer is torn, or an error, or comes to nobody; no report ever comes: only the provider's query tells."""
    cases = []
    for fault in ({"silent": 1, "silence_ms": 0}, {"error_after_accepting": 1}, {"silent": 1, "silence_ms": 4_000}):
        await world.stage.phones.set_faults(report_lost=-1, **fault)
        world.history.fault("accepted, then no answer")
        cases.append(await world.file())
        await until("it is accepted", lambda: taken(world, cases[-1]), 30)
        if fault.get("silence_ms"):
            world.programs.kill("notify-worker")
        await until("nobody knows", lambda: nobody_knows(world), 15)
    await world.settled()
    outcomes = await sent(world, cases)
    assert not any(flagged for _, flagged in outcomes), "sent again although the provider knew it"
    assert await accepted(world, cases) == len(outcomes)
    await asyncio.gather(*(world.leader_takes(case) for case in cases))
    await world.keeps_every_promise()


@pytest.mark.slow
async def test_f26_when_nobody_can_ever_say_one_flagged_extra_goes_out(world: World) -> None:
    await world.stage.phones.set_faults(report_lost=-1, error_after_accepting=1, query_5xx=-1)
    world.history.fault("accepted, and nobody can say")
    case = await world.file()
    await until("nobody knows", lambda: nobody_knows(world), 15)
    await world.stage.move_clock(timedelta(hours=1))
    await world.settled()
    flags = Counter(flagged for _, flagged in await sent(world, [case]))
    assert flags[True] == 1, flags
    assert await accepted(world, [case]) == sum(flags.values()) + 1
    await world.leader_takes(case)
    await world.keeps_every_promise()


LIES = dict.fromkeys(
    ("report_double", "report_forged", "report_unknown", "report_mismatch", "report_bad_item"),
    -1,
)
STRAYS = "SELECT DISTINCT verdict FROM stray_reports"


@pytest.mark.slow
async def test_f28_reports_that_lie_move_nothing_backwards(world: World) -> None:
    """Each true report comes twice, beside a forged one, one of nothing we know, one of another number, and junk."""
    await world.stage.phones.set_faults(**LIES)
    for lie in LIES:
        world.history.fault(lie)
    cases = await world.flows(3)
    await asyncio.sleep(2)
    await world.stage.phones.set_faults(**dict.fromkeys(LIES, 0))
    await until("every text is reported", lambda: all_delivered(world, cases), 60)
    verdicts = {row["verdict"] for row in await rows(world.owner("notify"), STRAYS)}
    assert verdicts >= {"stray", "suspect", "unreadable"}, f"some lies were not told: {verdicts}"
    for order in ({"report_before_answer": 2}, {"report_reordered": 2}):
        await world.stage.phones.set_faults(**order)
        world.history.fault(next(iter(order)))
        cases.append(await world.a_whole_flow())
    await until("every text is reported", lambda: all_delivered(world, cases), 60)
    await world.keeps_every_promise()


async def all_delivered(world: World, cases: list[Case]) -> bool:
    found = await sent(world, cases)
    return bool(found) and all(state == "delivered" for state, _ in found)


RECEIPT = "id:0000012345 sub:001 dlvrd:000 submit date:2611241200 done date:2611241201 stat:UNDELIV err:027 text:"
LATE_SECONDS = 86_400
REAL_SECONDS = 6  # that a day of the gateway's delay takes here


@pytest.mark.slow
async def test_f28_a_report_a_day_late_counts_and_a_text_that_looks_like_one_does_not(world: World) -> None:
    await world.at_the_gateway(time_scale=REAL_SECONDS / LATE_SECONDS)
    await world.stage.phones.set_faults(report_late=-1, report_late_seconds=LATE_SECONDS)
    world.history.fault("reports a day late")
    case = await world.a_whole_flow()
    before = await received(world)
    await world.stage.phones.text(case.reporter.phone, RECEIPT)
    world.history.fault("a text that looks like a report")
    await until("the text has come", lambda: has_come(world, before), 20)
    assert {state for state, _ in await sent(world, [case])} == {"submitted"}, "a text moved a message"
    await world.stage.move_clock(timedelta(days=1))
    await until("every text is reported", lambda: all_delivered(world, [case]), 60)
    await world.settled()
    await world.keeps_every_promise()


async def received(world: World) -> int:
    return int(await one(world.owner("notify"), "SELECT count(*) FROM received"))


async def has_come(world: World, before: int) -> bool:
    return await received(world) > before
