"""Disputes: begun, talked over, settled."""

import json
from typing import Any

import httpx

from tests.console import answers
from tests.console.conftest import Console, Told, a_case

OTHER = "0192f0c1-0000-7000-8000-0000000000e7"


def a_dispute(told: Told, mediation: dict[str, Any] | None = None) -> str:
    path = a_case(told, answers.a_ticket(reporter_id=OTHER))
    none = httpx.Response(404, json=answers.problem(404, "no_mediation"))
    told.stubs["tickets"].says(f"/v1{path}/mediation", mediation or none, "GET")
    return f"{path}/mediation"


def open_one(**changes: Any) -> dict[str, Any]:
    known = {"mediators": [str(answers.PERSON)], "parties": [str(answers.GROUP), OTHER], "state": "open",
             "opened_at": answers.NOW, "sessions": []}  # fmt: skip
    return known | changes


async def test_a_mediation_begins_with_those_who_were_ticked(console: Console) -> None:
    told = await console()
    path = a_dispute(told)
    told.stubs["tickets"].says(f"/v1{path}", httpx.Response(201, json={"id": OTHER, "state": "open"}))
    operator = told.operator()
    page = await operator.open(path)
    assert "还没有开始调解" in page.text
    form = operator.hidden(f"{path}/begin") | {
        "mediators": [str(answers.PERSON), OTHER],
        "parties": [str(answers.GROUP)],
    }
    same = {"sec-fetch-site": "same-origin"}
    assert (await operator.http.post(f"{path}/begin", data=form, headers=same)).status_code == 303
    asked = next(r for r in told.stubs["tickets"].asked if r.method == "POST")
    assert json.loads(asked.content) == {
        "mediators": [str(answers.PERSON), OTHER], "parties": [str(answers.GROUP)]
    }  # fmt: skip
    assert (await operator.send(f"{path}/begin", {"parties": OTHER})).status_code == 422


async def test_a_session_is_written_down_with_its_time_and_who_was_there(console: Console) -> None:
    told = await console()
    path = a_dispute(told, open_one())
    told.stubs["tickets"].says(f"/v1{path}/sessions", httpx.Response(201, json={"id": OTHER, "state": "open"}))
    operator = told.operator()
    page = await operator.open(path)
    assert "物业管理" in page.text
    fields = {"held_at": "2026-03-02T09:00", "present": OTHER, "minutes": "各让一步"}
    assert (await operator.send(f"{path}/session", fields)).status_code == 303
    asked = next(r for r in told.stubs["tickets"].asked if r.method == "POST")
    assert json.loads(asked.content) == fields | {"held_at": "2026-03-02T09:00:00+08:00", "present": [OTHER]}


async def test_a_settled_mediation_shows_what_was_agreed_and_takes_no_more(console: Console) -> None:
    told = await console()
    settled = open_one(state="settled", settled_at=answers.NOW, outcome="每周三让出活动室")
    page = await told.operator().open(a_dispute(told, settled))
    assert "每周三让出活动室" in page.text
    assert "/mediation/settle" not in page.text


async def test_a_refusal_is_told_and_the_words_are_kept(console: Console) -> None:
    told = await console()
    path = a_dispute(told, open_one())
    refused = httpx.Response(409, json=answers.problem(409, "mediation_is_settled"))
    told.stubs["tickets"].says(f"/v1{path}:settle", refused)
    operator = told.operator()
    await operator.open(path)
    page = await operator.send(f"{path}/settle", {"outcome": "握手言和"})
    assert page.status_code == 409
    assert ">握手言和</textarea>" in page.text
