"""Indicators: every published KPI of another system has its answer here, and each number opens its tickets."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.tickets.domain.indicator import CUTS, MEASURES, QUOTIENTS
from tests.services.tickets.community import Community

KPIS = Path(__file__).parents[4] / "shared" / "testdata" / "digit" / "ccrs-KpiDefinition.json"
URL = "/v1/indicators/figures"

# Their columns in our words.
DIMENSIONS = {
    "service_code": "category", "service_group": "category_group", "department_code": "group",
    "current_assignee_uuid": "handler", "sla_status_bucket": "limit", "application_status": "stage",
    "source": "channel", "aging_bucket": "age", "ward_code": "building", "service_request_id": "ticket",
    "created_date": "day", "snapshot_date": "day", "latitude": "lat", "longitude": "long", "is_open": "is_open",
    "is_resolved": "is_done",
}  # fmt: skip
CLOSED, OPEN, DONE = {"is_open": False, "is_resolved": True}, {"is_open": True}, {"is_resolved": True}
ON_TIME = CLOSED | {"sla_breached": False}


def ours(kpi: dict[str, Any], measure: dict[str, Any]) -> str:
    """The measure of ours that counts what this one counts, with the KPI's own filter."""
    filters = kpi.get("filters") or {}
    here = filters | (measure.get("filter") or {})
    if measure["agg"] == "ratio":
        over = measure["numerator"].get("filter") or {}
        under = measure["denominator"].get("filter") or {}
        if "window" in measure["numerator"]:
            return "flow_ratio"
        known = {
            json.dumps([CLOSED, {}]): "resolution_rate",
            json.dumps([ON_TIME, {}]): "limit_kept_rate",
            json.dumps([{"sla_breached": True}, {}]): "limit_missed_rate",
            json.dumps([{"sla_breached": False}, {}]): "on_time_rate",
            json.dumps([{"is_reopened": True}, {}]): "reopen_rate",
            json.dumps([{"is_reopened": True, "is_resolved": True}, DONE]): "reopen_rate",
            json.dumps([{"is_resolved": True, "sla_breached": False}, DONE]): "on_time_rate",
            json.dumps([{"escalation_count": {"gte": 1}}, {}]): "escalation_rate",
            json.dumps([{"assignment_count": {"eq": 1}}, {"assignment_count": {"gte": 1}}]): "first_assignment_rate",
        }
        return known[json.dumps([over, under])]
    columns = {
        "rating": "satisfaction_mean", "resolution_ms": "resolution_mean", "sla_target_ms": "limit_mean",
        "open_age_ms": "oldest_open",
    }  # fmt: skip
    if "column" in measure:
        return columns[measure["column"]]
    daily = kpi["grain"] == "daily"
    counts = [
        (OPEN | {"sla_status_bucket": {"in": ["approaching", "breached"]}}, "at_risk", "open_daily"),
        (OPEN | {"sla_breached": True}, "breached", "breached_daily"),
        (OPEN | {"sla_status_bucket": "breached"}, "breached", "breached_daily"),
        (OPEN | {"sla_status_bucket": {"in": ["within", "approaching", "breached"]}}, "open", "limited_daily"),
        (ON_TIME, "resolved_on_time", ""),
        (CLOSED, "resolved", ""),
        (OPEN, "open", "open_daily"),
        ({}, "created", "total_daily"),
    ]
    placed = {name: value for name, value in here.items() if name != "has_geo_pin"}
    return next((at_end if daily else name) for known, name, at_end in counts if known == placed)


def asked(kpi: dict[str, Any]) -> dict[str, Any]:
    """The KPI's question in ours."""
    by = [DIMENSIONS[name] for name in kpi.get("dimensions") or []]
    only = ["placed"] if (kpi.get("filters") or {}).get("has_geo_pin") else []
    only += ["open"] if (kpi.get("filters") or {}).get("is_open") and kpi["grain"] == "facts" else []
    return {"measures": [ours(kpi, measure) for measure in kpi["measures"]], "by": by, "only": only}


def all_kpis() -> list[dict[str, Any]]:
    if not KPIS.exists():
        pytest.skip("DIGIT's KPI definitions are not on this machine: ../shared/testdata/digit/ccrs-KpiDefinition.json")
    return [entry["data"] for entry in json.loads(KPIS.read_text(encoding="utf-8"))]


async def today(here: Community, days: int = 0) -> str:
    rows = await here.service.sql("SELECT ((now() + shift) AT TIME ZONE 'Asia/Shanghai')::date AS day FROM clock")
    return str(rows[0]["day"] + timedelta(days=days))


async def figures(here: Community, client: httpx.AsyncClient | None = None, /, **query: Any) -> list[dict[str, Any]]:
    plain = {"from": await today(here, -30), "to": await today(here)}
    answer = await (client or here.of(here.secretary)).get(URL, params=plain | query)
    assert answer.status_code == 200, answer.text
    lines: list[dict[str, Any]] = answer.json()["lines"]
    return lines


