"""C4: the case, its conversation, and the moves tickets offers."""

import json

import httpx
import pytest

from tests.console import answers
from tests.console.conftest import Console, Told, a_case

ACCEPT = {"handler_id": ""}


def refuse(told: Told, ticket: dict[str, object], move: str, status: int, code: str, **more: object) -> None:
    answer = httpx.Response(status, json=answers.problem(status, code, **more))
    told.stubs["tickets"].says(f"/v1/tickets/{ticket['id']}:{move}", answer)


async def test_the_case_shows_its_words_its_clock_its_reason_and_its_place(console: Console) -> None:
    told = await console()
    page = await told.operator().open(a_case(told, answers.a_ticket()))
    for words in ("楼道垃圾没人收,灯也不亮", "还剩 4 小时", "这栋楼没有物业", "东坪一村3栋 2-12", "工作时间 4 小时"):
        assert words in page.text


async def test_buttons_come_from_what_tickets_offers(console: Console) -> None:
    told = await console()
    page = await told.operator().open(a_case(told, answers.a_ticket()))
    assert 'action="/tickets/' in page.text
    assert "/moves/accept" in page.text
    assert "/moves/resolve" not in page.text
    assert "请先记录和居民的联系" in page.text


async def test_one_conversation_holds_moves_notes_and_texts_in_the_order_of_time(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket()
    sent = answers.a_message(state="failed", reason="recipient", submitted_at="2026-03-02T05:00:00Z")
    path = a_case(told, ticket, sent)
    note = {"seq": 2, "type": "note", "actor_id": str(answers.PERSON), "at": "2026-03-02T04:00:00Z", "text": "明天再去"}
    told.stubs["tickets"].says(f"/v1/tickets/{ticket['id']}/timeline", answers.timeline(note), "GET")
    page = await told.operator().open(path)
    places = [page.text.index(words) for words in ("已登记", "明天再去", "受理通知", "号码不可用")]
    assert places == sorted(places)


async def test_without_notify_the_conversation_goes_on_and_says_so(console: Console) -> None:
    told = await console()
    path = a_case(told, answers.a_ticket())
    told.stubs["notify"].says("/v1/messages", httpx.Response(503, json=answers.problem(503, "busy")), "GET")
    page = await told.operator().open(path)
    assert page.status_code == 200
    assert "短信没有显示" in page.text
    assert "已登记" in page.text


async def test_a_move_goes_out_once_under_the_key_and_etag_of_the_form_and_comes_back_with_a_word(
    console: Console,
) -> None:
    told = await console()
    ticket = answers.a_ticket()
    path = a_case(told, ticket)
    told.stubs["tickets"].says(f"{'/v1' + path}:accept", {"id": ticket["id"], "state": "accepted", "revision": 4})
    operator = told.operator()
    await operator.open(path)
    form = operator.hidden(f"{path}/moves/accept")
    answer = await operator.send(f"{path}/moves/accept", ACCEPT)
    assert answer.status_code == 303
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path.endswith(":accept"))
    assert asked.headers["idempotency-key"] == form["_key"]
    assert asked.headers["if-match"] == '"3"'
    assert json.loads(asked.content) == {}
    page = await operator.open(path)
    assert "已接单,居民会收到通知".replace(",", "，") in page.text
    assert "居民会收到通知" not in (await operator.open(path)).text


