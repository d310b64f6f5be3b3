"""What if: a month read again under another calendar or with other limits."""

from datetime import UTC, datetime
from typing import Any

from tests.services.tickets.community import Community


async def simulate(here: Community, **body: Any) -> dict[str, Any]:
    plain = {"community_id": str(here.community), "month": "2031-09"}
    answer = await here.of(here.secretary).post("/v1/clock-simulations", json=plain | body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def month_of(here: Community) -> dict[str, Any]:
    """One case accepted five working hours after it came: an hour too late."""
    now: datetime = (await here.service.sql("SELECT now() + shift AS now FROM clock"))[0]["now"]
    await here.service.advance(seconds=(datetime(2031, 9, 25, 1, tzinfo=UTC) - now).total_seconds())
    filed = await here.files()
    await here.service.advance(hours=7)
    return await here.move(here.leader, await here.see(filed), "accept")


async def test_other_limits_show_what_would_have_been_kept(here: Community) -> None:
    await month_of(here)
    plain = {each["clock"]: each for each in (await simulate(here))["clocks"]}
    assert [plain["accept"][name] for name in ("limits", "kept", "would_be_kept")] == [1, 0, 0]
    longer = {"general": {"accept": {"minutes": 360, "unit": "working"}}}
    told = await simulate(here, classes=longer)
    accept = next(each for each in told["clocks"] if each["clock"] == "accept")
    assert [accept[name] for name in ("kept", "would_be_kept", "later")] == [0, 1, 1]
    assert [each["clock"] for each in told["changed"]] == ["accept"]


async def test_another_calendar_moves_the_dues_and_nothing_is_written(here: Community) -> None:
    ticket = await month_of(here)
    before = await here.see(ticket)
    notice = {"year": 2031, "csv": "from,to,kind,name\n2031-10-01,2031-10-07,holiday,国庆\n"}
    told = await simulate(here, calendar=notice)
    (changed,) = told["changed"]
    assert (changed["clock"], changed["would_be_due"]) == ("resolve", "2031-10-08T10:00:00Z")
    assert await here.see(ticket) == before
    assert await here.service.sql("SELECT 1 FROM calendar_days WHERE extract(year FROM day) = 2031") == []


async def test_a_limit_of_calendar_days_is_whole_days(here: Community) -> None:
    body = {"community_id": str(here.community), "month": "2031-09"}
    odd = {"general": {"resolve": {"minutes": 2_000, "unit": "calendar_days"}}}
    refused = await here.of(here.secretary).post("/v1/clock-simulations", json=body | {"classes": odd})
    assert (refused.status_code, refused.json()["code"]) == (422, "whole_days_needed")
    unknown = await here.of(here.secretary).post("/v1/clock-simulations", json=body | {"classes": {"soon": {}}})
    assert unknown.status_code == 422


async def test_other_hands_show_what_waiting_alone_would_have_changed(here: Community) -> None:
    ticket = await month_of(here)
    ticket = await here.move(here.leader, ticket, "record-contact", result="reached")
    await here.move(here.leader, ticket, "resolve", result="好了")
    told = await simulate(here, staffing={str(here.property_group): 3, str(here.help_group): 1})
    known = {each["name"]: each for each in told["staffing"]}
    done = known["物业管理"]
    assert [done[name] for name in ("cases", "people", "people_would_be", "cap")] == [1, 1, 3, 8]
    assert [done[name] for name in ("kept", "as_modelled", "would_be_kept")] == [1, 1, 1]
    assert (known["邻里互助"]["cases"], known["邻里互助"]["would_be_kept"]) == (0, 0)
    assert (await simulate(here))["staffing"] == []
    body = {"community_id": str(here.community), "month": "2031-09", "staffing": {str(here.help_group): 0}}
    assert (await here.of(here.secretary).post("/v1/clock-simulations", json=body)).status_code == 422
