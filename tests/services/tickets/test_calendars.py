"""The official notice of a year is loaded, and what was provisional is reckoned anew."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.tickets.handlers.calendars import MISSING_TIMER
from services.tickets.views.clock_check import verify_clocks
from tests.services.tickets.community import Community

HEAD = "from,to,kind,name\n"


@pytest_asyncio.fixture
async def there(here: Community) -> AsyncIterator[Community]:
    """The community; the calendar is put back afterwards as it was seeded."""
    yield here
    await here.service.sql("DELETE FROM calendar_days WHERE version LIKE '20%-20__' AND version <> '2026-1'")
    here.service.running.state.pop("reference", None)


async def load(here: Community, year: int, lines: str) -> httpx.Response:
    return await here.of(here.secretary).post("/v1/calendars:import", json={"year": year, "csv": HEAD + lines})


async def at(here: Community, moment: datetime) -> None:
    now: datetime = (await here.service.sql("SELECT now() + shift AS now FROM clock"))[0]["now"]
    await here.service.advance(seconds=(moment - now).total_seconds())


async def resolve_clock(here: Community, ticket: dict[str, Any]) -> tuple[datetime, bool]:
    view = (await here.of(here.leader).get(f"/v1/tickets/{ticket['id']}/clock")).json()
    return datetime.fromisoformat(view["clocks"][2]["due"]).astimezone(UTC), view["provisional"]


async def test_loading_a_year_reckons_open_cases_anew(there: Community) -> None:
    await at(there, datetime(2031, 9, 25, 2, tzinfo=UTC))
    filed = await there.files()
    before, provisional = await resolve_clock(there, filed)
    assert (before.date().isoformat(), provisional) == ("2031-10-02", True)
    answer = await load(there, 2031, "2031-10-01,2031-10-07,holiday,国庆\n")
    assert (answer.status_code, answer.json()["days"]) == (201, 7)
    await there.service.advance(seconds=6)
    after, provisional = await resolve_clock(there, filed)
    assert (after, provisional) == (datetime(2031, 10, 8, 10, tzinfo=UTC), False)
    stored = (await there.service.sql("SELECT resolve_due_at FROM tickets"))[0]["resolve_due_at"]
    assert stored == after
    (changed,) = await there.service.data("tickets.ticket_due_changed.v1")
    assert (changed["ticket_id"], changed["cause"]) == (filed["id"], "calendar")
    assert (await verify_clocks(there.service.running)).differences == ()


async def test_a_raised_mark_stays_and_says_that_it_was_reckoned_otherwise(there: Community) -> None:
    await at(there, datetime(2031, 9, 28, 2, tzinfo=UTC))
    filed = await there.files()
    await there.service.advance(hours=96)
    marks = await there.service.sql("SELECT superseded FROM marks WHERE clock = 'resolve'")
    assert [row["superseded"] for row in marks] == [False]
    await load(there, 2031, "2031-10-01,2031-10-07,holiday,国庆\n")
    await there.service.advance(seconds=6)
    marks = await there.service.sql("SELECT superseded FROM marks WHERE clock = 'resolve'")
    assert [row["superseded"] for row in marks] == [True]
    assert filed["state"] == "assigned"


@pytest.mark.parametrize(("lines", "code"), [
    ("2031-10-01,2031-10-03,holiday,国庆\n2031-10-05,,holiday,国庆\n", "hole"),
    ("2031-10-01,2031-10-03,holiday,国庆\n2031-10-03,,holiday,中秋\n", "overlap"),
    ("2031-10-08,,make_up,国庆\n", "make_up_on_a_weekday"),
])  # fmt: skip
async def test_a_notice_with_a_fault_is_refused_and_nothing_is_loaded(there: Community, lines: str, code: str) -> None:
    refused = await load(there, 2031, lines)
    assert (refused.status_code, [each["code"] for each in refused.json()["errors"]]) == (422, [code])
    assert await there.service.sql("SELECT 1 FROM calendar_days WHERE extract(year FROM day) = 2031") == []


async def test_next_years_notice_is_asked_for_every_week_from_november_on(there: Community) -> None:
    await at(there, datetime(2031, 10, 20, 2, tzinfo=UTC))
    async with there.service.transaction() as tx:
        await tx.set_timer(MISSING_TIMER, "weekly", tx.now)
    await there.service.fire()
    assert await there.service.data("tickets.calendar_year_missing.v1") == []
    for _ in range(3):
        await there.service.advance(days=7)
    asked = await there.service.data("tickets.calendar_year_missing.v1")
    assert [each["year"] for each in asked] == [2032, 2032]
    await load(there, 2032, "2032-10-01,2032-10-07,holiday,国庆\n")
    await there.service.advance(days=7)
    assert len(await there.service.data("tickets.calendar_year_missing.v1")) == 2


async def test_what_differs_from_its_history_is_named(there: Community) -> None:
    filed = await there.files()
    checked = await verify_clocks(there.service.running)
    assert (checked.tickets, checked.differences) == (1, ())
    await there.service.sql("UPDATE tickets SET contact_due_at = contact_due_at + interval '1 minute'")
    (found,) = (await verify_clocks(there.service.running)).differences
    assert (str(found.ticket_id), found.clock) == (filed["id"], "contact")
    assert found.stored is not None
    assert found.stored - found.rebuilt == timedelta(minutes=1)
