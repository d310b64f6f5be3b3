"""C6: filing for somebody, with what the category asks and what looks like it."""

import json
from typing import Any
from uuid import uuid4

import httpx

from tests.console import answers
from tests.console.conftest import Browser, Console, Told

PLACE = str(uuid4())
MATTER = {"danger": "no", "description": "电梯又停了", "place": "3-2", "category": "elevator"}
QUESTIONS = [
    {"code": "floor_stuck", "label": "停在几楼", "datatype": "number", "required": True, "order": 1, "values": []},
    {"code": "who_inside", "label": "里面有谁", "datatype": "multivaluelist", "required": False, "order": 2,
     "values": [{"key": "child", "name": "孩子"}, {"key": "elder", "name": "老人"}]},
]  # fmt: skip


def an_intake(told: Told, *, similar: tuple[dict[str, Any], ...] = (), questions: tuple[Any, ...] = ()) -> Browser:
    place = {"area_id": PLACE, "name": "3栋", "community_id": str(answers.COMMUNITY), "names": ["东坪一村", "3栋"]}
    told.stubs["members"].says("/v1/places:parse", {"candidates": [place], "exact": PLACE, "parts": {}})
    category = {"code": "elevator", "label": "电梯", "questions": list(questions)}
    told.stubs["tickets"].says("/v1/categories", {"items": [category]}, "GET")
    told.stubs["tickets"].says("/v1/tickets:preview", {"category": "elevator", "similar": list(similar)})
    filed = {"id": str(uuid4()), "number": "20260302-01-00042-4", "state": "received"}
    told.stubs["tickets"].says("/v1/tickets", httpx.Response(201, json=filed))
    return told.operator()


def filed(told: Told) -> list[httpx.Request]:
    return [r for r in told.stubs["tickets"].asked if r.url.path == "/v1/tickets" and r.method == "POST"]


def a_similar() -> dict[str, Any]:
    return {"id": str(uuid4()), "number": "20260302-01-00041-6", "category": "elevator", "place": "东坪一村3栋",
            "state": "assigned", "filed_at": answers.NOW, "me_too": 2}  # fmt: skip


async def test_what_is_like_nothing_and_asks_nothing_is_filed_at_once(console: Console) -> None:
    told = await console()
    operator = an_intake(told)
    await operator.open("/intake")
    assert (await operator.send("/intake", MATTER)).status_code == 303
    (request,) = filed(told)
    assert "answers" not in json.loads(request.content)


async def test_cases_like_it_are_shown_once_and_then_it_is_filed_under_the_same_key(console: Console) -> None:
    told = await console()
    operator = an_intake(told, similar=(a_similar(),))
    await operator.open("/intake")
    page = await operator.send("/intake", MATTER)
    for words in ("是不是其中一件", "20260302-01-00041-6", "2 人", "电梯又停了"):
        assert words in page.text
    key = operator.hidden("/intake")["_key"]
    assert filed(told) == []
    assert (await operator.send("/intake", MATTER)).status_code == 303
    assert filed(told)[0].headers["idempotency-key"] == key


async def test_danger_waits_for_nothing(console: Console) -> None:
    told = await console()
    operator = an_intake(told, similar=(a_similar(),), questions=tuple(QUESTIONS))
    await operator.open("/intake")
    assert (await operator.send("/intake", MATTER | {"danger": "yes"})).status_code == 303
    assert len(filed(told)) == 1


async def test_the_questions_of_a_category_are_asked_and_answered_in_its_words(console: Console) -> None:
    told = await console()
    operator = an_intake(told, questions=tuple(QUESTIONS))
    await operator.open("/intake")
    page = await operator.send("/intake", MATTER)
    for words in ("停在几楼", "里面有谁", "老人"):
        assert words in page.text
    page = await operator.send("/intake", MATTER)
    assert page.status_code == 422
    assert 'href="#f-q-floor_stuck"' in page.text
    hidden = operator.hidden("/intake")
    form = hidden | MATTER | {"q-floor_stuck": "７", "q-who_inside": ["child", "elder"]}
    answer = await operator.http.post("/intake", data=form, headers={"sec-fetch-site": "same-origin"})
    assert answer.status_code == 303
    assert json.loads(filed(told)[0].content)["answers"] == {"floor_stuck": "7", "who_inside": ["child", "elder"]}


async def test_a_fault_of_an_answer_is_told_at_its_question(console: Console) -> None:
    told = await console()
    operator = an_intake(told, questions=tuple(QUESTIONS))
    fault = answers.problem(422, "answers_invalid", errors=[{"pointer": "/answers/floor_stuck", "code": "invalid"}])
    told.stubs["tickets"].says("/v1/tickets", httpx.Response(422, json=fault))
    await operator.open("/intake")
    await operator.send("/intake", MATTER)
    page = await operator.send("/intake", MATTER | {"q-floor_stuck": "seven"})
    assert page.status_code == 422
    assert 'href="#f-q-floor_stuck"' in page.text
    assert 'value="seven"' in page.text


async def test_a_look_ahead_that_does_not_answer_holds_nothing_up(console: Console) -> None:
    told = await console()
    operator = an_intake(told)
    told.stubs["tickets"].says("/v1/tickets:preview", httpx.Response(503, json=answers.problem(503, "busy")))
    told.stubs["tickets"].says("/v1/categories", httpx.Response(503, json=answers.problem(503, "busy")), "GET")
    await operator.open("/intake")
    assert (await operator.send("/intake", MATTER)).status_code == 303
