"""Rows of New York's 311 in both layouts become filings; what cannot be filed says why."""

import csv
import io
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import nyc311
from cli.import_rows import Import, defused, masked
from cli.nyc311 import RowError

API = (
    "unique_key,created_date,complaint_type,descriptor,incident_address,city,borough,status,resolution_description\n"
    "1,2024-05-27T02:08:51.000,Noise - Residential,Loud Music,4801 CARPENTER AVENUE,BRONX,BRONX,Open,Was looked at.\n"
)
PORTAL = (
    "Unique Key,Created Date,Complaint Type,Descriptor,Incident Address,City,Borough,Status,Resolution Description\n"
    "1,05/27/2024 02:08:51 AM,Noise - Residential,Loud Music,4801 CARPENTER AVENUE,BRONX,BRONX,Open,Was looked at.\n"
)


def a_row(text: str = API, **changes: str) -> dict[str | None, Any]:
    return next(csv.DictReader(io.StringIO(text))) | changes


def test_both_layouts_of_one_request_are_one_filing() -> None:
    assert nyc311.filing(a_row(API), "c") == nyc311.filing(a_row(PORTAL), "c")


def test_a_filing_keeps_what_the_file_says() -> None:
    body = nyc311.filing(a_row(), "c")
    assert body["category"] == "noise"
    assert body["filed_at"] == "2024-05-27T06:08:51Z"
    assert body["source"] == {
        "system": "nyc311", "key": "1", "status": "Open", "place": "4801 CARPENTER AVENUE, BRONX"
    }  # fmt: skip
    assert body["description"] == "Noise - Residential: Loud Music\nWas looked at."


@pytest.mark.parametrize(
    ("matter", "code"), [("HEAT/HOT WATER", "repair"), ("Water System", "water"), ("Taxi Complaint", "other")]
)
def test_an_unknown_matter_is_other(matter: str, code: str) -> None:
    assert nyc311.category(matter) == code


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"unique_key": ""}, "unique_key"),
        ({"complaint_type": " "}, "complaint_type"),
        ({"created_date": ""}, "created_date"),
        ({"created_date": "27/13/2024"}, "created_date"),
    ],
)
def test_a_row_that_cannot_be_filed_names_its_column(changes: dict[str, str], column: str) -> None:
    with pytest.raises(RowError) as refused:
        nyc311.filing(a_row(**changes), "c")
    assert refused.value.column == column


def test_a_file_of_another_layout_is_recognised() -> None:
    assert nyc311.missing_columns(["工单编号", "标题"]) == list(nyc311.NEEDED)
    assert nyc311.missing_columns(["Unique Key", "Created Date", "Complaint Type"]) == []


def test_a_changed_row_asks_anew_and_the_same_row_asks_the_same() -> None:
    first, again = nyc311.filing(a_row(), "c"), nyc311.filing(a_row(), "c")
    assert nyc311.once_key(first) == nyc311.once_key(again)
    assert nyc311.once_key(first) != nyc311.once_key(nyc311.filing(a_row(status="Closed"), "c"))


def test_a_list_of_errors_neither_runs_nor_tells() -> None:
    assert defused("=HYPERLINK()") == "'=HYPERLINK()"
    assert masked("13800000001") == "13…01"


class Tickets:
    """Answers like tickets: first made, then the same one, sometimes busy."""

    def __init__(self, busy: int = 0) -> None:
        self.filed: set[str] = set()
        self.busy = busy

    def __call__(self, request: httpx.Request) -> httpx.Response:
        key = request.headers["Idempotency-Key"]
        if self.busy:
            self.busy -= 1
            return httpx.Response(503, headers={"Retry-After": "0"})
        if b"Taxi" in request.content:
            return httpx.Response(
                422, json={"code": "invalid", "errors": [{"pointer": "/category", "code": "unknown"}]}
            )
        known = key in self.filed
        self.filed.add(key)
        return httpx.Response(200 if known else 201, json={"id": key})


def run_import(tmp_path: Path, text: str, tickets: Tickets) -> Import:
    file = tmp_path / "requests.csv"
    file.write_text("\ufeff" + text)
    with httpx.Client(base_url="http://tickets", transport=httpx.MockTransport(tickets)) as client:
        work = Import(file, "c", client, tmp_path / "errors.csv", shows=False)
        work.run()
    return work


def test_a_second_run_adds_nothing_and_says_so(tmp_path: Path) -> None:
    tickets = Tickets()
    first, second = run_import(tmp_path, API, tickets), run_import(tmp_path, PORTAL, tickets)
    assert (first.report()["made"], first.report()["already"]) == (1, 0)
    assert (second.report()["made"], second.report()["already"]) == (0, 1)
    assert "nothing was added" in second.sentence()


def test_a_busy_service_is_waited_for(tmp_path: Path) -> None:
    assert run_import(tmp_path, API, Tickets(busy=2)).report()["made"] == 1


def test_made_already_and_failed_add_up_and_failures_are_listed(tmp_path: Path) -> None:
    more = "2,=cmd(),Noise,Loud,,,,Open,\n3,2024-05-27T02:08:51.000,Taxi Complaint,,,,,Open,\n"
    work = run_import(tmp_path, API + more, Tickets())
    counts = work.report()
    assert counts["read"] == counts["made"] + counts["already"] + counts["failed"] == 3
    listed = list(csv.reader((tmp_path / "errors.csv").open()))
    assert [row[0] for row in listed[1:]] == ["3", "4"]
    assert listed[1][2].startswith("'=")
    assert listed[2][1:4] == ["category", "", "unknown"]


DATA = Path(__file__).parents[4] / "shared" / "testdata" / "nyc311"


@pytest.mark.skipif(not DATA.exists(), reason="the public test material is not beside the repository")
def test_every_real_row_can_be_filed() -> None:
    for path in sorted(DATA.glob("*.csv")):
        with path.open(newline="", encoding="utf-8-sig") as lines:
            keys = [nyc311.filing(row, "c")["source"]["key"] for row in csv.DictReader(lines)]
        assert len(keys) == len(set(keys)) >= 500
