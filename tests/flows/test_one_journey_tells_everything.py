"""What the console shows of a case is what the four feeds say of it, delivery reports included."""

from demo.casework import answers, reaches
from demo.feeds import PRODUCERS, announced, drained, read
from demo.proofs import until
from demo.stage import Stage
from tests.flows.matters import a_resolved_complaint


async def test_the_chronicle_holds_every_event_of_a_case_and_no_other(stage: Stage) -> None:
    case = await a_resolved_complaint(stage, door=9)
    await stage.move_clock_by_hours(1)
    await answers(stage, case, "1")
    await reaches(stage, case, "closed")
    await until("every reader has caught up", lambda: drained(stage.system), 60)
    told = {
        event.event_id
        for producer in PRODUCERS
        for event in await announced(stage.system, producer)
        if event.correlation == case.id
    }
    kept = await read(stage.system, "console", "SELECT event_id FROM entries WHERE correlation = $1::uuid", case.id)
    assert {str(row["event_id"]) for row in kept} == told
    assert len(told) >= 15
