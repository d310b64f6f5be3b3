"""Links that go on and on: nothing comes back to where it began."""

from typing import Any

import pytest

from services.tickets.store import links
from tests.services.tickets.community import Community


async def chain(here: Community, length: int, type_: str = "duplicate_of") -> list[dict[str, Any]]:
    """Cases of which each is linked to the next."""
    cases = [await here.files() for _ in range(length)]
    for at in range(length - 1):
        cases[at] = await here.move(here.operator, cases[at], "link", to_id=cases[at + 1]["id"], type=type_)
    return cases


@pytest.mark.parametrize("type_", ["duplicate_of", "child_of", "split_from"])
async def test_the_end_of_a_chain_is_never_linked_to_its_beginning(here: Community, type_: str) -> None:
    cases = await chain(here, 5, type_)
    for earlier in cases[:4]:
        refused = await here.try_move(here.operator, cases[4], "link", to_id=earlier["id"], type=type_)
        assert (refused.status_code, refused.json()["code"]) == (409, "links_in_a_circle")
    await here.move(here.operator, cases[0], "link", to_id=cases[4]["id"], type=type_)


async def test_a_chain_of_another_type_is_no_circle(here: Community) -> None:
    cases = await chain(here, 3, "related")
    await here.move(here.operator, cases[2], "link", to_id=cases[0]["id"], type="duplicate_of")


async def test_the_end_of_a_chain_is_not_merged_into_its_beginning(here: Community) -> None:
    cases = await chain(here, 4)
    refused = await here.try_move(here.operator, cases[3], "merge", into_id=cases[0]["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "links_in_a_circle")
    await here.move(here.operator, cases[0], "merge", into_id=cases[3]["id"])


async def test_a_chain_longer_than_can_be_looked_at_is_refused(
    here: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, other = await chain(here, 4), await here.files()
    monkeypatch.setattr(links, "CHAIN_MAX", 2)
    refused = await here.try_move(here.operator, other, "link", to_id=cases[0]["id"], type="duplicate_of")
    assert (refused.status_code, refused.json()["code"]) == (409, "chain_too_long")
    await here.move(here.operator, other, "link", to_id=cases[1]["id"], type="duplicate_of")


async def test_the_same_link_is_made_once(here: Community) -> None:
    cases = await chain(here, 2)
    again = await here.try_move(here.operator, cases[0], "link", to_id=cases[1]["id"], type="duplicate_of")
    assert (again.status_code, again.json()["code"]) == (409, "linked_already")
    (row,) = await here.service.sql("SELECT count(*) FROM links")
    assert row[0] == 1
