"""C4: the forms of waiting, of more time, of people and of joining, as tickets takes them."""

import json
import re
from typing import Any

import httpx
import pytest

from console.pages.moves import BY_NAME
from tests.console import answers
from tests.console.conftest import Console, Told, a_case
from tests.console.refusals import ROOT


def offering(*names: str, **more: Any) -> dict[str, Any]:
    return answers.a_ticket(actions=[{"name": name, "allowed": True} for name in names], **more)


async def sent(told: Told, ticket: dict[str, Any], move: str, fields: dict[str, str]) -> dict[str, Any]:
    """The move pressed on the page, as tickets got it."""
    path = a_case(told, ticket)
    told.stubs["tickets"].says(f"/v1{path}:{move}", {"id": ticket["id"], "state": "in_progress", "revision": 4})
    operator = told.operator()
    await operator.open(path)
    answer = await operator.send(f"{path}/moves/{move.replace('-', '_')}", fields)
    assert answer.status_code == 303
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path.endswith(f":{move}"))
    body: dict[str, Any] = json.loads(asked.content)
    return body


@pytest.mark.parametrize(
    ("move", "fields", "body"),
    [
        ("wait-for-resident", {"until": "2026-03-05T17:00", "reason": "等她回家"},
         {"until": "2026-03-05T17:00:00+08:00", "reason": "等她回家"}),
        ("wait-for-external", {"until": "2026-03-05T17:00", "reason": "等电梯公司"},
         {"until": "2026-03-05T17:00:00+08:00", "reason": "等电梯公司"}),
        ("resume", {"words": "她回来了"}, {"words": "她回来了"}),
        ("ask-extension", {"minutes": "840", "reason": "零件没到"}, {"minutes": 840, "reason": "零件没到"}),
        ("retract", {}, {}),
        ("hand-over", {"handler_id": str(answers.PERSON), "note": "我休假"},
         {"handler_id": str(answers.PERSON), "note": "我休假"}),
        ("transfer", {"group_id": str(answers.GROUP), "reason": "归他们管"},
         {"group_id": str(answers.GROUP), "reason": "归他们管"}),
        ("add-cohandler", {"group_id": str(answers.GROUP), "what": "修灯", "required": "yes"},
         {"group_id": str(answers.GROUP), "what": "修灯", "required": True}),
        ("split", {"description": "灯也不亮", "title": "", "category": ""}, {"description": "灯也不亮"}),
        ("conclude", {"finding": "已经尽力"}, {"finding": "已经尽力"}),
        ("look-back", {"result": "holds", "words": ""}, {"result": "holds"}),
        ("unmerge", {}, {}),
    ],
)  # fmt: skip
async def test_a_move_goes_to_tickets_as_its_form_was_filled_in(
    console: Console, move: str, fields: dict[str, str], body: dict[str, Any]
) -> None:
    told = await console()
    assert await sent(told, offering(move), move, fields) == body


@pytest.mark.parametrize("move", ["wait-for-resident", "hand-over", "transfer", "ask-extension", "merge", "split"])
async def test_what_a_move_needs_is_asked_for_before_tickets_is(console: Console, move: str) -> None:
    told = await console()
    path = a_case(told, offering(move))
    operator = told.operator()
    await operator.open(path)
    page = await operator.send(f"{path}/moves/{move.replace('-', '_')}", {})
    assert page.status_code == 422
    assert "请填写" in page.text
    assert not [r for r in told.stubs["tickets"].asked if r.method == "POST"]


async def test_a_case_is_merged_into_the_one_of_a_number(console: Console) -> None:
    told = await console()
    other = answers.a_row(number="20260302-01-00043-2")
    ticket = offering("merge")
    path = a_case(told, ticket)
    told.stubs["tickets"].says("/v1/tickets", answers.listed(other), "GET")
    told.stubs["tickets"].says(f"/v1{path}:merge", {"id": ticket["id"], "state": "merged", "revision": 4})
    operator = told.operator()
    await operator.open(path)
    assert (await operator.send(f"{path}/moves/merge", {"into_id": other["number"]})).status_code == 303
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path.endswith(":merge"))
    assert json.loads(asked.content) == {"into_id": other["id"]}


async def test_the_secretary_decides_about_more_time_only_where_it_was_asked_for(console: Console) -> None:
    told = await console()
    ticket = offering("extend", "refuse-extension", state="in_progress")
    path = a_case(told, ticket)
    operator = told.operator()
    assert "/moves/extend" not in (await operator.open(path)).text
    asked = {"seq": 2, "type": "move", "move": "ask_extension", "at": answers.NOW, "actor_id": str(answers.PERSON),
             "details": {"minutes": 840, "no": 1}}  # fmt: skip
    told.stubs["tickets"].says(f"/v1{path}/timeline", answers.timeline(asked), "GET")
    clock = {"name": "resolve", "unit": "working", "due": "2026-03-09T06:30:00Z", "state": "running"}
    told.stubs["tickets"].says(f"/v1{path}/clock", {"as_of": answers.NOW, "clocks": [clock]}, "GET")
    page = await operator.open(path)
    assert "/moves/extend" in page.text
    assert "/moves/refuse_extension" in page.text
    assert "申请延期 2 个工作日" in page.text
    told.stubs["tickets"].says(
        f"/v1{path}/timeline", answers.timeline(asked, asked | {"seq": 3, "move": "refuse_extension"}), "GET"
    )
    assert "/moves/extend" not in (await operator.open(path)).text


