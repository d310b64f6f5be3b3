"""Finding cases, keeping a search, and one command on many."""

import json
from typing import Any

import httpx

from tests.console import answers
from tests.console.conftest import Console, Told, a_queue

VIEW = "0192f0c1-0000-7000-8000-0000000000a7"


def a_search(told: Told, *rows: dict[str, Any], **more: Any) -> None:
    a_queue(told)
    told.stubs["tickets"].says("/v1/saved-views", {"items": []}, "GET")
    told.stubs["tickets"].says("/v1/tickets:search", answers.listed(*rows, **more))


def asked(told: Told, path: str) -> list[dict[str, Any]]:
    return [json.loads(r.content) for r in told.stubs["tickets"].asked if r.url.path == path and r.method == "POST"]


async def test_words_of_both_scripts_are_posted_and_stand_in_no_address(console: Console) -> None:
    told = await console()
    a_search(told, answers.a_row())
    operator = told.operator()
    await operator.open("/search")
    page = await operator.send("/search", {"text": "电梯 lift", "building": "3-2", "filed_from": "2026-03-01",
                                           "filed_to": "2026-03-02", "tags": "回头客，急"})  # fmt: skip
    assert page.status_code == 200
    assert "20260302-01-00042-4" in page.text
    assert asked(told, "/v1/tickets:search") == [
        {"text": "电梯 lift", "building": "3-2", "filed_from": "2026-03-01T00:00:00+08:00",
         "filed_to": "2026-03-03T00:00:00+08:00", "tags": ["回头客", "急"], "limit": 50}
    ]  # fmt: skip
    assert not [r for r in told.stubs["tickets"].asked if "lift" in str(r.url)]


async def test_true_counts_and_the_next_page_asks_the_same_again(console: Console) -> None:
    told = await console()
    more = {"count": {"value": 1000, "relation": "at_least"}, "next": "cursor+/="}
    a_search(told, answers.a_row(), **more)
    operator = told.operator()
    await operator.open("/search")
    page = await operator.send("/search", {"text": "垃圾", "state": "assigned"})
    assert "1,000 件以上" in page.text
    assert 'name="cursor" value="cursor+/="' in page.text
    await operator.send("/search", {"text": "垃圾", "state": "assigned", "cursor": "cursor+/="})
    assert asked(told, "/v1/tickets:search")[-1]["cursor"] == "cursor+/="


async def test_how_a_place_was_read_is_told(console: Console) -> None:
    told = await console()
    a_search(told, place={"words": "3-2", "read": True, "building_ids": [str(answers.GROUP)]})
    operator = told.operator()
    await operator.open("/search")
    assert "地点读作 1 栋楼" in (await operator.send("/search", {"building": "3-2"})).text
    a_search(told, place={"words": "3-2", "read": False, "building_ids": []})
    assert "按文字找" in (await operator.send("/search", {"building": "3-2"})).text


async def test_a_search_that_cannot_be_is_told_at_its_field(console: Console) -> None:
    told = await console()
    a_search(told)
    fault = answers.problem(422, "nothing_to_seek", errors=[{"pointer": "/text", "code": "no_words"}])
    told.stubs["tickets"].says("/v1/tickets:search", httpx.Response(422, json=fault))
    operator = told.operator()
    await operator.open("/search")
    page = await operator.send("/search", {"text": "。。"})
    assert page.status_code == 422
    assert 'href="#f-text"' in page.text
    assert 'value="。。"' in page.text


async def test_a_search_is_kept_without_its_telephone_and_opened_again(console: Console) -> None:
    told = await console()
    a_search(told, answers.a_row())
    told.stubs["tickets"].says("/v1/saved-views", httpx.Response(201, json={"id": VIEW}))
    operator = told.operator()
    await operator.open("/search")
    await operator.send("/search", {"text": "电梯", "phone": "13800138000", "filed_to": "2026-03-02"})
    assert (await operator.send("/search/views", {"name": "电梯的事"})).status_code == 303
    (kept,) = asked(told, "/v1/saved-views")
    assert kept == {"name": "电梯的事", "filters": {"text": "电梯", "filed_to": "2026-03-03T00:00:00+08:00"}}
    views = {"items": [{"id": VIEW, "made_at": answers.NOW} | kept]}
    told.stubs["tickets"].says("/v1/saved-views", views, "GET")
    page = await operator.open("/search")
    assert "电梯的事" in page.text
    assert '<input type="hidden" name="filed_to" value="2026-03-02">' in page.text
    told.stubs["tickets"].says(f"/v1/saved-views/{VIEW}", httpx.Response(204), "DELETE")
    assert (await operator.send(f"/search/views/{VIEW}/remove", {})).status_code == 303


async def test_a_command_on_many_tells_what_came_of_each(console: Console) -> None:
    told = await console()
    first, second = answers.a_row(revision=3), answers.a_row(number="20260302-01-00043-2", revision=5)
    a_search(told, first, second)
    done = {"ticket_id": first["id"], "done": True, "code": None, "state": "assigned", "revision": 4}
    refused = {"ticket_id": second["id"], "done": False, "code": "stale", "state": None, "revision": None}
    told.stubs["tickets"].says("/v1/tickets:bulk", {"items": [done, refused]})
    operator = told.operator()
    await operator.open("/search")
    await operator.send("/search", {"text": "垃圾"})
    items = [f"{row['id']}:{row['revision']}:{row['number']}" for row in (first, second)]
    page = await _ticked(operator, "/bulk", {"verb": "assign"}, items)
    assert "2 件" in page.text
    page = await _ticked(operator, "/bulk/do", {"verb": "assign", "group_id": str(answers.GROUP), "reason": ""}, items)
    assert page.status_code == 200
    assert asked(told, "/v1/tickets:bulk") == [
        {"verb": "assign", "body": {"group_id": str(answers.GROUP)},
         "items": [{"ticket_id": first["id"], "revision": 3}, {"ticket_id": second["id"], "revision": 5}]}
    ]  # fmt: skip
    for words in ("成功 1 件", "被拒 1 件", "20260302-01-00043-2"):
        assert words in page.text


async def test_without_a_tick_or_what_the_command_needs_nothing_is_done(console: Console) -> None:
    told = await console()
    a_search(told, answers.a_row())
    operator = told.operator()
    await operator.open("/search")
    await operator.send("/search", {"text": "垃圾"})
    assert "没有选中的工单" in (await operator.send("/bulk", {"verb": "assign"})).text
    row = answers.a_row()
    item = f"{row['id']}:3:{row['number']}"
    page = await _ticked(operator, "/bulk/do", {"verb": "reject", "reason": ""}, [item])
    assert page.status_code == 422
    assert (await operator.send("/bulk", {"verb": "erase"})).status_code == 404
    assert (await _ticked(operator, "/bulk", {"verb": "start"}, ["nonsense", "1:x:2"])).text.count("没有选中") == 1
    assert asked(told, "/v1/tickets:bulk") == []


async def _ticked(operator: Any, path: str, fields: dict[str, str], items: list[str]) -> httpx.Response:
    """The form with several boxes of one name."""
    hidden = {name: value for name, value in operator.hidden(path).items() if name != "item"}
    same = {"sec-fetch-site": "same-origin"}
    operator.page = await operator.http.post(path, data=hidden | fields | {"item": items}, headers=same)
    page: httpx.Response = operator.page
    return page
