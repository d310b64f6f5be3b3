"""A number that is not in service: the message fails with its reason, and the case stands in the list to call back."""

from demo.proofs import until
from demo.stage import Stage
from tests.flows.matters import READS, a_resolved_complaint


async def test_an_unreachable_resident_stands_in_the_list_to_call_back(stage: Stage) -> None:
    case = await a_resolved_complaint(stage, door=7)
    await stage.phones.set_faults(numbers={case.reporter.phone: "unallocated"})
    try:
        await stage.move_clock_by_hours(1)
        await until("the message has failed", lambda: failed(stage, case.id))
        await until("the case is to be called back", lambda: to_call_back(stage, case.id))
    finally:
        await stage.phones.set_faults(numbers={})


async def failed(stage: Stage, correlation: str) -> bool:
    rows = await stage.act(READS).items("notify", "/v1/messages", correlation=correlation, state="failed")
    return any(row["template"] == "case-follow-up" for row in rows)


async def to_call_back(stage: Stage, case_id: str) -> bool:
    rows = await stage.act(READS).items("tickets", "/v1/worklists/to_call_back", limit=200)
    return any(row["id"] == case_id for row in rows)
