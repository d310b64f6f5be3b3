"""C23: figures; every number opens the cases it is made of, and few are told as counts."""

from typing import Any
from uuid import uuid4

from tests.console import answers
from tests.console.conftest import Console, Told, a_queue

CASE = str(uuid4())


def a_rate(**changes: Any) -> dict[str, Any]:
    none = {"percent": None, "low": None, "high": None, "words": ""}
    shares = {name: {"hits": 3, "of": 4} | none for name in ("response", "solved", "satisfied")}
    known = {"scope_id": str(answers.GROUP), "scope": str(answers.GROUP), "name": "物业管理", "suppressed": False,
             "rounds": 7, "response": {"within": 6, "late": 1, "never": 0, "n": 7},
             "solved": {"solved": 3, "answered": 4, "asked": 5, "pending": 2, "unanswered": 1},
             "satisfied": {"satisfied": 3, "answered": 4}, "shares": shares, "score": None}  # fmt: skip
    return known | changes


def rates(told: Told, *items: dict[str, Any]) -> None:
    a_queue(told)
    told.stubs["tickets"].says("/v1/rates", {"month": "2026-03", "items": list(items), "as_of": answers.NOW}, "GET")


async def test_few_are_counts_and_many_have_their_share_and_its_range(console: Console) -> None:
    told = await console()
    many = {"hits": 80, "of": 100, "percent": 80.0, "low": 71.1, "high": 86.7, "words": ""}
    rates(told, a_rate(), a_rate(name="卫生环境", shares=a_rate()["shares"] | {"solved": many}))
    page = await told.operator().open("/figures?by=group")
    assert "<strong>6</strong> / 7</a>" in page.text
    assert "80 %" in page.text
    assert "(71–87)" in page.text
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path == "/v1/rates")
    assert dict(asked.url.params) == {"month": "2026-03", "by": "group"}


async def test_a_line_too_small_to_leave_its_community_shows_no_number(console: Console) -> None:
    told = await console()
    empty: dict[str, Any] = {name: {} for name in ("response", "solved", "satisfied", "shares")}
    rates(told, a_rate(suppressed=True, rounds=None, **empty))
    page = await told.operator().open("/figures")
    assert "件数太少，不显示" in page.text
    assert "/figures/rounds" not in page.text


async def test_a_rate_opens_the_rounds_it_is_made_of(console: Console) -> None:
    told = await console()
    rates(told, a_rate())
    one = {"ticket_id": CASE, "number": "20260302-01-00042-4", "round": 2, "contacted_in_time": False,
           "solved": "solved", "satisfaction": "satisfied", "excluded": None}  # fmt: skip
    told.stubs["tickets"].says("/v1/rates/rounds", {"items": [one], "as_of": answers.NOW}, "GET")
    operator = told.operator()
    href = f"/figures/rounds?month=2026-03&amp;by=group&amp;scope_id={answers.GROUP}"
    assert href in (await operator.open("/figures?by=group")).text.replace("&by", "&amp;by").replace(
        "&scope", "&amp;scope"
    )
    page = await operator.open(f"/figures/rounds?month=2026-03&by=group&scope_id={answers.GROUP}&name=x")
    assert f'/tickets/{CASE}"' in page.text
    assert "第 2 轮" in page.text


