"""Deadlines: each threshold raised once, to the right person."""

from tests.services.tickets.community import Community


async def _deadlines(here: Community) -> list[tuple[str, str, int, str]]:
    found = []
    for event in await here.service.events():
        name = event.type.split(".")[1]
        if name in ("ticket_deadline_near", "ticket_deadline_passed", "ticket_escalated"):
            data = await here.service.data(event.type)
            found += [(name, each["clock"], each["threshold"], each["recipient_role"]) for each in data]
    return sorted(set(found))


async def test_each_threshold_is_raised_once_and_to_the_right_person(here: Community) -> None:
    filed = await here.files(danger=True)
    for minutes in (16, 8, 6, 16, 60, 20, 20, 40):
        await here.service.advance(minutes=minutes)
    rows = await here.service.sql("SELECT clock, threshold, recipient_role FROM marks ORDER BY clock, threshold")
    assert [(row["clock"], row["threshold"], row["recipient_role"]) for row in rows] == [
        ("accept", 100, "leader"),
        ("accept", 200, "secretary"),
        ("contact", 80, "leader"),
        ("contact", 100, "leader"),
        ("contact", 150, "secretary"),
        ("resolve", 50, "leader"),
        ("resolve", 80, "leader"),
        ("resolve", 100, "leader"),
        ("resolve", 120, "secretary"),
        ("resolve", 150, "district"),
    ]
    assert ("ticket_escalated", "accept", 200, "secretary") in await _deadlines(here)
    view = (await here.of(here.leader).get(f"/v1/tickets/{filed['id']}/clock")).json()
    assert all(each["raised_at"] for each in view["clocks"][0]["thresholds"])


async def test_the_handler_is_the_first_to_hear_of_her_own_case(here: Community) -> None:
    await here.move(here.leader, await here.files(danger=True), "accept", handler_id=str(here.member))
    await here.service.advance(minutes=25)
    (near,) = await here.service.data("tickets.ticket_deadline_near.v1")
    assert (near["clock"], near["threshold"], near["recipient_role"]) == ("contact", 80, "handler")
    assert near["handler_id"] == str(here.member)


async def test_until_another_group_accepts_the_first_receiver_answers_for_the_contact(here: Community) -> None:
    ticket = await here.move(here.leader, await here.files(danger=True), "return", reason="not_our_task")
    ticket = await here.move(here.operator, ticket, "assign", group_id=str(here.help_group))
    await here.service.advance(minutes=31)
    passed = await here.service.data("tickets.ticket_deadline_passed.v1")
    told = {each["clock"]: each["group_id"] for each in passed}
    assert told == {"accept": str(here.help_group), "contact": str(here.property_group)}
    ticket = await here.move(here.leader, await here.see(ticket), "record-contact", result="reached")
    ticket = await here.move(here.help_leader, ticket, "accept")
    refused = await here.try_move(here.leader, ticket, "record-contact", result="reached")
    assert refused.status_code == 403


async def test_an_accepted_ticket_is_not_warned_about_acceptance(here: Community) -> None:
    await here.move(here.leader, await here.files(danger=True), "accept")
    await here.service.advance(minutes=20)
    assert not await here.service.sql("SELECT 1 FROM marks WHERE clock = 'accept'")


async def test_what_nobody_takes_is_told_to_operator_secretary_and_district(here: Community) -> None:
    await here.coverage(here.help_group, here.community, "*", state="ended")
    await here.service.sql("UPDATE coverage SET state = 'ended'")
    filed = await here.files(danger=True, building_id=str(here.managed_building))
    assert (filed["state"], filed["assignment"]) == ("received", None)
    for _ in range(3):
        await here.service.advance(minutes=31)
    rows = await here.service.sql("SELECT threshold, recipient_role FROM marks WHERE clock = 'dispatch' ORDER BY 1")
    assert [(row["threshold"], row["recipient_role"]) for row in rows] == [
        (15, "operator"),
        (30, "secretary"),
        (60, "district"),
    ]


async def test_where_no_leader_stands_the_secretary_is_told(here: Community) -> None:
    led = {"organization_id": here.property_group, "leader_id": None, "deputy_id": None}
    await here.service.apply("members.group_leader_changed.v1", led, subject=here.property_group)
    await here.files(danger=True)
    await here.service.advance(minutes=16)
    rows = await here.service.sql("SELECT recipient_role FROM marks WHERE clock = 'accept'")
    assert [row["recipient_role"] for row in rows] == ["secretary"]


async def test_a_ticket_clock_is_one_row(here: Community) -> None:
    filed = await here.files(danger=True)
    for minutes in (13, 3, 60):
        await here.service.advance(minutes=minutes)
    rows = await here.service.sql("SELECT count(*) AS n FROM timer WHERE kind = 'clock' AND key = $1", filed["id"])
    assert rows[0]["n"] == 1
