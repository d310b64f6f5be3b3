"""One complaint, from the first word to "solved"."""

from tests.services.tickets.community import Community


async def test_a_complaint_is_routed_in_the_transaction_that_files_it(here: Community) -> None:
    filed = await here.files()
    assert filed["state"] == "assigned"
    assert filed["assignment"]["group_id"] == str(here.property_group)
    assert filed["assignment"]["rule_id"] == "no_property_management"
    assert "没有物业管理" in filed["assignment"]["explanation"]
    assert [e.type.split(".")[1] for e in await here.service.events() if ".ticket_" in e.type] == [
        "ticket_filed",
        "ticket_assigned",
    ]


async def test_the_whole_way_by_text(here: Community) -> None:
    filed = await here.files()
    await here.replies(filed, "accept", purpose="accept")
    ticket = await here.see(filed)
    assert (ticket["state"], ticket["handler_id"]) == ("accepted", str(here.leader))
    ticket = await here.move(here.leader, ticket, "record-contact", result="reached")
    ticket = await here.move(here.leader, ticket, "start")
    ticket = await here.move(here.leader, ticket, "resolve", result="已清运")
    await here.service.advance(hours=1)
    await here.wait_for_daylight()
    ticket = await here.see(ticket)
    assert ticket["state"] == "following_up"
    await here.replies(ticket, "solved_satisfied")
    ticket = await here.see(ticket)
    assert (ticket["state"], ticket["outcome"], ticket["round"]) == ("closed", "solved", 1)
    (closed,) = await here.service.data("tickets.ticket_closed.v1")
    assert closed["satisfaction"] == "satisfied"


async def test_not_solved_opens_the_next_round_with_the_same_group(here: Community) -> None:
    ticket = await here.asked()
    await here.replies(ticket, "unsolved")
    again = await here.see(ticket)
    assert (again["state"], again["round"], again["group_id"]) == ("assigned", 2, str(here.property_group))
    (reopened,) = await here.service.data("tickets.ticket_reopened.v1")
    assert reopened["round"] == 2
    asked = await here.service.data("tickets.follow_up_asked.v1")
    assert [(each["question"], each["round"]) for each in asked] == [("solved", 1), ("reason", 1)]
