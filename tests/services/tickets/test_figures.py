"""Trends and rates: counts, each opening the tickets behind it."""

from datetime import date, datetime
from uuid import UUID

from services.tickets.domain import trend as trend_rules
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


async def test_what_a_helping_group_does_for_a_case_is_no_second_case(here: Community) -> None:
    case, help_ = await here.asked(), await here.asked()
    await here.service.sql("UPDATE tickets SET parent_id = $1 WHERE id = $2", UUID(case["id"]), UUID(help_["id"]))
    month = await _this_month(here)
    secretary = here.of(here.secretary)
    trend = {"place": str(here.cluster), "from": month, "to": month}
    assert (await secretary.get("/v1/trends/complaints", params=trend)).json()["months"][0]["complaints"] == 1
    span = {"measures": "created", "from": f"{month}-01", "to": f"{month}-28"}
    await here.service.sql("UPDATE tickets SET filed_at = date_trunc('month', filed_at) + interval '3 days'")
    lines = (await secretary.get("/v1/indicators/figures", params=span)).json()["lines"]
    assert lines[0]["values"]["created"]["value"] == 1
    span = {"month": month, "until": f"{trend_rules.following(date.fromisoformat(f'{month}-01')):%Y-%m}"}
    rounds = [item["rounds"] for item in (await secretary.get("/v1/rates", params=span)).json()["items"]]
    assert sum(rounds) == 1
