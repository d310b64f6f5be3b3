"""The same request again, with the same key, gives the same ticket and the same answer."""

import asyncio

import pytest

from demo.public_api import Refusal
from demo.stage import Stage
from tests.flows.matters import READS


def matter(stage: Stage, words: str) -> dict[str, str]:
    return {"category": "sanitation", "description": words, "building_id": stage.buildings["东坪一村"][4]}


async def test_the_same_key_twice_is_one_ticket_and_one_answer(stage: Stage) -> None:
    operator = stage.act(READS)
    first = await operator.answer("tickets", "/v1/tickets", matter(stage, "路灯坏了"), key="twice")
    again = await operator.answer("tickets", "/v1/tickets", matter(stage, "路灯坏了"), key="twice")
    assert again.body == first.body
    assert again.headers["idempotency-replayed"] == "true"


async def test_many_at_the_same_time_are_one_ticket(stage: Stage) -> None:
    operator = stage.act(READS)
    refused: list[int] = []

    async def once() -> str | None:
        try:
            return str((await operator.post("tickets", "/v1/tickets", matter(stage, "井盖松了"), key="many"))["id"])
        except Refusal as refusal:
            refused.append(refusal.status)
            return None

    answers = await asyncio.gather(*(once() for _ in range(20)))
    assert len({answer for answer in answers if answer}) == 1
    assert set(refused) <= {409, 503}


async def test_another_body_under_a_used_key_is_refused(stage: Stage) -> None:
    operator = stage.act(READS)
    await operator.post("tickets", "/v1/tickets", matter(stage, "水管漏了"), key="body")
    with pytest.raises(Refusal) as refused:
        await operator.post("tickets", "/v1/tickets", matter(stage, "别的事"), key="body")
    assert refused.value.status == 422


async def test_anothers_key_is_no_hint(stage: Stage) -> None:
    mine = await stage.act(READS).post("tickets", "/v1/tickets", matter(stage, "门禁坏了"), key="isolated")
    hers = await stage.act("secretary_dongshanping").post(
        "tickets", "/v1/tickets", matter(stage, "门禁坏了"), key="isolated"
    )
    assert mine["id"] != hers["id"]
