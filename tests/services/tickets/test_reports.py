"""Rates at a moment, reports that stand, exclusions, cuts, and what leaves the community."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from tests.services.tickets.community import Community


async def _now(here: Community) -> datetime:
    rows = await here.service.sql(
        "SELECT now() + shift AS at, (now() + shift) AT TIME ZONE 'Asia/Shanghai' AS local FROM clock"
    )
    at: datetime = rows[0]["at"]
    return at


async def _month(here: Community) -> str:
    rows = await here.service.sql("SELECT (now() + shift) AT TIME ZONE 'Asia/Shanghai' AS local FROM clock")
    return f"{rows[0]['local']:%Y-%m}"


async def _rates(here: Community, client: httpx.AsyncClient | None = None, **query: Any) -> dict[str, Any]:
    asked = {"month": await _month(here)} | query
    answer = await (client or here.of(here.secretary)).get("/v1/rates", params=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def _at_midmonth(here: Community) -> None:
    """So that nothing in a test crosses the end of a month."""
    rows = await here.service.sql(
        "SELECT extract(day FROM (now() + shift) AT TIME ZONE 'Asia/Shanghai')::int AS day FROM clock"
    )
    if rows[0]["day"] > 8:
        await here.service.advance(days=33 - rows[0]["day"])


async def test_the_same_moment_gives_the_same_bytes_before_and_after_later_moves(here: Community) -> None:
    await _at_midmonth(here)
    tickets = [await here.asked() for _ in range(3)]
    await here.replies(tickets[0], "solved_satisfied")
    at = (await _now(here)).isoformat()
    url = "/v1/rates"
    query = {"month": await _month(here), "as_of": at}
    before = (await here.of(here.secretary).get(url, params=query)).content
    trend = {"place": str(here.cluster), "from": query["month"], "to": query["month"], "as_of": at}
    trend_before = (await here.of(here.secretary).get("/v1/trends/complaints", params=trend)).content
    await here.replies(tickets[1], "unsolved")
    await here.replies(tickets[2], "solved_mostly")
    seen = await here.see(tickets[1])
    await here.move(here.secretary, seen, "triage", kind="idea", category="noise", building_id=str(here.building))
    await here.files()
    spam = await here.files()
    await here.move(here.operator, spam, "reject", reason="spam", sentence="x")
    done = await here.of(here.secretary).post(
        "/v1/rates/exclusions", json={"ticket_id": tickets[2]["id"], "round": 1, "reason": "误报"}
    )
    assert done.status_code == 201
    await here.service.advance(days=3)
    assert (await here.of(here.secretary).get(url, params=query)).content == before
    assert (await here.of(here.secretary).get("/v1/trends/complaints", params=trend)).content == trend_before
    assert (await here.of(here.secretary).get(url, params={"month": query["month"]})).content != before


async def test_nothing_can_be_known_of_a_later_moment(here: Community) -> None:
    query = {"month": await _month(here), "as_of": "2999-01-01T00:00:00Z"}
    answer = await here.of(here.secretary).get("/v1/rates", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, "as_of_in_the_future")
    early = await here.of(here.secretary).get("/v1/rates", params=query | {"as_of": "0001-01-01T00:00:00+14:00"})
    assert (early.status_code, early.json()["code"]) == (400, "as_of_too_early")


async def test_an_excluded_round_is_left_out_and_its_reason_published(here: Community) -> None:
    await _at_midmonth(here)
    tickets = [await here.asked() for _ in range(2)]
    for ticket in tickets:
        await here.replies(ticket, "unsolved")
    body = {"ticket_id": tickets[0]["id"], "round": 1, "reason": "上级管线工程"}
    url = "/v1/rates/exclusions"
    assert (await here.of(here.operator).post(url, json=body)).status_code == 403
    assert (await here.of(here.secretary).post(url, json=body | {"reason": ""})).status_code == 422
    assert (await here.of(here.secretary).post(url, json=body | {"round": 9})).status_code == 422
    assert (await here.of(here.secretary).post(url, json=body)).status_code == 201
    assert (await here.of(here.secretary).post(url, json=body)).json()["code"] == "already_excluded"
    (item,) = (await _rates(here))["items"]
    assert (item["rounds"], item["excluded"]) == (3, {"上级管线工程": 1})
    opened = (await here.of(here.secretary).get(item["rounds_url"])).json()["items"]
    assert {row["excluded"] for row in opened} == {None, "上级管线工程"}


async def test_every_cut_adds_up_and_opens_its_rounds(here: Community) -> None:
    await _at_midmonth(here)
    for category in ("noise", "sanitation", "noise"):
        await here.asked(category=category)
    for by in (
        "community",
        "group",
        "handler",
        "building",
        "estate",
        "category",
        "class",
        "channel",
        "origin",
        "month",
    ):
        items = (await _rates(here, by=by))["items"]
        assert sum(item["rounds"] for item in items) == 3, by
        for item in items:
            opened = (await here.of(here.secretary).get(item["rounds_url"])).json()["items"]
            assert len(opened) == item["rounds"]
    by_category = {item["scope"]: item for item in (await _rates(here, by="category"))["items"]}
    assert (by_category["noise"]["rounds"], by_category["noise"]["name"]) == (2, "噪音")


async def test_a_handlers_line_is_for_leaders_and_the_secretary(here: Community) -> None:
    query = {"month": await _month(here), "by": "handler"}
    for person, status in ((here.secretary, 200), (here.leader, 200), (here.operator, 403), (here.member, 403)):
        assert (await here.of(person).get("/v1/rates", params=query)).status_code == status


async def test_cells_below_five_do_not_leave_the_community(here: Community) -> None:
    await _at_midmonth(here)
    await here.asked(category="noise")
    for _ in range(5):
        await here.asked(category="sanitation")
    district = await here.service.person(uuid4(), [("district", "area", here.root)])
    items = {item["scope"]: item for item in (await _rates(here, district, by="category"))["items"]}
    assert (items["noise"]["suppressed"], items["noise"]["rounds"], items["noise"]["solved"]) == (True, None, {})
    assert (items["sanitation"]["suppressed"], items["sanitation"]["rounds"]) == (False, 5)
    assert (await district.get(items["noise"]["rounds_url"])).json()["items"] == []
    inside = {item["scope"]: item for item in (await _rates(here, by="category"))["items"]}
    assert inside["noise"]["rounds"] == 1


async def test_a_month_closes_once_and_its_report_never_changes(here: Community) -> None:
    await _at_midmonth(here)
    month = await _month(here)
    for _ in range(6):
        await here.replies(await here.asked(), "solved_satisfied")
    await here.service.advance(days=31)
    await here.service.advance(days=1)
    url = f"/v1/reports?community_id={here.community}"
    known = {line["month"]: line for line in (await here.of(here.secretary).get(url)).json()["items"]}
    report_url = f"/v1/reports/{known[month]['id']}"
    first = (await here.of(here.secretary).get(report_url)).content
    figures = (await here.of(here.secretary).get(report_url)).json()["figures"]
    assert figures["complaints"] == 6
    (item,) = figures["group"]["items"]
    assert (item["rounds"], item["solved"]["solved"], item["sentence"]) == (6, 6, "6 件中 6 件")
    assert {"definition", "weights", "calendar_version", "class_version", "history_seq", "as_of"} <= set(
        figures["group"]
    )
    closed = await here.service.data("tickets.trend_closed.v1")
    assert [told for told in closed if told["month"] == month] == [{"month": month, "complaints": 6}]
    published = await here.service.data("tickets.rate_report_published.v1")
    assert UUID(known[month]["id"]) in {UUID(told["report_id"]) for told in published}
    await here.area(here.community, "community", [here.root, here.community], "东山坪社区")
    await here.service.fire()
    assert (await here.of(here.secretary).get(report_url)).content == first
    assert len([told for told in await here.service.data("tickets.trend_closed.v1") if told["month"] == month]) == 1


async def test_a_late_timer_makes_the_report_of_the_moment_it_was_due(here: Community) -> None:
    await _at_midmonth(here)
    month = await _month(here)
    await here.asked()
    await here.service.sql("UPDATE clock SET shift = shift + interval '50 days'")
    late = await here.files()
    await here.move(here.operator, late, "reject", reason="spam", sentence="x")
    await here.service.fire()
    url = f"/v1/reports?community_id={here.community}"
    line = next(each for each in (await here.of(here.secretary).get(url)).json()["items"] if each["month"] == month)
    assert line["as_of"] < line["made_at"]
    report = (await here.of(here.secretary).get(f"/v1/reports/{line['id']}")).json()
    (item,) = report["figures"]["group"]["items"]
    assert item["response"]["n"] == 1


async def test_the_board_is_open_to_everybody_and_tells_nothing_below_five(here: Community) -> None:
    await _at_midmonth(here)
    for category in ["noise"] * 5 + ["sanitation"]:
        await here.asked(category=category)
    await here.service.advance(days=31)
    await here.service.advance(days=1)
    nobody = here.service.client()
    (board,) = (await nobody.get("/v1/public/board", params={"community_id": str(here.community)})).json()["items"]
    assert board["community"] == "东山坪社区"
    figures = board["reports"][0]["figures"]
    lines = [item for by in ("community", "group", "category") for item in figures[by]["items"]]
    assert all(item["suppressed"] or item["rounds"] >= 5 for item in lines)
    assert "handler" not in figures
    assert str(here.leader) not in (await nobody.get("/v1/public/board")).text


async def test_a_definition_holds_from_its_month_on(here: Community) -> None:
    await _at_midmonth(here)
    await here.replies(await here.asked(kind="need"), "unsolved")
    month = await _month(here)
    body = {
        "community_id": str(here.community),
        "weights": [2, 1, 1],
        "kinds": ["complaint"],
        "effective_from": f"{month}-01",
    }
    url = "/v1/rate-definitions"
    faults: list[dict[str, Any]] = [{"effective_from": "2020-01-01"}, {"weights": [0, 0, 0]}, {"kinds": []}]
    for wrong in faults:
        assert (await here.of(here.secretary).post(url, json=body | wrong)).status_code == 422
    assert len((await _rates(here))["items"]) == 1
    before = (await _now(here)).isoformat()
    assert (await here.of(here.secretary).post(url, json=body)).json()["version"] == "1"
    assert (await _rates(here))["items"] == []
    assert len((await _rates(here, as_of=before))["items"]) == 1
    (known,) = (await here.of(here.operator).get(f"{url}?community_id={here.community}")).json()["items"]
    assert known["weights"] == [2, 1, 1]


async def test_the_trend_tells_households_and_what_is_usual(here: Community) -> None:
    await here.files()
    await here.files()
    month = await _month(here)
    query = {"place": str(here.cluster), "from": month, "to": month}
    (told,) = (await here.of(here.secretary).get("/v1/trends/complaints", params=query)).json()["months"]
    assert (told["complaints"], told["households"], told["me_too"]) == (2, 1, 0)
    assert (told["per_100_households"], told["band"], told["unusual"]) == (None, None, False)
    counted = {"area_id": here.building, "month": month, "households": 40}
    await here.service.apply("members.households_counted.v1", counted)
    (told,) = (await here.of(here.secretary).get("/v1/trends/complaints", params=query)).json()["months"]
    assert told["per_100_households"] == 5.0
    wide = {"place": str(here.cluster), "from": "2010-01", "to": month}
    assert (await here.of(here.secretary).get("/v1/trends/complaints", params=wide)).json()["code"] == "too_many_months"
