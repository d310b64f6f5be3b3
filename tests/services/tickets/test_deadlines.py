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
    for minutes in (13, 3, 8, 1, 1, 40):
        await here.service.advance(minutes=minutes)
    rows = await here.service.sql("SELECT clock, threshold, recipient_role FROM marks ORDER BY clock, threshold")
    assert [(row["clock"], row["threshold"], row["recipient_role"]) for row in rows if row["clock"] != "resolve"] == [
        ("accept", 80, "leader"),
        ("accept", 100, "leader"),
        ("accept", 150, "secretary"),
        ("contact", 80, "leader"),
        ("contact", 100, "leader"),
        ("contact", 150, "secretary"),
    ]
    assert ("ticket_escalated", "accept", 150, "secretary") in await _deadlines(here)
    view = (await here.of(here.leader).get(f"/v1/tickets/{filed['id']}/clock")).json()
    assert all(each["raised_at"] for each in view["clocks"][0]["thresholds"])


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
    await here.service.advance(minutes=13)
    rows = await here.service.sql("SELECT recipient_role FROM marks WHERE clock = 'accept'")
    assert [row["recipient_role"] for row in rows] == ["secretary"]


async def test_a_ticket_clock_is_one_row(here: Community) -> None:
    filed = await here.files(danger=True)
    for minutes in (13, 3, 60):
        await here.service.advance(minutes=minutes)
    rows = await here.service.sql("SELECT count(*) AS n FROM timer WHERE kind = 'clock' AND key = $1", filed["id"])
    assert rows[0]["n"] == 1
