"""Trends and rates: counts, each opening the tickets behind it."""

from datetime import datetime

from tests.services.tickets.community import Community


async def _this_month(here: Community) -> str:
    rows = await here.service.sql("SELECT (now() + shift) AT TIME ZONE 'Asia/Shanghai' AS at FROM clock")
    now: datetime = rows[0]["at"]
    return f"{now:%Y-%m}"


async def test_the_trend_counts_complaints_by_place_and_month(here: Community) -> None:
    for _ in range(3):
        await here.files()
    await here.files(kind="need")
    first = await _this_month(here)
    await here.service.advance(days=31)
    await here.files()
    last = await _this_month(here)
    query = {"place": str(here.cluster), "from": first, "to": last}
    trend = (await here.of(here.secretary).get("/v1/trends/complaints", params=query)).json()
    assert trend["sentence"] == "3 件 → 1 件"
    assert trend["months"][0]["complaints"] == 3
    opened = (await here.of(here.secretary).get(trend["months"][0]["tickets"])).json()
    assert len(opened["items"]) == 3
    assert {entry["name"] for entry in trend["interventions"]} == {"物业管理", "邻里互助"}


async def test_spam_counts_as_no_complaint_but_any_other_refusal_does(here: Community) -> None:
    for reason in ("spam", "not_ours"):
        filed = await here.files()
        await here.move(here.operator, filed, "reject", reason=reason, sentence="不属于本社区")
    month = await _this_month(here)
    query = {"place": str(here.building), "from": month, "to": month}
    trend = (await here.of(here.secretary).get("/v1/trends/complaints", params=query)).json()
    assert trend["months"][0]["complaints"] == 1


async def test_the_rates_equal_a_count_by_hand(here: Community) -> None:
    solved, unsolved = await here.asked(), await here.asked()
    await here.replies(solved, "solved_mostly")
    await here.replies(unsolved, "unsolved")
    month = await _this_month(here)
    report = (await here.of(here.secretary).get("/v1/rates", params={"month": month})).json()
    (item,) = report["items"]
    assert item["name"] == "物业管理"
    assert item["rounds"] == 2
    assert item["response"] == {"within": 2, "late": 0, "never": 0, "n": 2}
    assert item["solved"] == {"solved": 1, "answered": 2, "asked": 2, "pending": 0, "unanswered": 0}
    assert item["satisfied"] == {"satisfied": 1, "answered": 1}
    rounds = (await here.of(here.secretary).get(item["rounds_url"])).json()["items"]
    assert {row["ticket_id"] for row in rounds} == {solved["id"], unsolved["id"]}


async def test_figures_end_where_the_readers_grant_ends(here: Community) -> None:
    await here.asked()
    report = (await here.of(here.help_leader).get("/v1/rates", params={"month": await _this_month(here)})).json()
    assert report["items"] == []