async def test_the_trend_shows_its_band_its_households_and_what_was_founded(console: Console) -> None:
    told = await console()
    a_queue(told)
    areas = {"items": [{"id": str(answers.COMMUNITY), "name": "东山坪社区", "kind": "community"}]}
    told.stubs["members"].says("/v1/areas", areas, "GET")
    months = [
        {"month": "2026-02", "complaints": 7, "households": 400, "me_too": 2, "per_100_households": 1.75,
         "band": {"low": 5, "high": 9}, "unusual": False},
        {"month": "2026-03", "complaints": 1, "households": 400, "me_too": 0, "per_100_households": 0.25,
         "band": {"low": 4, "high": 9}, "unusual": True},
    ]  # fmt: skip
    founded = {"date": "2026-02-20", "what": "group_founded", "organization_id": str(uuid4()), "name": "自治小组"}
    trend = {"place": str(answers.COMMUNITY), "name": "东山坪社区", "months": months, "sentence": "",
             "interventions": [founded], "as_of": answers.NOW}  # fmt: skip
    told.stubs["tickets"].says("/v1/trends/complaints", trend, "GET")
    page = await told.operator().open("/figures/trend")
    for words in ("7 → 1", "1.75", "5–9", "异常", "成立", "自治小组"):
        assert words in page.text
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path == "/v1/trends/complaints")
    assert dict(asked.url.params) == {"place": str(answers.COMMUNITY), "from": "2025-04", "to": "2026-03"}
    row = answers.a_row()
    told.stubs["tickets"].says("/v1/trends/complaints/tickets", answers.listed(row), "GET")
    assert f"/figures/trend/tickets?place={answers.COMMUNITY}&amp;month=2026-02" in page.text
    behind = await told.operator().open(f"/figures/trend/tickets?place={answers.COMMUNITY}&month=2026-02")
    assert row["number"] in behind.text


async def test_a_report_that_stands_is_read_as_it_was_made(console: Console) -> None:
    told = await console()
    areas = {"items": [{"id": str(answers.COMMUNITY), "name": "东山坪社区", "kind": "community"}]}
    a_queue(told)
    told.stubs["members"].says("/v1/areas", areas, "GET")
    line = {"id": CASE, "month": "2026-02", "as_of": answers.NOW, "made_at": answers.NOW, "definition": "1"}
    told.stubs["tickets"].says("/v1/reports", {"items": [line]}, "GET")
    figures = {"complaints": 12, "community": {"items": [a_rate()]}, "group": {"items": []}, "category": {"items": []}}
    told.stubs["tickets"].says(f"/v1/reports/{CASE}", line | {"figures": figures}, "GET")
    operator = told.operator()
    assert f"/figures/reports/{CASE}" in (await operator.open("/figures/reports")).text
    page = await operator.open(f"/figures/reports/{CASE}")
    assert "<strong>6</strong> / 7" in page.text
    assert ">12 <small>" in page.text


async def test_an_indicator_opens_the_same_question_by_ticket(console: Console) -> None:
    told = await console()
    a_queue(told)
    line = {"cut": {"category": "sanitation"}, "names": {"category": "卫生"}, "prior": None, "suppressed": False,
            "values": {"on_time_rate": {"value": 0.75, "hits": 3, "of": 4}, "contact_median": {"value": 90.0}},
            "tickets_url": "/v1/indicators/figures?measures=created&by=ticket&where=category%3Asanitation"}  # fmt: skip
    figures = {"lines": [line], "more": False, "as_of": answers.NOW}
    told.stubs["tickets"].says("/v1/indicators/figures", figures, "GET")
    known = [{"name": "contact_median", "meaning": "x", "of": "filed", "unit": "minutes"},
             {"name": "on_time_rate", "meaning": "x", "of": "filed", "unit": "share"}]  # fmt: skip
    told.stubs["tickets"].says("/v1/indicators", {"items": known, "cuts": ["category"], "filters": []}, "GET")
    page = await told.operator().open("/figures/indicators?measures=on_time_rate&measures=contact_median&by=category")
    assert ">3 / 4</a>" in page.text
    assert ">1 小时 30 分</a>" in page.text
    assert "/figures/indicators?measures=created&amp;by=ticket&amp;where=category%3Asanitation" in page.text
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path == "/v1/indicators/figures")
    assert asked.url.params.get_list("measures") == ["on_time_rate", "contact_median"]
    ticket = line | {"cut": {"ticket": CASE}, "names": {"ticket": "20260302-01-00042-4"}}
    told.stubs["tickets"].says("/v1/indicators/figures", figures | {"lines": [ticket]}, "GET")
    page = await told.operator().open("/figures/indicators?measures=created&by=ticket&where=category:sanitation")
    assert f'<a href="/tickets/{CASE}">20260302-01-00042-4</a>' in page.text
