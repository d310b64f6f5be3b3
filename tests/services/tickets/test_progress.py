"""What moves a case on, or lets it wait."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.services.tickets.community import Community


async def now(here: Community) -> datetime:
    found: datetime = (await here.service.sql("SELECT now() + shift AS now FROM clock"))[0]["now"]
    return found


async def working(here: Community, **body: Any) -> dict[str, Any]:
    """A ticket in progress; the member handles it."""
    ticket = await here.move(here.leader, await here.files(**body), "accept", handler_id=str(here.member))
    ticket = await here.move(here.member, ticket, "record-contact", result="reached")
    return await here.move(here.member, ticket, "start")


async def clock_of(here: Community, ticket: dict[str, Any], name: str = "resolve") -> dict[str, Any]:
    view = (await here.of(here.leader).get(f"/v1/tickets/{ticket['id']}/clock")).json()
    return next(each for each in view["clocks"] if each["name"] == name)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


async def waits(here: Community, ticket: dict[str, Any], hours: float = 10) -> dict[str, Any]:
    until = (await now(here) + timedelta(hours=hours)).isoformat()
    return await here.move(here.member, ticket, "wait-for-resident", reason="请提供门牌照片", until=until)


# Waiting ---------------------------------------------------------------------------------------------------------


async def test_waiting_does_not_count_and_ends_by_itself_on_the_day_named(here: Community) -> None:
    ticket = await working(here, category="water")
    before = at((await clock_of(here, ticket))["due"])
    ticket = await waits(here, ticket)
    assert ticket["state"] == "waiting_resident"
    assert round((at((await clock_of(here, ticket))["due"]) - before) / timedelta(minutes=1)) == 600
    await here.service.advance(hours=10)
    assert (await here.see(ticket))["state"] == "in_progress"
    (paused,) = await here.service.data("tickets.ticket_paused.v1")
    (resumed,) = await here.service.data("tickets.ticket_resumed.v1")
    assert (paused["reason"], resumed["cause"]) == ("wait_for_resident", "day")
    clock = await clock_of(here, ticket)
    assert round((at(clock["due"]) - before) / timedelta(minutes=1)) == 600
    assert sum(each["minutes"] for each in clock["spans"] if each["kind"] == "paused") == 600
    assert "暂停600分钟不计" in clock["why_due"]


async def test_the_word_of_the_resident_ends_it_at_once(here: Community) -> None:
    ticket = await waits(here, await working(here, category="water"))
    answer = await here.of(here.resident).post(f"/v1/tickets/{ticket['id']}/notes", json={"text": "3栋2单元"})
    assert answer.status_code == 201
    assert (await here.see(ticket))["state"] == "in_progress"
    (resumed,) = await here.service.data("tickets.ticket_resumed.v1")
    assert resumed["cause"] == "word"
    await here.service.advance(hours=11)
    assert len(await here.service.data("tickets.ticket_resumed.v1")) == 1


async def test_a_note_of_the_handler_ends_no_waiting(here: Community) -> None:
    ticket = await waits(here, await working(here, category="water"))
    await here.of(here.member).post(f"/v1/tickets/{ticket['id']}/notes", json={"text": "打过电话"})
    assert (await here.see(ticket))["state"] == "waiting_resident"


async def test_no_more_is_waited_than_the_budget(here: Community) -> None:
    ticket = await waits(here, await working(here), hours=24 * 60)
    for _ in range(20):
        await here.service.advance(hours=24)
    seen = await here.see(ticket)
    assert seen["state"] == "in_progress"
    (resumed,) = await here.service.data("tickets.ticket_resumed.v1")
    assert resumed["cause"] == "budget"
    until = (await now(here) + timedelta(hours=5)).isoformat()
    refused = await here.try_move(here.member, seen, "wait-for-external", reason="等物业", until=until)
    assert (refused.status_code, refused.json()["code"]) == (409, "pause_budget_used")


async def test_a_day_in_the_past_is_no_day_to_wait_for(here: Community) -> None:
    refused = await here.try_move(
        here.member, await working(here), "wait-for-external", reason="x", until="2020-01-01T00:00:00Z"
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "until_impossible")


# More time -------------------------------------------------------------------------------------------------------


async def test_more_time_is_asked_by_the_leader_and_granted_by_the_secretary(here: Community) -> None:
    ticket = await working(here, category="water")
    before = at((await clock_of(here, ticket))["due"])
    ticket = await here.move(here.leader, ticket, "ask-extension", minutes=300, reason="等配件")
    assert at((await clock_of(here, ticket))["due"]) == before
    again = await here.try_move(here.leader, ticket, "ask-extension", minutes=300, reason="等配件")
    assert again.json()["code"] == "extension_undecided"
    ticket = await here.move(here.secretary, ticket, "extend", reason="配件明天到")
    clock = await clock_of(here, ticket)
    assert at(clock["due"]) - before == timedelta(minutes=300)
    assert sum(each["minutes"] for each in clock["spans"] if each["kind"] == "extended") == 300
    notes = (await here.of(here.resident).get(f"/v1/tickets/{ticket['id']}/notes")).json()["items"]
    assert "配件明天到" in [each["text"] for each in notes]
    (extended,) = await here.service.data("tickets.ticket_extended.v1")
    assert at(extended["resolve_due_at"]) == at(clock["due"])


async def test_more_than_the_limit_itself_and_more_than_twice_is_not_asked_for(here: Community) -> None:
    ticket = await working(here, category="water")
    refused = await here.try_move(here.leader, ticket, "ask-extension", minutes=1_441, reason="x")
    assert (refused.status_code, refused.json()["code"]) == (422, "extension_too_long")
    for verb in ("extend", "refuse-extension"):
        ticket = await here.move(here.leader, ticket, "ask-extension", minutes=60, reason="x")
        ticket = await here.move(here.secretary, ticket, verb, reason="x")
    refused = await here.try_move(here.leader, ticket, "ask-extension", minutes=60, reason="x")
    assert refused.json()["code"] == "extensions_used_up"
    refused = await here.try_move(here.secretary, ticket, "extend")
    assert refused.json()["code"] == "no_extension_asked"


async def test_what_is_undecided_when_the_limit_ends_is_refused(here: Community) -> None:
    ticket = await working(here, category="water")
    await here.move(here.leader, ticket, "ask-extension", minutes=60, reason="x")
    await here.service.advance(hours=25)
    (refused,) = await here.service.data("tickets.extension_refused.v1")
    assert refused["reason"] == "undecided"
    late = await here.try_move(here.leader, await here.see(ticket), "ask-extension", minutes=60, reason="x")
    assert late.json()["code"] == "asked_too_late"


# Who does it -----------------------------------------------------------------------------------------------------


async def test_it_is_handed_over_within_the_group_to_somebody_who_is_there_and_has_room(here: Community) -> None:
    ticket = await working(here)
    stranger = await here.try_move(here.leader, ticket, "hand-over", handler_id=str(here.help_leader), note="x")
    assert (stranger.status_code, stranger.json()["code"]) == (422, "handler_not_in_group")
    ticket = await here.move(here.leader, ticket, "hand-over", handler_id=str(here.leader), note="我来办")
    assert ticket["handler_id"] == str(here.leader)
    await leave(here, here.member)
    away = await here.try_move(here.leader, ticket, "hand-over", handler_id=str(here.member), note="x")
    assert (away.status_code, away.json()["code"]) == (409, "on_leave")


async def leave(here: Community, person: UUID, state: str = "paused") -> None:
    """Her membership rests for a while, or goes on."""
    await here.membership(here.property_group, person, state)


async def test_nobody_accepts_while_she_is_on_leave(here: Community) -> None:
    filed = await here.files()
    await leave(here, here.member)
    refused = await here.try_move(here.leader, filed, "accept", handler_id=str(here.member))
    assert (refused.status_code, refused.json()["code"]) == (409, "on_leave")
    await leave(here, here.member, "active")
    assert (await here.move(here.leader, filed, "accept", handler_id=str(here.member)))["state"] == "accepted"


async def settle(here: Community, **settings: Any) -> None:
    url = f"/v1/groups/{here.property_group}/workload"
    revision = (await here.of(here.leader).get(url)).json()["revision"]
    answer = await here.of(here.leader).patch(url, json=settings, headers={"If-Match": f'"{revision}"'})
    assert answer.status_code == 200, answer.text


async def test_a_member_accepts_where_her_group_allows_it(here: Community) -> None:
    filed = await here.files()
    assert (await here.try_move(here.member, filed, "accept")).status_code == 403
    await settle(here, cap=8, members_accept=True)
    refused = await here.try_move(here.member, filed, "accept", handler_id=str(here.leader))
    assert refused.status_code == 403
    assert (await here.move(here.member, filed, "accept"))["handler_id"] == str(here.member)


async def test_whom_the_leader_might_name_is_whoever_has_the_least_to_do(here: Community) -> None:
    third = uuid4()
    await here.membership(here.property_group, third)
    await working(here)
    filed = await here.files()
    answer = (await here.of(here.leader).get(f"/v1/tickets/{filed['id']}/suggested-handlers")).json()
    found = [(each["person_id"], each["open"]) for each in answer["items"]]
    assert found[-1] == (str(here.member), 1)
    assert {person for person, _ in found} == {str(here.member), str(here.leader), str(third)}
    await settle(here, cap=1)
    answer = (await here.of(here.leader).get(f"/v1/tickets/{filed['id']}/suggested-handlers")).json()
    assert str(here.member) not in [each["person_id"] for each in answer["items"]]


async def test_the_secretary_transfers_and_the_clock_goes_on(here: Community) -> None:
    ticket = await waits(here, await working(here, category="water"), hours=5)
    due = (await here.service.sql("SELECT accept_due_at FROM tickets"))[0]["accept_due_at"]
    same = {"group_id": str(here.property_group), "reason": "x"}
    assert (await here.try_move(here.secretary, ticket, "transfer", **same)).json()["code"] == "group_has_it_already"
    ticket = await here.move(here.secretary, ticket, "transfer", group_id=str(here.help_group), reason="更合适")
    assert (ticket["state"], ticket["group_id"], ticket["handler_id"]) == ("assigned", str(here.help_group), None)
    assert (await here.service.sql("SELECT accept_due_at FROM tickets"))[0]["accept_due_at"] == due
    (transferred,) = await here.service.data("tickets.ticket_transferred.v1")
    assert transferred["first_group_id"] == str(here.property_group)
    rows = (await here.of(here.secretary).get(f"/v1/tickets/{ticket['id']}/assignments")).json()["items"]
    assert rows[-1]["explanation"] == "社区书记转派给邻里互助"


async def test_a_helping_group_gets_a_case_of_its_own_and_a_required_one_comes_first(here: Community) -> None:
    ticket = await working(here)
    answer = await here.move(
        here.leader, ticket, "add-cohandler", group_id=str(here.help_group), required=True, what="请协助搬运"
    )
    child = await here.see({"id": answer["child_id"]})
    assert (child["state"], child["group_id"]) == ("assigned", str(here.help_group))
    refused = await here.try_move(here.member, answer, "resolve", result="办好")
    assert (refused.status_code, refused.json()["code"]) == (409, "child_open")
    assert refused.json()["missing"] == [child["number"]]
    twice = await here.try_move(here.leader, answer, "add-cohandler", group_id=str(here.help_group))
    assert twice.json()["code"] == "group_helps_already"
    child = await here.move(here.help_leader, child, "accept")
    await here.move(here.help_leader, child, "resolve", result="已协助")
    assert (await here.move(here.member, answer, "resolve", result="办好"))["state"] == "resolved"
    rows = await here.service.sql("SELECT DISTINCT correlation FROM tickets")
    assert len(rows) == 1
    await here.service.advance(hours=30)
    assert {each["ticket_id"] for each in await here.service.data("tickets.follow_up_asked.v1")} == {ticket["id"]}


# Ways out --------------------------------------------------------------------------------------------------------


async def test_a_result_is_taken_back_before_anybody_was_asked(here: Community) -> None:
    ticket = await here.move(here.leader, await here.resolved(), "retract")
    assert ticket["state"] == "in_progress"
    await here.service.advance(hours=30)
    assert await here.service.data("tickets.follow_up_asked.v1") == []
    clock = await clock_of(here, ticket)
    assert clock["met_at"] is None
    asked = await here.asked()
    assert (await here.try_move(here.leader, asked, "retract")).json()["code"] == "cannot_retract_when_following_up"


async def test_the_resident_asks_again_once_a_day(here: Community) -> None:
    ticket = await here.move(here.resident, await here.files(), "nudge")
    again = await here.try_move(here.resident, ticket, "nudge")
    assert (again.status_code, again.json()["code"]) == (409, "nudged_today")
    await here.service.advance(hours=24)
    assert (await here.try_move(here.resident, await here.see(ticket), "nudge")).status_code == 200
    assert len(await here.service.data("tickets.ticket_nudged.v1")) == 2


async def in_round_three(here: Community) -> dict[str, Any]:
    ticket = await here.resolved()
    ticket = await here.move(here.resident, ticket, "answer", round=1, answer="unsolved")
    for verb, body in (("accept", {}), ("record-contact", {"result": "reached"}), ("resolve", {"result": "再清"})):
        ticket = await here.move(here.leader, ticket, verb, **body)
    return await here.move(here.resident, ticket, "answer", round=2, answer="unsolved")


async def test_after_two_rounds_in_vain_the_secretary_may_conclude(here: Community) -> None:
    first = await here.files()
    early = await here.try_move(here.secretary, first, "conclude", finding="无法解决")
    assert (early.status_code, early.json()["code"]) == (409, "too_early_to_conclude")
    ticket = await in_round_three(here)
    empty = await here.try_move(here.secretary, ticket, "conclude", finding=" ")
    assert empty.status_code == 422
    ticket = await here.move(here.secretary, ticket, "conclude", finding="产权单位已注销, 无法修缮")
    assert ticket["state"] == "closed"
    assert (await here.see(ticket))["outcome"] == "unsolved"
    rows = await here.service.sql("SELECT solved, answered_by FROM follow_ups WHERE round = 3")
    assert [(row["solved"], row["answered_by"]) for row in rows] == [("unsolved", "secretary")]
    notes = (await here.of(here.resident).get(f"/v1/tickets/{ticket['id']}/notes")).json()["items"]
    assert "产权单位已注销, 无法修缮" in [each["text"] for each in notes]


async def test_a_refusal_is_objected_to_once_and_decided_by_somebody_else(here: Community) -> None:
    filed = await here.files()
    ticket = await here.move(here.secretary, filed, "reject", reason="not_ours", sentence="不归我们管")
    own = await here.try_move(here.secretary, ticket, "reopen", reason="再想想")
    assert (own.status_code, own.json()["code"]) == (409, "not_independent")
    ticket = await here.move(here.resident, ticket, "reopen", reason="就在我们楼下")
    assert (ticket["state"], ticket["round"], ticket["group_id"]) == ("received", 2, None)
    again = await here.try_move(here.secretary, ticket, "reject", reason="not_ours", sentence="不归")
    assert (again.status_code, again.json()["code"]) == (409, "not_independent")
    ticket = await here.move(here.operator, ticket, "reject", reason="not_ours", sentence="确实不归")
    twice = await here.try_move(here.resident, ticket, "reopen", reason="还是不服")
    assert twice.json()["code"] == "objected_already"


async def test_praise_is_acknowledged_and_nobody_is_asked(here: Community) -> None:
    filed = await here.files(kind="praise", description="楼长很热心")
    refused = await here.try_move(here.leader, filed, "accept")
    assert refused.json()["code"] == "cannot_accept_when_assigned"
    ticket = await here.move(here.leader, filed, "acknowledge", words="谢谢您")
    assert (await here.see(ticket))["outcome"] == "thanked"
    await here.service.advance(hours=30)
    assert await here.service.data("tickets.follow_up_asked.v1") == []


async def test_the_desk_answers_a_question_and_asks_once(here: Community) -> None:
    await here.service.sql("UPDATE coverage SET state = 'ended'")
    filed = await here.files(kind="inquiry", description="几点开门", building_id=str(here.managed_building))
    assert filed["state"] == "received"
    ticket = await here.move(here.operator, filed, "resolve", result="周一至周五九点")
    assert ticket["state"] == "resolved"
    await here.wait_for_daylight()
    for _ in range(9):
        await here.service.advance(hours=24)
    assert (await here.see(ticket))["outcome"] == "unanswered"
    assert len(await here.service.data("tickets.follow_up_asked.v1")) == 1
    assert await here.service.sql("SELECT 1 FROM call_tasks") == []


async def test_another_handler_is_taken_when_the_resident_asks_for_one(here: Community) -> None:
    ticket = await here.resolved()
    ticket = await here.move(here.resident, ticket, "reopen", reason="又来了", another_handler=True)
    refused = await here.try_move(here.leader, ticket, "accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "handler_barred")
    assert (await here.move(here.leader, ticket, "accept", handler_id=str(here.member)))["state"] == "accepted"
