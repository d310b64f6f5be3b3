"""Named lists of commands, and ready words."""

from typing import Any

import httpx

from tests.services.tickets.community import Community

TO_HELP: list[dict[str, Any]] = [{"verb": "triage", "body": {"category": "care"}}]


async def keep(here: Community, what: str = "macros", **body: Any) -> httpx.Response:
    plain = {"community_id": str(here.community), "name": "转邻里互助"}
    return await here.of(here.operator).post(f"/v1/{what}", json=plain | body)


async def kept(here: Community, commands: list[dict[str, Any]]) -> str:
    answer = await keep(here, commands=commands)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def apply(here: Community, macro: str, *tickets: dict[str, Any]) -> list[dict[str, Any]]:
    body = {"ticket_ids": [each["id"] for each in tickets]}
    answer = await here.of(here.operator).post(f"/v1/macros/{macro}:apply", json=body)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_macro_does_all_it_says_to_a_case(here: Community) -> None:
    commands = [*TO_HELP, {"verb": "assign", "body": {"group_id": str(here.help_group), "reason": "更合适"}}]
    commands += [{"verb": "note", "body": {"text": "请尽快联系", "audience": "internal"}}]
    macro, ticket = await kept(here, commands), await here.files()
    assert [(each["done"], each["code"]) for each in await apply(here, macro, ticket)] == [(True, None)]
    rows = await here.service.sql("SELECT category, group_id FROM tickets")
    assert [(row["category"], row["group_id"]) for row in rows] == [("care", here.help_group)]
    assert len(await here.service.sql("SELECT 1 FROM notes")) == 1


async def test_what_is_refused_leaves_that_case_as_it_was_and_touches_no_other(here: Community) -> None:
    macro = await kept(here, [*TO_HELP, {"verb": "reject", "body": {"reason": "not_ours", "sentence": "不归我们"}}])
    fine, accepted = await here.files(), await here.move(here.leader, await here.files(), "accept")
    before = await here.see(accepted)
    applied = await apply(here, macro, accepted, fine)
    assert [(each["done"], each["code"]) for each in applied] == [
        (False, "cannot_reject_when_accepted"),
        (True, None),
    ]
    assert await here.see(accepted) == before
    assert (await here.see(fine))["state"] == "rejected"
    triaged = await here.service.data("tickets.ticket_triaged.v1")
    assert [each["ticket_id"] for each in triaged] == [fine["id"]]


async def test_a_macro_does_no_more_than_the_one_who_uses_it_may(here: Community) -> None:
    macro, ticket = await kept(here, TO_HELP), await here.files()
    answer = await here.of(here.member).post(f"/v1/macros/{macro}:apply", json={"ticket_ids": [ticket["id"]]})
    assert answer.json()["items"][0]["code"] == "not_permitted"


async def test_a_macro_that_is_not_whole_is_refused_with_its_place(here: Community) -> None:
    refused = await keep(here, commands=[*TO_HELP, {"verb": "reject", "body": {"reason": "not_ours"}}])
    assert (refused.status_code, refused.json()["code"]) == (422, "macro_invalid")
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/commands/1/body/sentence"]
    assert (await keep(here, commands=[{"verb": "delete", "body": {}}])).status_code == 422


async def test_a_retired_macro_is_gone(here: Community) -> None:
    macro = await kept(here, TO_HELP)
    url = f"/v1/macros?community_id={here.community}"
    assert [each["id"] for each in (await here.of(here.leader).get(url)).json()["items"]] == [macro]
    await here.of(here.secretary).post(f"/v1/macros/{macro}:retire", json={})
    assert (await here.of(here.leader).get(url)).json()["items"] == []
    gone = await here.of(here.operator).post(f"/v1/macros/{macro}:apply", json={"ticket_ids": [macro]})
    assert gone.status_code == 404


async def test_ready_words_are_filled_from_the_case(here: Community) -> None:
    answer = await keep(here, "canned-replies", text="您好, {number}号“{category}”已由{group}承办。")
    ticket = await here.files()
    url = f"/v1/canned-replies/{answer.json()['id']}:fill"
    filled = (await here.of(here.leader).post(url, json={"ticket_id": ticket["id"]})).json()
    assert filled["text"] == f"您好, {ticket['number']}号“卫生垃圾”已由物业管理承办。"
    odd = await keep(here, "canned-replies", text="{phone}")
    assert (odd.status_code, odd.json()["code"]) == (422, "placeholder_unknown")
