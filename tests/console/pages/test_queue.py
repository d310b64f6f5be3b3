"""C2: the list, its views, its filters, its live rows."""

import json

import httpx
import pytest

from tests.console import answers
from tests.console.conftest import Console, a_queue


async def test_a_row_shows_number_place_group_clock_and_status_in_words(console: Console) -> None:
    told = await console()
    a_queue(told, answers.a_row())
    page = await told.operator().open("/tickets")
    for words in ("20260302-01-00042-4", "东坪一村3栋", "物业管理", "还剩 4 小时", "已分派", "1 件", "待分派"):
        assert words in page.text


async def test_the_same_list_in_english(console: Console) -> None:
    told = await console()
    a_queue(told, answers.a_row())
    page = await told.operator(language="en").open("/tickets")
    assert 'lang="en"' in page.text
    for words in ("4 h left", "assigned", "1 ticket", "To assign"):
        assert words in page.text


async def test_the_address_is_the_query(console: Console) -> None:
    told = await console()
    a_queue(told, answers.a_row())
    await told.operator().open("/tickets?state=assigned&category=sanitation&limit=25")
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path == "/v1/tickets")
    assert dict(asked.url.params) == {"state": "assigned", "category": "sanitation", "limit": "25"}


async def test_a_view_is_its_worklist_with_a_live_count(console: Console) -> None:
    told = await console()
    a_queue(told, answers.a_row())
    page = await told.operator().open("/tickets?view=breached")
    assert any(r.url.path == "/v1/worklists/breached" for r in told.stubs["tickets"].asked)
    assert '已超时 <span class="count">1</span>' in page.text


async def test_a_thousand_and_more_is_told_as_such(console: Console) -> None:
    told = await console()
    a_queue(told, answers.a_row(), count={"value": 1000, "relation": "at_least"}, next="cursor+/=")
    page = await told.operator().open("/tickets?state=assigned")
    assert "1,000 件以上" in page.text
    assert "/tickets?state=assigned&amp;cursor=cursor%2B%2F%3D" in page.text


async def test_an_empty_list_says_what_it_is_for_and_a_filtered_one_how_to_clear(console: Console) -> None:
    told = await console()
    a_queue(told)
    operator = told.operator()
    assert "登记第一件" in (await operator.open("/tickets")).text
    assert "清除全部筛选" in (await operator.open("/tickets?state=closed")).text


async def test_names_of_people_come_in_one_question_and_without_them_the_page_stands(console: Console) -> None:
    told = await console()
    handlers = [str(answers.PERSON), "0192f0c1-0000-7000-8000-0000000000e2"]
    a_queue(told, *(answers.a_row(handler_id=one) for one in handlers))
    operator = told.operator()
    known = {"names": {handlers[0]: {"kind": "person", "name": "李**"}}}
    told.stubs["members"].says("/v1/names", known)
    page = await operator.open("/tickets")
    questions = [r for r in told.stubs["members"].asked if r.url.path == "/v1/names"]
    assert [json.loads(r.content)["ids"] for r in questions] == [handlers]
    assert "李**" in page.text
    assert "#00e2" in page.text
    told.stubs["members"].says("/v1/names", httpx.Response(503, json=answers.problem(503, "busy")))
    assert (await operator.open("/tickets")).status_code == 200


async def test_what_is_typed_into_any_field_of_a_ticket_stays_text(console: Console) -> None:
    told = await console()
    hostile = '"><script>alert(1)</script>'
    a_queue(told, answers.a_row(title=hostile, place=hostile, group_name=hostile))
    page = await told.operator().open("/tickets")
    assert "<script>alert" not in page.text
    assert page.text.count("&lt;script&gt;alert(1)") == 3


async def test_a_fragment_is_the_same_block_as_in_the_page_and_asks_nothing_else(console: Console) -> None:
    told = await console()
    a_queue(told, answers.a_row())
    operator = told.operator()
    whole = await operator.open("/tickets")
    told.stubs["tickets"].asked.clear()
    part = await operator.open("/tickets", **{"hx-request-type": "partial", "hx-target": "live-panel#queue"})
    assert part.text.strip().startswith('<live-panel id="queue"')
    assert part.text.strip() in whole.text
    assert {r.url.path for r in told.stubs["tickets"].asked} == {"/v1/tickets"}
    again = await operator.open(
        "/tickets",
        **{"hx-request-type": "partial", "hx-target": "live-panel#queue", "if-none-match": part.headers["etag"]},
    )
    assert again.status_code == 304


async def test_only_the_visible_rows_that_changed_are_asked_again(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket(state="accepted")
    a_queue(told)
    told.stubs["tickets"].says(f"/v1/tickets/{ticket['id']}", ticket, "GET")
    answer = await told.operator().open(f"/tickets/rows?ids={ticket['id']},not-an-id")
    assert f'<hx-partial hx-target="#row-{ticket["id"]}"' in answer.text
    assert "已接单" in answer.text


@pytest.mark.parametrize("ids", ["", "nonsense", ",,,"])
async def test_rows_of_nothing_are_nothing(console: Console, ids: str) -> None:
    told = await console()
    a_queue(told)
    assert (await told.operator().open(f"/tickets/rows?ids={ids}")).text.strip() == ""