async def test_a_clock_tells_every_stretch_and_what_did_not_count(console: Console) -> None:
    told = await console()
    path = a_case(told, answers.a_ticket())
    spans = [
        {"from": "2026-03-02T01:00:00Z", "to": "2026-03-02T03:00:00Z", "kind": "working", "minutes": 120},
        {"from": "2026-03-02T03:00:00Z", "to": "2026-03-03T01:00:00Z", "kind": "paused", "minutes": 1320},
        {"from": "2026-03-03T01:00:00Z", "to": "2026-03-03T02:00:00Z", "kind": "extended", "minutes": 60},
    ]
    clock = {"name": "resolve", "unit": "working", "start": "2026-03-02T01:00:00Z", "due": "2026-03-03T02:00:00Z",
             "state": "running", "spans": spans, "why_due": "办结时限"}  # fmt: skip
    told.stubs["tickets"].says(f"/v1{path}/clock", {"as_of": answers.NOW, "clocks": [clock]}, "GET")
    chinese = (await told.operator().open(path)).text
    assert "暂停，不计" in chinese
    assert "22 小时" in chinese
    english = (await told.operator(language="en").open(path)).text
    assert "1 h were added" in english
    assert "22 h of waiting do not count" in english


async def test_links_stand_with_their_states_and_can_be_undone(console: Console) -> None:
    told = await console()
    ticket = offering("unlink")
    path = a_case(told, ticket)
    child = {"type": "child_of", "direction": "from", "ticket_id": ticket["id"], "number": "20260302-01-00050-7",
             "kind": "complaint", "state": "in_progress"}  # fmt: skip
    other = child | {"type": "related", "direction": "to", "number": "20260302-01-00051-5"}
    told.stubs["tickets"].says(f"/v1{path}/links", {"items": [child, other], "as_of": answers.NOW}, "GET")
    page = await told.operator().open(path)
    assert "下属：" in page.text
    assert page.text.count("/moves/unlink") == 1
    assert 'value="20260302-01-00051-5"' in page.text


async def test_who_watches_may_stop_watching(console: Console) -> None:
    told = await console()
    operator = told.operator()
    page = await operator.open(a_case(told, answers.a_ticket()))
    assert "/moves/watch" in page.text
    ticket = answers.a_ticket(watchers=[str(answers.PERSON)])
    path = a_case(told, ticket)
    page = await operator.open(path)
    assert "/moves/unwatch" in page.text
    told.stubs["tickets"].says(f"/v1{path}:unwatch", {"id": ticket["id"], "state": "assigned", "revision": 3})
    assert (await operator.send(f"{path}/moves/unwatch", {})).status_code == 303
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path.endswith(":unwatch"))
    assert "if-match" not in asked.headers


def a_file(**changes: Any) -> dict[str, Any]:
    known = {"id": "0192f0c1-0000-7000-8000-0000000000f1", "media_type": "image/jpeg", "bytes": 10, "by_staff": False,
             "released": False, "round": 1, "uploaded_at": answers.NOW}  # fmt: skip
    return known | changes


