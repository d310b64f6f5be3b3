"""What is read of a ticket, and by whom."""

from uuid import uuid4

from tests.services.tickets.community import Community


async def test_the_leader_reads_the_case_with_what_she_may_do(here: Community) -> None:
    filed = await here.files(room="1203")
    answer = await here.of(here.leader).get(f"/v1/tickets/{filed['id']}")
    assert answer.headers["etag"] == '"1"'
    ticket = answer.json()
    assert ticket["group_name"] == "物业管理"
    assert ticket["where"]["building"] == "3栋"
    assert ticket["where"]["room"] == "1203"
    assert ticket["sentence"].startswith("已派给物业管理")
    actions = {action["name"]: action for action in ticket["actions"]}
    assert actions["accept"]["allowed"]
    assert actions["start"]["why_not"] == "cannot_start_when_assigned"
    assert actions["assign"]["why_not"] == "not_permitted"


async def test_lists_show_what_a_grant_opens_and_no_more(here: Community) -> None:
    filed = await here.files()
    for person, expected in ((here.operator, 1), (here.leader, 1), (here.help_leader, 0), (here.resident, 1)):
        listed = (await here.of(person).get("/v1/tickets")).json()
        assert listed["count"] == {"value": expected, "relation": "exact"}, person
        assert [row["id"] for row in listed["items"]] == [filed["id"]] * expected


async def test_pages_follow_one_another_without_gap_or_repeat(here: Community) -> None:
    filed = [(await here.files())["id"] for _ in range(5)]
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await here.of(here.operator).get("/v1/tickets", params=query)).json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == filed[::-1]


async def test_a_number_is_found_whole_or_by_its_last_six_digits(here: Community) -> None:
    filed = await here.files()
    await here.files()
    for number in (filed["number"], filed["number"][-7:], filed["number"][-7:].replace("-", "")):
        listed = (await here.of(here.operator).get("/v1/tickets", params={"number": number})).json()
        assert [row["id"] for row in listed["items"]] == [filed["id"]]


async def test_worklists_are_counted_exactly(here: Community) -> None:
    await here.files()
    counts = (await here.of(here.leader).get("/v1/worklists")).json()["counts"]
    assert counts["mine"] == 1
    assert counts["breached"] == 0
    await here.service.advance(days=20)
    counts = (await here.of(here.secretary).get("/v1/worklists")).json()["counts"]
    assert counts["breached"] == 1
    breached = (await here.of(here.secretary).get("/v1/worklists/breached")).json()
    assert breached["count"] == {"value": 1, "relation": "exact"}


async def test_the_clock_says_why(here: Community) -> None:
    filed = await here.files()
    view = (await here.of(here.leader).get(f"/v1/tickets/{filed['id']}/clock")).json()
    assert [clock["name"] for clock in view["clocks"]] == ["accept", "contact", "resolve"]
    for clock in view["clocks"]:
        assert clock["why_due"]
        ladder = {"accept": [100, 200], "contact": [80, 100, 150], "resolve": [50, 80, 100, 120, 150]}
        assert [each["percent"] for each in clock["thresholds"]] == ladder[clock["name"]]


async def test_the_timeline_and_the_explanation(here: Community) -> None:
    ticket = await here.resolved()
    entries = (await here.of(here.operator).get(f"/v1/tickets/{ticket['id']}/timeline")).json()["items"]
    assert [entry["move"] for entry in entries if entry["type"] == "move"] == [
        "file",
        "assign",
        "accept",
        "record_contact",
        "resolve",
    ]
    (explained,) = (await here.of(here.operator).get(f"/v1/tickets/{ticket['id']}/assignments")).json()["items"]
    assert explained["rule_id"] == "no_property_management"
    assert [candidate["name"] for candidate in explained["candidates"]] == ["邻里互助"]


async def test_tracking_opens_with_number_and_code(here: Community) -> None:
    filed = await here.files()
    client = here.service.client()
    body = {"number": filed["number"], "code": filed["tracking_code"]}
    tracked = (await client.post("/v1/tracking", json=body)).json()
    assert (tracked["step"], tracked["who"]["group"]) == (2, "物业管理")
    added = await client.post("/v1/tracking:add-words", json=body | {"words": "灯也不亮"})
    assert added.status_code == 200
    withdrawn = await client.post("/v1/tracking:withdraw", json=body)
    assert withdrawn.json()["state"] == "withdrawn"


async def test_five_wrong_codes_pause_tracking(here: Community) -> None:
    filed = await here.files()
    client = here.service.client()
    wrong = {"number": filed["number"], "code": f"{(int(filed['tracking_code']) + 1) % 10_000:04d}"}
    for _ in range(5):
        assert (await client.post("/v1/tracking", json=wrong)).status_code == 404
    right = wrong | {"code": filed["tracking_code"]}
    assert (await client.post("/v1/tracking", json=right)).status_code == 429
    await here.service.advance(minutes=16)
    assert (await client.post("/v1/tracking", json=right)).status_code == 200


async def test_notify_is_told_the_tracking_code_and_nobody_else(here: Community) -> None:
    filed = await here.files()
    body = {"items": [{"key": "tracking_code", "about": filed["id"]}]}
    told = await here.service.as_service("notify").post("/internal/wording:resolve", json=body)
    assert told.json()["items"][0]["value"] == filed["tracking_code"]
    assert (await here.service.as_service("funds").post("/internal/wording:resolve", json=body)).status_code == 403


async def test_a_preview_guesses_and_writes_nothing(here: Community) -> None:
    body = {"text": "楼道垃圾没人收", "building_id": str(here.building)}
    seen = (await here.of(here.resident).post("/v1/tickets:preview", json=body)).json()
    assert seen["category"] == "sanitation"
    assert seen["group"]["name"] == "物业管理"
    assert not await here.service.sql("SELECT 1 FROM tickets")


async def test_categories_are_everybodys(here: Community) -> None:
    items = (await here.service.client().get("/v1/categories")).json()["items"]
    assert len(items) == 20
    assert items[-1]["code"] == "other"


async def test_a_name_that_has_not_come_yet_is_asked_of_members(here: Community) -> None:
    filed = await here.files()
    unheard = uuid4()
    await here.service.sql("UPDATE tickets SET group_id = $1", unheard)
    labels = {"areas": {}, "organizations": {str(unheard): {"name": "新小组"}}}
    for answer, expected in ((None, None), (labels, "新小组")):
        if answer is not None:
            here.service.others.says("/internal/labels:resolve", answer)
        client = here.of(here.operator)
        (row,) = (await client.get("/v1/tickets")).json()["items"]
        assert row["group_name"] == expected
        assert (await client.get(f"/v1/tickets/{filed['id']}")).json()["group_name"] == expected


async def test_a_far_place_is_taken_and_marked(here: Community) -> None:
    await here.service.sql("UPDATE areas SET lat = 29.55, long = 106.57 WHERE id = $1", here.building)
    for lat, far in ((29.56, False), (31.2, True)):
        filed = await here.files(lat=lat, long=106.57)
        seen = (await here.of(here.operator).get(f"/v1/tickets/{filed['id']}")).json()
        assert seen["outside_area"] is far
