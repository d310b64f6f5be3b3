"""C4 beside its conversation: money, the list it was opened from, other tickets by number, paper."""

import json

import httpx

from tests.console import answers
from tests.console.conftest import Console, Told, a_case

ACCEPT = {"handler_id": ""}


def money(told: Told, *items: dict[str, object]) -> None:
    told.stubs["funds"].says("/v1/applications", {"items": list(items), "as_of": answers.NOW}, "GET")
    told.stubs["funds"].says("/v1/funds", {"items": [{"id": str(answers.GROUP), "name": "中一路社区公益基金"}]}, "GET")


async def test_the_money_of_the_case_is_read_only_and_in_whole_cents(console: Console) -> None:
    told = await console()
    path = a_case(told, answers.a_ticket(kind="need"))
    money(told, {"id": str(answers.PERSON), "fund_id": str(answers.GROUP), "category": "hardship", "state": "deciding",
                 "asked_fen": 80005, "proposed_fen": 75000, "waiting": "not_enough_available"})  # fmt: skip
    page = await told.operator().open(path)
    for words in ("困难帮扶", "审批中", "¥800.05", "¥750.00", "中一路社区公益基金"):
        assert words in page.text
    assert [one.method for one in told.stubs["funds"].asked] == ["GET", "GET"]


async def test_without_a_duty_in_the_fund_the_panel_says_whose_it_is(console: Console) -> None:
    told = await console()
    path = a_case(told, answers.a_ticket())
    refused = httpx.Response(403, json=answers.problem(403, "duty_missing"))
    told.stubs["funds"].says("/v1/applications", refused, "GET")
    page = await told.operator().open(path)
    assert page.status_code == 200
    assert "在基金里有职责的人" in page.text


async def test_a_ticket_opened_from_a_list_leads_on_through_it_and_back(console: Console) -> None:
    told = await console()
    first, ticket, last = answers.a_row(), answers.a_ticket(), answers.a_row()
    path = a_case(told, ticket)
    told.stubs["tickets"].says("/v1/worklists/mine", answers.listed(first, ticket, last), "GET")
    operator = told.operator()
    queue = await operator.open("/tickets?view=mine")
    assert f'href="/tickets/{ticket["id"]}?list=view%3Dmine"' in queue.text
    page = await operator.open(f"{path}?list=view%3Dmine")
    assert f'rel="prev" href="/tickets/{first["id"]}?list=view%3Dmine"' in page.text
    assert f'rel="next" href="/tickets/{last["id"]}?list=view%3Dmine"' in page.text
    assert f'href="/tickets?view=mine#row-{ticket["id"]}"' in page.text
    told.stubs["tickets"].says(f"/v1{path}:accept", {"id": ticket["id"], "state": "accepted", "revision": 4})
    assert (await operator.send(f"{path}/moves/accept", ACCEPT)).headers["location"] == f"{path}?list=view%3Dmine"


async def test_a_ticket_that_has_left_its_list_is_followed_by_the_first_of_it(console: Console) -> None:
    told = await console()
    path = a_case(told, answers.a_ticket())
    first = answers.a_row()
    told.stubs["tickets"].says("/v1/worklists/unassigned", answers.listed(first), "GET")
    page = await told.operator().open(f"{path}?list=view%3Dunassigned")
    assert f'rel="next" href="/tickets/{first["id"]}?list=view%3Dunassigned"' in page.text
    assert 'rel="prev"' not in page.text


async def test_another_ticket_is_named_by_its_number(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket(actions=[{"name": "link", "allowed": True}])
    path, other = a_case(told, ticket), answers.a_row(number="20260302-01-00007-1")
    told.stubs["tickets"].says("/v1/tickets", answers.listed(other), "GET")
    told.stubs["tickets"].says(f"/v1{path}:link", {"id": ticket["id"], "state": "assigned", "revision": 4})
    operator = told.operator()
    await operator.open(path)
    fields = {"to_id": "20260302-01-00007-1", "type": "related"}
    assert (await operator.send(f"{path}/moves/link", fields)).status_code == 303
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path.endswith(":link"))
    assert json.loads(asked.content) == {"to_id": other["id"], "type": "related"}
    told.stubs["tickets"].says("/v1/tickets", answers.listed(), "GET")
    await operator.open(path)
    page = await operator.send(f"{path}/moves/link", fields)
    assert page.status_code == 422
    assert "没有这个编号的工单" in page.text


async def test_only_the_move_that_the_state_waits_for_stands_open(console: Console) -> None:
    told = await console()
    again = answers.a_ticket(actions=[{"name": "assign", "allowed": True}])
    assert '<details class="do" >' in (await told.operator().open(a_case(told, again))).text
    new = answers.a_ticket(actions=[{"name": "assign", "allowed": True}], state="received", group_id=None)
    assert '<details class="do" open>' in (await told.operator().open(a_case(told, new))).text


async def test_paper_says_what_it_is_of_where_and_when(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket()
    page = await told.operator().open(a_case(told, ticket))
    head = page.text.partition('class="paper-head"')[2].partition("</p>")[0]
    for words in (ticket["number"], "东山坪社区", "打印于", "赵欣"):
        assert words in head
