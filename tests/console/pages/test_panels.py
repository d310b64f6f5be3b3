"""One service away costs one panel, never a page."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from console.ask.client import Bulkhead, Unheard
from tests.console import answers
from tests.console.conftest import Console, a_case, a_queue

Answers = Callable[[httpx.Request], Any]


def away(_: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("refused")


def nonsense(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text="<html>a proxy speaks</html>")


def other_shape(_: httpx.Request) -> dict[str, str]:
    return {"items": "none"}


def busy(_: httpx.Request) -> httpx.Response:
    return httpx.Response(503, json=answers.problem(503, "busy"), headers={"retry-after": "2"})


def forbidden(_: httpx.Request) -> httpx.Response:
    return httpx.Response(403, json=answers.problem(403, "not_permitted"))


@pytest.mark.parametrize("answer", [away, nonsense, other_shape])
async def test_a_side_panel_without_its_service_is_a_calm_box_and_the_page_stands(
    console: Console, answer: Answers
) -> None:
    told = await console()
    a_queue(told, answers.a_row())
    operator = told.operator()
    told.stubs["notify"].says("/v1/messages", answer, "GET")
    page = await operator.open("/today")
    assert page.status_code == 200
    assert "短信服务暂时不可用" in page.text
    assert "20260302-01-00042-4" in page.text


@pytest.mark.parametrize("answer", [away, nonsense, busy])
async def test_the_main_panel_without_its_service_leaves_the_furniture_and_says_503(
    console: Console, answer: Answers
) -> None:
    told = await console()
    a_queue(told, answers.a_row())
    told.stubs["tickets"].says("/v1/tickets", answer, "GET")
    page = await told.operator().open("/tickets")
    assert page.status_code == 503
    assert page.headers["retry-after"].isdigit()
    assert "再试一次" in page.text
    assert 'aria-label="主导航"' in page.text


async def test_what_is_not_hers_says_who_can_grant_it(console: Console) -> None:
    told = await console()
    a_queue(told)
    told.stubs["tickets"].says("/v1/tickets", forbidden, "GET")
    page = await told.operator().open("/tickets")
    assert page.status_code == 200
    assert "社区书记或系统管理员可以授权" in page.text


async def test_not_there_and_not_hers_look_the_same(console: Console) -> None:
    told = await console()
    operator = told.operator()
    path = a_case(told, answers.a_ticket())
    gone = httpx.Response(404, json=answers.problem(404, "not_found"))
    told.stubs["tickets"].says(f"/v1{path}", gone, "GET")
    page = await operator.open(path)
    assert page.status_code == 404
    assert "没有找到,或不在您的范围内".replace(",", "，") in page.text


async def test_a_late_side_panel_is_sent_without_waiting_for_it(console: Console) -> None:
    told = await console(panel_side_ms=30)
    a_queue(told, answers.a_row())
    service = told.parts.services["notify"]

    async def late(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(5)
        return httpx.Response(200, json={})

    service.http = httpx.AsyncClient(transport=httpx.MockTransport(late), base_url="http://notify.test")
    page = await told.operator().open("/today")
    assert page.status_code == 200
    assert "短信服务比平时慢" in page.text
    assert 'id="failed" data-state="late"' in page.text


async def test_while_a_service_is_away_its_panels_fail_at_once_and_one_ask_looks_again(console: Console) -> None:
    told = await console()
    a_queue(told, answers.a_row())
    service = told.parts.services["notify"]
    service.mark(answering=False)
    service._probed_at = 1e12
    operator = told.operator()
    page = await operator.open("/today")
    assert "短信服务暂时不可用" in page.text
    assert told.stubs["notify"].asked == []
    service._probed_at = 0.0
    told.stubs["notify"].says("/v1/messages", answers.listed(), "GET")
    page = await operator.open("/today")
    assert "短信都已送达" in page.text
    assert service.away_since is None


async def test_a_read_is_repeated_once_after_a_cut_connection_and_a_command_never(console: Console) -> None:
    told = await console()
    tries: list[str] = []

    def cut(request: httpx.Request) -> httpx.Response:
        tries.append(request.method)
        raise httpx.ReadError("reset")

    service = told.parts.services["tickets"]
    service.http = httpx.AsyncClient(transport=httpx.MockTransport(cut), base_url="http://tickets.test")
    with pytest.raises(Unheard):
        await service.read("/v1/tickets", token=None, seconds=1)
    service.mark(answering=True)
    with pytest.raises(Unheard):
        await service.command("/v1/tickets", {}, token=None, key="k", seconds=1)
    assert tries == ["GET", "GET", "POST"]


async def test_beyond_its_places_a_service_is_busy_at_once() -> None:
    bulkhead = Bulkhead(1, 1)
    async with bulkhead.place("tickets"):
        waiting = asyncio.create_task(_in(bulkhead))
        await asyncio.sleep(0)
        with pytest.raises(Unheard, match="busy"):
            await _in(bulkhead)
    await waiting


async def _in(bulkhead: Bulkhead) -> None:
    async with bulkhead.place("tickets"):
        pass


async def test_the_health_strip_tells_who_is_stopped_and_who_is_behind(console: Console) -> None:
    told = await console()
    a_queue(told, answers.a_row())
    readers = {
        "readers": [{"reader": "funds", "lag": 12}, {"reader": "notify", "lag": 3}, {"reader": "funds", "lag": 1}]
    }
    for name, stub in told.stubs.items():
        stub.says("/readyz", {"ready": True}, "GET")
        stub.says("/operations/feeds", readers if name == "members" else {"readers": []}, "GET")
    told.stubs["notify"].says("/readyz", away, "GET")
    await told.parts.health.poll()
    page = await told.operator().open("/tickets")
    assert "追赶中 13" in page.text
    assert "停 " in page.text
    assert "待追 3 条" in page.text
