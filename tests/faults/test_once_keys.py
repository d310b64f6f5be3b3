"""F32: the same request again after the process that took it was killed."""

from demo.proofs import until
from tests.faults.rows import one
from tests.faults.world import READS, World


async def test_f32_the_same_key_after_a_kill_gives_the_same_answer(world: World) -> None:
    operator, building = world.stage.act(READS), world.stage.buildings["东坪一村"][0]
    body = {"category": "sanitation", "description": "同一件事", "building_id": building}
    first = await operator.answer("tickets", "/v1/tickets", body, key="after-a-kill")
    before = world.programs.pid("tickets-api")
    world.programs.kill("tickets-api")

    async def another() -> bool:
        return bool(set(world.instance.pids("tickets-api").values()) - {before})

    await until("another process has come", another, 30)
    await world.programs.answering("tickets-api")
    again = await operator.answer("tickets", "/v1/tickets", body, key="after-a-kill")
    assert again.body == first.body
    assert again.headers["idempotency-replayed"] == "true"
    assert await one(world.owner("tickets"), "SELECT count(*) FROM tickets WHERE id = $1::uuid", first.body["id"]) == 1
    await world.keeps_every_promise()