async def test_every_kpi_of_digit_is_answered(here: Community) -> None:
    kpis = all_kpis()
    await here.service.sql("UPDATE areas SET lat = 29.53, long = 106.58 WHERE id = $1", here.building)
    await here.replies(await here.asked(), "solved_satisfied")
    await here.files(category="noise")
    late = await here.files(category="elevator")
    await here.service.advance(days=2)
    for kpi in kpis:
        question = asked(kpi["query"])
        compared = kpi["viz"].get("delta") or kpi["viz"].get("comparison")
        lines = await figures(here, **question, prior=bool(compared))
        assert lines, kpi["id"]
        for line in lines:
            assert set(line["values"]) == set(question["measures"]), kpi["id"]
            assert set(line["cut"]) == set(question["by"]), kpi["id"]
            assert (line["prior"] is not None) == bool(compared), kpi["id"]
        if kpi["supportsSeries"]:
            series = await figures(here, **question | {"by": [*question["by"], "day"]})
            assert all(line["cut"]["day"] for line in series), kpi["id"]
    assert len(kpis) == 40
    (breached,) = await figures(here, measures=["breached"])
    assert (breached["values"]["breached"]["value"], late["category"]) == (1, "elevator")


def test_no_measure_or_cut_is_known_under_two_names() -> None:
    assert not set(MEASURES) & set(QUOTIENTS)
    assert len(set(CUTS)) == len(CUTS)


async def test_shares_tell_what_they_are_made_of_and_nothing_is_not_nought(here: Community) -> None:
    done, open_ = await here.asked(), await here.files()
    await here.replies(done, "solved_mostly")
    names = ["resolution_rate", "solved_rate", "satisfaction_mean", "first_assignment_rate", "reopen_rate", "coverage"]
    (line,) = await figures(here, measures=names)
    told = line["values"]
    assert told["resolution_rate"] == {"value": 0.5, "hits": 1, "of": 2}
    assert told["solved_rate"] == {"value": 1.0, "hits": 1, "of": 1}
    assert told["satisfaction_mean"]["value"] == 4
    assert told["first_assignment_rate"]["value"] == 1.0
    assert told["reopen_rate"] == {"value": 0.0, "hits": 0, "of": 1}
    await here.move(here.operator, open_, "reject", reason="not_ours", sentence="x")
    (empty,) = await figures(here, measures=["solved_rate"], where=["category:sanitation", "stage:rejected"])
    assert empty["values"]["solved_rate"]["value"] is None


async def test_the_open_of_each_day_is_read_from_history(here: Community) -> None:
    ticket = await here.files()
    first = await today(here)
    await here.service.advance(days=3)
    ticket = await here.see(ticket)
    await here.move(here.operator, ticket, "reject", reason="not_ours", sentence="x")
    await here.service.advance(days=1)
    lines = await figures(here, measures=["open_daily"], by=["day"], **dict[str, Any]({"from": first}))
    assert [line["values"]["open_daily"]["value"] for line in lines[:4]] == [1, 1, 1, 0]


async def test_each_line_opens_its_tickets(here: Community) -> None:
    for category in ("noise", "noise", "parking"):
        await here.files(category=category)
    lines = await figures(here, measures=["created"], by=["category", "building"])
    assert [line["values"]["created"]["value"] for line in lines] == [2, 1]
    assert lines[0]["names"]["noise"] == "噪音"
    for line in lines:
        opened = (await here.of(here.secretary).get(line["tickets_url"])).json()["lines"]
        assert len(opened) == line["values"]["created"]["value"]


async def test_the_period_before_stands_beside(here: Community) -> None:
    for _ in range(3):
        await here.files()
    await here.service.advance(days=10)
    await here.files()
    span: dict[str, Any] = {"from": await today(here, -6), "to": await today(here)}
    (line,) = await figures(here, measures=["created", "flow_ratio"], prior=True, **span)
    assert (line["values"]["created"]["value"], line["prior"]["created"]["value"]) == (1, 3)
    assert line["values"]["flow_ratio"] == {"value": 0.0, "hits": 0, "of": 1}
    lines = await figures(here, measures=["created"], by=["category"], at_least=2, **span)
    assert lines == []


async def test_wrong_words_are_named(here: Community) -> None:
    good: dict[str, Any] = {"measures": ["created"], "from": "2026-01-01", "to": "2026-01-31"}
    for wrong in ({"measures": ["moon"]}, {"by": ["moon"]}, {"only": ["moon"]}, {"where": ["moon:1"]}, {"where": ["x"]},
                  {"where": ["category:a\0"]}, {"from": "0001-01-01", "to": "0001-02-01"},
                  {"to": "2025-01-01"}):  # fmt: skip
        assert (await here.of(here.secretary).get(URL, params=good | wrong)).status_code == 400
    assert (await here.of(here.secretary).get(URL, params={"measures": ["created"]})).status_code == 422


async def test_figures_end_with_the_grant_and_small_cells_stay_inside(here: Community) -> None:
    await here.files()
    (own,) = await figures(here, here.of(here.help_leader), measures=["created"])
    assert own["values"]["created"]["value"] == 0
    district = await here.service.person(uuid4(), [("district", "area", here.root)])
    (line,) = await figures(here, district, measures=["created"], by=["category"])
    assert (line["suppressed"], line["values"]["created"]["value"]) == (True, None)
    for inside in ("handler", "ticket", "lat"):
        query = {"measures": ["created"], "by": [inside], "from": await today(here), "to": await today(here)}
        assert (await district.get(URL, params=query)).status_code == 403
        assert (await here.of(here.operator).get(URL, params=query)).status_code == (
            403 if inside == "handler" else 200
        )