async def test_a_photo_is_brought_in_and_put_to_its_case_under_one_key(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket()
    path = a_case(told, ticket)
    told.stubs["tickets"].says("/v1/attachments", httpx.Response(201, json=a_file()))
    told.stubs["tickets"].says(f"/v1{path}/attachments", {"items": [a_file()]})
    operator = told.operator()
    told.stubs["tickets"].says(f"/v1{path}/attachments", {"items": []}, "GET")
    await operator.open(path)
    hidden = operator.hidden(f"{path}/attachments")
    files = {"file": ("p.jpg", b"\xff\xd8 a photo", "image/jpeg")}
    same = {"sec-fetch-site": "same-origin"}
    answer = await operator.http.post(f"{path}/attachments", data=hidden, files=files, headers=same)
    assert answer.status_code == 303
    first, second = [r for r in told.stubs["tickets"].asked if r.method == "POST"]
    assert first.content == b"\xff\xd8 a photo"
    assert second.headers["idempotency-key"] == first.headers["idempotency-key"] + "-attach"
    assert json.loads(second.content) == {"attachment_ids": [a_file()["id"]]}


async def test_a_file_that_is_too_large_is_not_even_read(console: Console) -> None:
    told = await console()
    path = a_case(told, answers.a_ticket())
    operator = told.operator()
    await operator.open(path)
    files = {"file": ("p.jpg", b"0" * 10_100_000, "image/jpeg")}
    same = {"sec-fetch-site": "same-origin"}
    data = operator.hidden(f"{path}/attachments")
    answer = await operator.http.post(f"{path}/attachments", data=data, files=files, headers=same)
    assert answer.status_code == 413
    assert not [r for r in told.stubs["tickets"].asked if r.method == "POST"]


async def test_a_file_from_another_site_is_refused(console: Console) -> None:
    told = await console()
    path = a_case(told, answers.a_ticket())
    operator = told.operator()
    await operator.open(path)
    files = {"file": ("p.jpg", b"0", "image/jpeg")}
    answer = await operator.http.post(f"{path}/attachments", files=files, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert not [r for r in told.stubs["tickets"].asked if r.method == "POST"]


async def test_pictures_are_shown_and_only_the_desk_lets_neighbours_see_them(console: Console) -> None:
    told = await console()
    path = a_case(told, answers.a_ticket())
    told.stubs["tickets"].says(f"/v1{path}/attachments", {"items": [a_file()]}, "GET")
    page = await told.operator(("operator", "area", answers.COMMUNITY)).open(path)
    assert f'<img src="/files/{a_file()["id"]}"' in page.text
    assert "/release" in page.text
    told.parts.sessions.forget_person(answers.PERSON)
    page = await told.operator(("leader", "organization", answers.GROUP)).open(path)
    assert "/release" not in page.text
    picture = httpx.Response(200, content=b"\xff\xd8", headers={"content-type": "image/jpeg"})
    told.stubs["tickets"].says(f"/v1/attachments/{a_file()['id']}", picture, "GET")
    shown = await told.operator().open(f"/files/{a_file()['id']}")
    assert (shown.content, shown.headers["content-type"]) == (b"\xff\xd8", "image/jpeg")
    gone = httpx.Response(404, json=answers.problem(404, "attachment_unknown"))
    told.stubs["tickets"].says(f"/v1/attachments/{a_file()['id']}", gone, "GET")
    assert (await told.operator().open(f"/files/{a_file()['id']}")).status_code == 404


async def test_a_visit_is_planned_and_written_down(console: Console) -> None:
    told = await console()
    path = a_case(told, answers.a_ticket())
    visit = {"id": "0192f0c1-0000-7000-8000-0000000000a1", "round": 1, "planned_at": "2026-03-03T02:00:00Z"}
    told.stubs["tickets"].says(f"/v1{path}/visits", {"items": [visit]}, "GET")
    told.stubs["tickets"].says(f"/v1{path}/visits", httpx.Response(201, json=visit))
    told.stubs["tickets"].says(f"/v1{path}/visits/{visit['id']}:done", visit)
    operator = told.operator()
    page = await operator.open(path)
    assert "已安排" in page.text
    assert (await operator.send(f"{path}/visits", {"planned_at": "2026-03-04T09:30"})).status_code == 303
    await operator.open(path)
    assert (await operator.send(f"{path}/visits/{visit['id']}/done", {"result": ""})).status_code == 422
    assert (await operator.send(f"{path}/visits/{visit['id']}/done", {"result": "灯坏了"})).status_code == 303
    bodies = [json.loads(r.content) for r in told.stubs["tickets"].asked if r.method == "POST"]
    assert bodies == [{"planned_at": "2026-03-04T09:30:00+08:00"}, {"result": "灯坏了"}]


async def test_cases_that_may_be_the_same_stand_beside_the_case_once(console: Console) -> None:
    told = await console()
    building = "0192f0c1-0000-7000-8000-0000000000f7"
    ticket = answers.a_ticket(building_id=building)
    path = a_case(told, ticket)
    alike = answers.a_row(number="20260302-01-00044-0", building_id=building)
    other = answers.a_row(number="20260302-01-00045-8", building_id=building)
    told.stubs["tickets"].says("/v1/tickets", answers.listed(ticket, alike, other), "GET")
    similar = {"id": alike["id"], "number": alike["number"], "category": "sanitation", "building_id": building,
               "place": "", "state": "assigned", "filed_at": answers.NOW, "me_too": 0, "score": 0.8}  # fmt: skip
    told.stubs["tickets"].says(f"/v1{path}/similar", {"items": [similar], "as_of": answers.NOW}, "GET")
    page = await told.operator().open(path)
    assert page.text.count("可能是同一件") == 1
    assert page.text.count(alike["number"]) == 1
    assert page.text.count(other["number"]) == 1


async def test_a_member_who_lives_there_says_so_too_and_the_desk_does_not(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket()
    path = a_case(told, ticket)
    told.stubs["tickets"].says(f"/v1{path}:me-too", {"id": ticket["id"], "me_too": 1})
    assert "/moves/me_too" not in (await told.operator(("operator", "area", answers.COMMUNITY)).open(path)).text
    told.parts.sessions.forget_person(answers.PERSON)
    member = told.operator(("member", "organization", answers.GROUP))
    assert "/moves/me_too" in (await member.open(path)).text
    assert (await member.send(f"{path}/moves/me_too", {})).status_code == 303


def test_every_move_tickets_may_offer_has_its_form() -> None:
    source = (ROOT / "services" / "tickets" / "views" / "detail.py").read_text(encoding="utf-8")
    offered = set(re.findall(r'^    Move\.\w+: "([a-z-]+)",$', source, re.M))
    assert len(offered) > 30
    assert sorted(name for name in offered if name.replace("-", "_") not in BY_NAME) == []
