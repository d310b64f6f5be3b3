"""Cases leave as a file: with a reason, on record, without formulas, sealed words or other communities' cases."""

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from openpyxl.reader.excel import load_workbook

from tests.services.tickets.community import Community

SPAN = {"filed_from": "2020-01-01T00:00:00Z", "filed_until": "2999-01-01T00:00:00Z"}


async def asked(here: Community, **more: Any) -> httpx.Response:
    body = {"community_id": str(here.community), "reason": "季度总结", **SPAN}
    return await here.of(here.secretary).post("/v1/exports", json=body | more)


async def taken(here: Community, format_: str) -> httpx.Response:
    made = await asked(here, format=format_)
    assert made.status_code == 202, made.text
    await here.service.fire()
    told = (await here.of(here.secretary).get(f"/v1/exports/{made.json()['id']}")).json()
    assert told["state"] == "done"
    return await here.of(here.secretary).get(told["file_url"])


async def test_a_file_of_commas_holds_every_case_and_no_formula(here: Community) -> None:
    await here.files(description="=HYPERLINK(1)", title="@x")
    await here.files(category="hardship", description="谁也不该读到")
    answer = await taken(here, "csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["description"], row["title"]) for row in rows] == [("'=HYPERLINK(1)", "'@x"), ("", "")]
    assert rows[0]["building"] == "3栋"
    assert "谁也不该读到" not in answer.text
    assert str(here.resident) not in answer.text


async def test_a_workbook_says_the_same_as_text(here: Community) -> None:
    await here.files(description="=1+1")
    sheet = load_workbook(io.BytesIO((await taken(here, "xlsx")).content)).worksheets[0]
    header, row = list(sheet.iter_rows())
    told = {name.value: cell for name, cell in zip(header, row, strict=True)}
    assert (told["description"].value, told["description"].data_type) == ("'=1+1", "s")


async def test_asking_and_taking_stand_on_record(here: Community) -> None:
    await taken(here, "csv")
    (act,) = await here.service.sql("SELECT actor, reason, fields FROM audit WHERE action = 'export.asked'")
    (read,) = await here.service.sql("SELECT actor, reason, fields FROM access_log WHERE action = 'export.taken'")
    for row in (act, read):
        assert (row["actor"], row["reason"]) == (f"person:{here.secretary}", "季度总结")
        assert "description" in row["fields"]


async def test_nobody_takes_what_another_asked_for(here: Community) -> None:
    id_ = (await asked(here)).json()["id"]
    await here.service.fire()
    other = await here.service.person(uuid4(), [("secretary", "area", here.community)])
    assert (await other.get(f"/v1/exports/{id_}/file")).status_code == 404
    assert (await here.of(here.operator).get(f"/v1/exports/{id_}/file")).status_code == 403
    weak = await here.service.person(uuid4(), [("secretary", "area", here.community)], level="aal1")
    assert (await weak.post("/v1/exports", json={})).json()["code"] == "step_up"


async def test_it_is_gone_after_a_week_and_not_there_before_it_is_made(here: Community) -> None:
    id_ = (await asked(here)).json()["id"]
    url = f"/v1/exports/{id_}/file"
    assert (await here.of(here.secretary).get(url)).status_code == 409
    await here.service.fire()
    assert (await here.of(here.secretary).get(url)).status_code == 200
    await here.service.advance(days=8)
    assert (await here.of(here.secretary).get(url)).status_code == 410
    assert await here.service.sql("SELECT 1 FROM exports WHERE file_sealed IS NOT NULL AND id = $1", UUID(id_)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"format": "pdf"},
        {"filed_until": "2019-01-01T00:00:00Z"},
        {"filed_from": "0001-01-01T00:00:00+14:00"},
    ],
)
async def test_wrong_wishes_are_refused(here: Community, wrong: dict[str, str]) -> None:
    assert (await asked(here, **wrong)).status_code == 422
