"""Confidential cases: seen by the named and by nobody else."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.services.tickets.community import Community

CANARY = "夜里睡不着, 想找人说说 CANARY-7431"


class Desk:
    """The counselling of one community: two counsellors and the case of one woman."""

    def __init__(self, here: Community) -> None:
        self.here = here
        self.first, self.second = uuid4(), uuid4()

    async def open(self) -> "Desk":
        for person in (self.first, self.second):
            grants = [("counsellor", "area", self.here.community)]
            self.here.clients[person] = await self.here.service.person(person, grants)
        body = {"text": CANARY, "building_id": str(self.here.building)}
        answer = await self.here.of(self.here.resident).post("/v1/confidential-cases", json=body)
        assert answer.status_code == 201, answer.text
        self.case: dict[str, Any] = answer.json()
        return self

    async def step(self, who: UUID, verb: str, **body: Any) -> httpx.Response:
        headers = {"If-Match": f'"{self.case["revision"]}"'}
        url = f"/v1/confidential-cases/{self.case['id']}:{verb}"
        answer = await self.here.of(who).post(url, json=body, headers=headers)
        if answer.status_code == 200:
            self.case = answer.json()
        return answer

    async def read(self, who: UUID) -> httpx.Response:
        return await self.here.of(who).get(f"/v1/confidential-cases/{self.case['id']}")


async def test_the_named_read_it_and_all_others_hear_that_there_is_none(here: Community) -> None:
    desk = await Desk(here).open()
    for person in (here.resident, desk.first, desk.second):
        answer = await desk.read(person)
        assert answer.json()["text"] == CANARY
    stranger = uuid4()
    here.clients[stranger] = await here.service.person(stranger, [("counsellor", "area", uuid4())])
    for person in (here.operator, here.secretary, here.leader, here.member, stranger):
        assert (await desk.read(person)).status_code == 404
        assert (await here.of(person).get("/v1/confidential-cases")).json()["items"] == []
        assert (await desk.step(person, "accept")).status_code == 404


async def test_each_read_is_on_record_before_the_words_are_sent(here: Community) -> None:
    desk = await Desk(here).open()
    await desk.read(desk.first)
    await desk.read(here.secretary)
    rows = await here.service.sql("SELECT actor, subject, fields FROM access_log")
    assert [(row["actor"], str(row["subject"])) for row in rows] == [(f"person:{desk.first}", desk.case["id"])]
    await here.service.sql("REVOKE INSERT ON access_log FROM yihu_tickets_app")
    try:
        assert (await desk.read(desk.first)).status_code == 503
    finally:
        await here.service.sql("GRANT INSERT ON access_log TO yihu_tickets_app")


async def test_the_words_stand_nowhere_in_clear(here: Community) -> None:
    desk = await Desk(here).open()
    await desk.step(desk.first, "accept")
    tables = await here.service.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for table in tables:
        rows = await here.service.sql(f"SELECT t::text AS row FROM {table['tablename']} t")
        assert not [row for row in rows if "CANARY" in row["row"]], table["tablename"]


async def test_events_say_only_that_it_moved(here: Community) -> None:
    desk = await Desk(here).open()
    await desk.step(desk.first, "accept")
    events = [e for e in await here.service.events() if "category_changed" not in e.type]
    assert {event.type for event in events} == {
        "tickets.confidential_changed.v1",
        "tickets.counsellor_nudged.v1",
    }
    for event in events:
        assert str(here.resident) not in bytes(event.data).decode()
        assert event.community is None
        if "confidential" in event.type:
            assert event.restricted
            assert event.actor is None
        else:
            assert desk.case["id"] not in bytes(event.data).decode()
            assert str(event.subject) != desk.case["id"] != str(event.correlation)


async def test_the_way_of_a_case(here: Community) -> None:
    desk = await Desk(here).open()
    assert (await desk.step(here.resident, "accept")).status_code == 403
    assert (await desk.step(desk.first, "accept")).json()["state"] == "accepted"
    refused = await desk.step(desk.first, "resolve", result="谈过了")
    assert refused.json()["code"] == "contact_needed"
    await desk.step(desk.first, "record-contact", result="reached")
    await desk.step(desk.first, "start")
    assert (await desk.step(desk.first, "resolve", result="谈过了")).json()["state"] == "resolved"
    assert (await desk.step(desk.first, "answer", answer="solved_satisfied")).json()["code"] == "not_independent"
    assert (await desk.step(desk.second, "answer", answer="unsolved")).json()["round"] == 2
    for verb, body in (("accept", {}), ("record-contact", {"result": "reached"}), ("resolve", {"result": "又谈过"})):
        await desk.step(desk.first, verb, **body)
    assert (await desk.step(here.resident, "answer", answer="solved_satisfied")).json()["state"] == "closed"
    assert (await desk.step(here.resident, "reopen", reason="还是难受")).json()["round"] == 3


async def test_unanswered_it_closes_after_seven_days(here: Community) -> None:
    desk = await Desk(here).open()
    for verb, body in (("accept", {}), ("record-contact", {"result": "reached"}), ("resolve", {"result": "谈过"})):
        await desk.step(desk.first, verb, **body)
    await here.service.advance(days=7, minutes=1)
    assert (await desk.read(here.resident)).json()["outcome"] == "unanswered"


async def test_overdue_it_nudges_the_counsellors_and_nobody_else(here: Community) -> None:
    desk = await Desk(here).open()
    await here.service.advance(days=5)
    nudged = await here.service.data("tickets.counsellor_nudged.v1")
    assert len(nudged) == 2
    assert set(nudged[-1]["person_ids"]) == {str(desk.first), str(desk.second)}
    await here.service.advance(days=1)
    assert len(await here.service.data("tickets.counsellor_nudged.v1")) == 2


async def test_without_a_counsellor_it_waits_and_is_given_to_the_first_who_comes(here: Community) -> None:
    body = {"text": CANARY, "building_id": str(here.building)}
    case = (await here.of(here.resident).post("/v1/confidential-cases", json=body)).json()
    assert case["state"] == "received"
    counsellor = uuid4()
    client = await here.service.person(counsellor, [("counsellor", "area", here.community)])
    await here.service.advance(days=5)
    assert [row["state"] for row in (await client.get("/v1/confidential-cases")).json()["items"]] == ["assigned"]


@pytest.mark.parametrize("cases", [4, 5])
async def test_counts_leave_only_from_five_upwards(here: Community, cases: int) -> None:
    body = {"text": CANARY, "building_id": str(here.building)}
    for _ in range(cases):
        await here.of(here.resident).post("/v1/confidential-cases", json=body)
    auditor = await here.service.person(uuid4(), [("auditor", "area", here.community)])
    count = (await auditor.get("/v1/confidential-cases:counts")).json()["count"]
    assert count == (cases if cases >= 5 else None)


async def test_counselling_is_not_filed_as_a_ticket(here: Community) -> None:
    body = {"description": CANARY, "category": "counselling", "building_id": str(here.building)}
    refused = await here.of(here.resident).post("/v1/tickets", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "use_confidential_cases")


async def test_row_level_security_is_a_wall_of_its_own(here: Community) -> None:
    await Desk(here).open()
    async with here.service.transaction() as tx:
        for table in ("confidential_cases", "confidential_moves", "confidential_notes"):
            count = await tx.connection.exec_driver_sql(f"SELECT count(*) FROM {table}")
            assert count.scalar_one() == 0, table


async def _texts(here: Community, person: UUID, words: str) -> None:
    received = str(uuid4())
    said = {"received_id": received, "text": words, "phone": None, "person_id": str(person)}
    here.service.others.says(f"/internal/received/{received}", said, method="GET")
    data = {"received_id": received, "person_id": str(person), "hints": [], "confidential": True}
    await here.service.apply("notify.text_received.v1", data, community=here.community)
    await here.service.fire()


async def test_a_confidential_text_becomes_a_note_of_the_senders_own_case_and_nothing_in_the_open(
    here: Community,
) -> None:
    desk = await Desk(here).open()
    await _texts(here, here.resident, f"楼道垃圾 {CANARY}")
    assert await here.service.sql("SELECT 1 FROM tickets UNION ALL SELECT 1 FROM notes") == []
    told = (await desk.read(desk.first)).json()
    assert [(each["text"], each["author_id"]) for each in told["notes"]] == [(f"楼道垃圾 {CANARY}", str(here.resident))]
    nudged = await here.service.data("tickets.counsellor_nudged.v1")
    assert set(nudged[-1]["person_ids"]) == {str(desk.first), str(desk.second)}


async def test_a_confidential_text_of_somebody_without_a_case_is_kept_nowhere_here(here: Community) -> None:
    desk = await Desk(here).open()
    before = len(await here.service.data("tickets.counsellor_nudged.v1"))
    await _texts(here, desk.first, f"收到 {CANARY}")
    for table in ("tickets", "notes", "confidential_notes", "search_words"):
        assert await here.service.sql(f"SELECT 1 FROM {table}") == []
    assert await here.service.data("tickets.received_taken.v1") == []
    assert len(await here.service.data("tickets.counsellor_nudged.v1")) == before + 1
