"""F26 F28: the provider accepts and is silent; its reports come double, reordered, forged, unknown, or one is bad."""

import asyncio

import pytest

from demo.casework import text_about
from tests.faults.rows import one
from tests.faults.test_crash_points import settled
from tests.faults.world import LEADER, World


@pytest.mark.slow
async def test_f26_a_silent_acceptance_is_settled_and_never_sent_blindly_again(world: World) -> None:
    await world.stage.phones.set_faults(silent=1, silence_ms=0)
    world.history.fault("accepted, then silence")
    case = await world.file()
    await text_about(world.stage, case, world.stage.phone(LEADER), "回复1", 60)
    await settled(world)
    await world.keeps_every_promise()


REPORTS = (
    {"report_double": 6}, {"report_reordered": 3}, {"report_before_answer": 4}, {"report_forged": 4},
    {"report_unknown": 4}, {"report_mismatch": 4}, {"report_bad_item": 4},
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fault", REPORTS, ids=lambda fault: next(iter(fault)))
async def test_f28_strange_reports_move_nothing_backwards(world: World, fault: dict[str, int]) -> None:
    await world.stage.phones.set_faults(**fault)
    world.history.fault(f"delivery reports: {next(iter(fault))}")
    await world.flows(2)
    await asyncio.sleep(2)
    await world.stage.phones.set_faults(**dict.fromkeys(fault, 0))
    await world.keeps_every_promise()
    undelivered = "SELECT count(*) FROM messages WHERE state NOT IN ('delivered', 'suppressed', 'cancelled', 'failed')"
    notify = world.instance.run()["databases"]["notify"]["owner"]
    assert int(await one(notify, undelivered)) == 0
