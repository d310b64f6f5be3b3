"""The provider may deliver a text three times: it is one matter, and the sender's building is known."""

from demo.proofs import until
from demo.public_api import Json
from demo.stage import Stage
from tests.flows.matters import READS


async def test_a_text_delivered_three_times_becomes_one_ticket(stage: Stage) -> None:
    who = stage.reporters[3]
    before = {row["id"] for row in await by_text(stage)}
    await stage.phones.text(who.phone, "楼道垃圾没人收，味道很大", times=3)
    row = await until("a ticket by SMS", lambda: new_one(stage, before))
    assert row["category"] == "sanitation"
    assert row["building_id"] == stage.buildings["东坪一村"][3]
    await stage.phones.next_text(who.phone, saying=row["number"])
    assert len({each["id"] for each in await by_text(stage)} - before) == 1


async def by_text(stage: Stage) -> list[Json]:
    rows = await stage.act(READS).items("tickets", "/v1/tickets", limit=200)
    return [row for row in rows if row["channel"] == "sms"]


async def new_one(stage: Stage, before: set[str]) -> Json | None:
    return next((row for row in await by_text(stage) if row["id"] not in before), None)