async def test_a_refused_form_keeps_its_words_and_its_key(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket(actions=[{"name": "resolve", "allowed": True}])
    path = a_case(told, ticket)
    refuse(told, ticket, "resolve", 409, "contact_needed", possible_moves=["record_contact"])
    operator = told.operator()
    await operator.open(path)
    key = operator.hidden(f"{path}/moves/resolve")["_key"]
    page = await operator.send(f"{path}/moves/resolve", {"result": "换了灯泡 <b>"})
    assert page.status_code == 409
    for words in ("现在不能这样做", "请先记录和居民的联系", "记录联系", "换了灯泡 &lt;b&gt;", f'value="{key}"'):
        assert words in page.text
    assert "data-focus" in page.text


async def test_a_move_the_state_forbids_is_said_in_words(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket()
    path = a_case(told, ticket)
    refuse(told, ticket, "accept", 409, "cannot_accept_when_closed")
    operator = told.operator()
    await operator.open(path)
    assert "现在是“已结案”，不能“接单”" in (await operator.send(f"{path}/moves/accept", ACCEPT)).text


async def test_somebody_else_was_quicker_the_new_state_is_shown_and_the_own_words_stay(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket(actions=[{"name": "resolve", "allowed": True}])
    path = a_case(told, ticket)
    refuse(told, ticket, "resolve", 412, "stale", revision=5)
    operator = told.operator()
    await operator.open(path)
    ticket |= {"revision": 5, "state": "in_progress"}
    told.stubs["tickets"].says(f"/v1{path}", lambda _: httpx.Response(200, json=ticket, headers={"etag": '"5"'}), "GET")
    page = await operator.send(f"{path}/moves/resolve", {"result": "换了灯泡"})
    assert page.status_code == 412
    for words in ("刚刚有了变动", "办理中", "换了灯泡", 'name="_etag" value="&#34;5&#34;"'):
        assert words in page.text


async def test_a_second_factor_is_asked_in_place_and_then_the_same_act_is_done(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket()
    path = a_case(told, ticket)
    refuse(told, ticket, "accept", 403, "step_up")
    operator = told.operator()
    await operator.open(path)
    page = await operator.send(f"{path}/moves/accept", {"handler_id": str(answers.PERSON)})
    assert page.status_code == 403
    assert 'name="_totp"' in page.text
    assert f'name="handler_id" value="{answers.PERSON}"' in page.text
    told.stubs["members"].says("/v1/sessions/current:confirm", {"level": "aal2"})
    told.stubs["tickets"].says(f"/v1{path}:accept", {"id": ticket["id"], "state": "accepted", "revision": 4})
    again = operator.hidden(f"{path}/moves/accept") | {"_totp": "123456"}
    answer = await operator.send(f"{path}/moves/accept", again)
    assert answer.status_code == 303
    keys = {r.headers["idempotency-key"] for r in told.stubs["tickets"].asked if r.url.path.endswith(":accept")}
    assert len(keys) == 1


async def test_a_command_whose_answer_was_cut_off_may_be_pressed_again(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket()
    path = a_case(told, ticket)
    tries: list[str] = []

    def cut_once(request: httpx.Request) -> httpx.Response:
        tries.append(request.headers["idempotency-key"])
        if len(tries) == 1:
            raise httpx.ReadError("reset")
        return httpx.Response(200, json={"id": ticket["id"], "state": "accepted", "revision": 4})

    told.stubs["tickets"].says(f"/v1{path}:accept", cut_once)
    operator = told.operator()
    await operator.open(path)
    told.parts.services["tickets"]._probe_seconds = 0
    page = await operator.send(f"{path}/moves/accept", ACCEPT)
    assert page.status_code == 503
    assert "再按一次是安全的" in page.text
    answer = await operator.send(f"{path}/moves/accept", ACCEPT)
    assert answer.status_code == 303
    assert len(set(tries)) == 1


async def test_an_earlier_press_still_at_work_is_waited_for(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket()
    path = a_case(told, ticket)
    answered = [httpx.Response(409, json=answers.problem(409, "in_flight")),
                httpx.Response(200, json={"id": ticket["id"], "state": "accepted", "revision": 4})]  # fmt: skip
    told.stubs["tickets"].says(f"/v1{path}:accept", lambda _: answered.pop(0))
    operator = told.operator()
    await operator.open(path)
    assert (await operator.send(f"{path}/moves/accept", ACCEPT)).status_code == 303


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (422, "idempotency_key_reused", "这一条已经保存"),
        (403, "not_permitted", "不在您的权限内"),
        (429, "too_many", "秒后可以再试"),
        (503, "grants_unconfirmed", "现在很忙"),
        (500, "internal", "请求编号"),
    ],
)
async def test_each_answer_becomes_calm_words(console: Console, status: int, code: str, words: str) -> None:
    told = await console()
    ticket = answers.a_ticket()
    path = a_case(told, ticket)
    answer = httpx.Response(status, json=answers.problem(status, code), headers={"retry-after": "7"})
    told.stubs["tickets"].says(f"/v1{path}:accept", answer)
    operator = told.operator()
    await operator.open(path)
    page = await operator.send(f"{path}/moves/accept", ACCEPT)
    assert page.status_code == status
    assert words in page.text


async def test_a_fault_of_a_field_is_told_at_the_field(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket(actions=[{"name": "resolve", "allowed": True}])
    path = a_case(told, ticket)
    operator = told.operator()
    await operator.open(path)
    page = await operator.send(f"{path}/moves/resolve", {"result": "  "})
    assert page.status_code == 422
    assert 'id="f-resolve-result"' in page.text
    assert 'href="#f-resolve-result"' in page.text
    assert not [r for r in told.stubs["tickets"].asked if r.method == "POST"]


async def test_a_move_nobody_knows_is_not_found(console: Console) -> None:
    told = await console()
    path = a_case(told, answers.a_ticket())
    operator = told.operator()
    await operator.open(path)
    assert (await operator.send(f"{path}/moves/delete-everything", {})).status_code == 404


async def test_a_note_keeps_its_line_breaks_and_needs_no_etag(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket()
    path = a_case(told, ticket)
    told.stubs["tickets"].says(f"/v1{path}/notes", {"id": ticket["id"], "revision": 3})
    operator = told.operator()
    await operator.open(path)
    answer = await operator.send(f"{path}/moves/note", {"text": "一\r\n二\x00", "audience": "internal"})
    assert answer.status_code == 303
    asked = next(r for r in told.stubs["tickets"].asked if r.url.path.endswith("/notes"))
    assert json.loads(asked.content) == {"text": "一\n二", "audience": "internal"}
    assert "if-match" not in asked.headers


async def test_a_contact_is_told_once_and_the_days_stand_between(console: Console) -> None:
    told = await console()
    ticket = answers.a_ticket()
    path = a_case(told, ticket)
    at = "2026-03-03T04:00:00Z"
    move = {"seq": 2, "type": "move", "move": "record_contact", "at": at, "reason": "reached"}
    contact = {"type": "contact", "at": at, "reason": "reached"}
    told.stubs["tickets"].says(f"/v1{path}/timeline", answers.timeline(move, contact), "GET")
    page = await told.operator().open(path)
    assert page.text.count('class="about">联系上了') == 1
    assert page.text.count('class="turn-day"') == 2
