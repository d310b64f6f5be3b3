"""Once a month the households of every building are counted: a number, and nobody's name."""

from tests.services.members.neighbourhood import Neighbourhood, ok


async def counted(here: Neighbourhood) -> list[tuple[str, str, int]]:
    told = await here.service.data("members.households_counted.v1")
    return [(fact["area_id"], fact["month"], fact["households"]) for fact in told]


async def test_when_a_month_ends_every_building_is_counted_once(here: Neighbourhood) -> None:
    rows = [{"building_id": str(here.building), "dwelling": f"1-{n}"} for n in (101, 102)]
    ok(await here.secretary.post("/v1/households", json={"items": rows}))
    assert await counted(here) == []
    (timer,) = await here.service.sql("SELECT key, due_at FROM timer WHERE kind = 'households_counted'")
    await here.service.advance(days=32)
    first = await counted(here)
    assert (str(here.building), timer["key"], 2) in first
    assert (str(here.other_building), timer["key"], 0) in first
    await here.service.fire()
    assert await counted(here) == first
    await here.service.advance(days=32)
    assert len(await counted(here)) == 2 * len(first)


async def test_a_late_count_is_that_of_the_months_end(here: Neighbourhood) -> None:
    await here.service.sql("UPDATE clock SET shift = shift + interval '70 days'")
    ok(await here.secretary.post("/v1/households", json={"items": [{"building_id": str(here.building)}]}))
    await here.service.fire()
    assert {households for _, _, households in await counted(here)} == {0}
