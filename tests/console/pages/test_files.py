"""C13: files in and out."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.console import answers
from tests.console.conftest import Browser, Console, Told

ONE = str(uuid4())
SAME = {"sec-fetch-site": "same-origin"}
WANTED = {"community_id": str(answers.COMMUNITY), "filed_from": "2026-01-01", "filed_to": "2026-01-31",
          "format": "xlsx", "reason": "年度汇报"}  # fmt: skip


def an_import(**changes: Any) -> dict[str, Any]:
    known = {"id": ONE, "state": "uploaded", "layout": "12345", "reason": "", "rows_expected": 200, "rows_read": 50,
             "made": 40, "duplicates": 7, "failed": 3, "rows_per_second": 25.0, "seconds_left": 6.0,
             "made_at": answers.NOW, "activated_at": None}  # fmt: skip
    return known | changes


def keeping(told: Told, *imports: dict[str, Any]) -> Browser:
    areas = {"items": [{"id": str(answers.COMMUNITY), "name": "东山坪社区", "kind": "community"}]}
    told.stubs["members"].says("/v1/areas", areas, "GET")
    told.stubs["tickets"].says("/v1/imports", {"items": list(imports)}, "GET")
    told.stubs["tickets"].says("/v1/exports", {"items": []}, "GET")
    return told.operator()


def posted(told: Told) -> list[httpx.Request]:
    return [r for r in told.stubs["tickets"].asked if r.method == "POST"]


async def test_a_file_goes_whole_to_its_owner(console: Console) -> None:
    told = await console()
    operator = keeping(told)
    told.stubs["tickets"].says("/v1/imports", httpx.Response(202, json=an_import()))
    await operator.open("/imports")
    form = operator.hidden("/imports") | {"community_id": str(answers.COMMUNITY)}
    files = {"file": ("old.csv", "编号,内容\n1,灯坏了\n".encode(), "text/csv")}
    assert (await operator.http.post("/imports", data=form, files=files, headers=SAME)).status_code == 303
    (request,) = posted(told)
    assert request.content == "编号,内容\n1,灯坏了\n".encode()
    assert dict(request.url.params) == {"community_id": str(answers.COMMUNITY)}


async def test_without_a_file_it_is_asked_for(console: Console) -> None:
    told = await console()
    operator = keeping(told)
    await operator.open("/imports")
    form = operator.hidden("/imports") | {"community_id": str(answers.COMMUNITY)}
    answer = await operator.http.post("/imports", data=form, files={"file": ("", b"")}, headers=SAME)
    assert answer.status_code == 422
    assert posted(told) == []


@pytest.mark.parametrize(
    ("state", "offered"),
    [("uploaded", "start"), ("running", "pause"), ("paused", "resume"), ("done", "activate"), ("failed", None)],
)
async def test_an_import_offers_only_what_its_state_takes(console: Console, state: str, offered: str | None) -> None:
    told = await console()
    page = await keeping(told, an_import(state=state)).open("/imports")
    for verb in ("start", "pause", "resume", "activate"):
        assert (f"/imports/{ONE}/{verb}" in page.text) == (verb == offered)


async def test_its_progress_and_the_rows_that_failed_can_be_seen(console: Console) -> None:
    told = await console()
    operator = keeping(told, an_import(state="running"))
    page = await operator.open("/imports")
    for words in ("第 50 行，共 200 行", "新增 40", "重复 7", "失败 3", 'width="25.0"'):
        assert words in page.text
    lines = httpx.Response(200, content=b"row,column\n3,phone\n", headers={"content-type": "text/csv"})
    told.stubs["tickets"].says(f"/v1/imports/{ONE}/errors.csv", lines, "GET")
    answer = await operator.open(f"/imports/{ONE}/errors.csv")
    assert answer.text == "row,column\n3,phone\n"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_an_export_needs_its_reason_and_the_second_factor_again(console: Console) -> None:
    told = await console()
    operator = keeping(told)
    await operator.open("/exports")
    assert (await operator.send("/exports", WANTED | {"reason": ""})).status_code == 422
    told.stubs["tickets"].says("/v1/exports", httpx.Response(403, json=answers.problem(403, "step_up")))
    page = await operator.send("/exports", WANTED)
    assert 'name="_totp"' in page.text
    told.stubs["members"].says("/v1/sessions/current:confirm", {"level": "aal2"})
    told.stubs["tickets"].says("/v1/exports", httpx.Response(202, json={"id": ONE}))
    assert (await operator.send("/exports", {"_totp": "123456"})).status_code == 303
    first, second = posted(told)
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert json.loads(second.content) == {
        "community_id": str(answers.COMMUNITY), "reason": "年度汇报", "format": "xlsx",
        "filed_from": "2026-01-01T00:00:00+08:00", "filed_until": "2026-02-01T00:00:00+08:00",
    }  # fmt: skip


async def test_a_finished_export_is_taken_and_an_unfinished_one_waits(console: Console) -> None:
    told = await console()
    operator = keeping(told)
    done = {"id": ONE, "state": "done", "format": "csv", "rows": 12, "made_at": answers.NOW}
    told.stubs["tickets"].says("/v1/exports", {"items": [done, done | {"id": str(uuid4()), "state": "waiting"}]}, "GET")
    page = await operator.open("/exports")
    assert page.text.count("/file") == 1
    file = httpx.Response(200, content=b"a,b\n", headers={"content-type": "text/csv"})
    told.stubs["tickets"].says(f"/v1/exports/{ONE}/file", file, "GET")
    assert (await operator.open(f"/exports/{ONE}/file")).content == b"a,b\n"
