"""How matters come in: for oneself, for others, by page, by telephone, by text, from a file."""

from typing import Any
from uuid import uuid4

import httpx

from tests.services.tickets.community import Community

IDENTIFY = "/internal/people:identify"


def _knows(here: Community, **answer: Any) -> None:
    here.service.others.says(IDENTIFY, {"person_id": str(here.resident), "building_id": str(here.building)} | answer)


async def test_a_member_files_for_a_resident_and_watches(here: Community) -> None:
    filed = await here.files(here.member, reporter_id=str(here.resident))
    (event,) = await here.service.data("tickets.ticket_filed.v1")
    assert (event["origin"], event["reporter_id"]) == ("on_behalf", str(here.resident))
    seen = (await here.of(here.member).get(f"/v1/tickets/{filed['id']}")).json()
    assert seen["watchers"] == [str(here.member)]
    filed = await here.files(here.operator, reporter_id=str(here.resident))
    seen = (await here.of(here.operator).get(f"/v1/tickets/{filed['id']}")).json()
    assert seen["watchers"] == []


async def test_a_resident_files_for_nobody_else(here: Community) -> None:
    body = {"description": "x", "building_id": str(here.building), "reporter_id": str(here.leader)}
    refused = await here.of(here.resident).post("/v1/tickets", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")


async def test_a_telephone_becomes_a_person_at_once(here: Community) -> None:
    _knows(here)
    filed = await here.files(here.operator, reporter_phone="13800000001", channel="telephone")
    (event,) = await here.service.data("tickets.ticket_filed.v1")
    assert event["reporter_id"] == str(here.resident)
    assert not await here.service.sql("SELECT 1 FROM pending_contacts")
    assert filed["state"] == "assigned"


async def test_without_members_it_is_filed_all_the_same_and_the_person_follows(here: Community) -> None:
    filed = await here.files(here.operator, reporter_phone="13800000001")
    (event,) = await here.service.data("tickets.ticket_filed.v1")
    assert event["reporter_id"] is None
    (row,) = await here.service.sql("SELECT phone_sealed FROM pending_contacts")
    assert b"13800000001" not in row["phone_sealed"]
    await here.service.advance(minutes=1)
    _knows(here)
    await here.service.advance(minutes=30)
    (identified,) = await here.service.data("tickets.reporter_identified.v1")
    assert (identified["ticket_id"], identified["reporter_id"]) == (filed["id"], str(here.resident))
    assert not await here.service.sql("SELECT 1 FROM pending_contacts")


async def test_after_three_days_the_telephone_goes_all_the_same(here: Community) -> None:
    await here.files(here.operator, reporter_phone="13800000001")
    for _ in range(5):
        await here.service.advance(hours=19)
    assert not await here.service.sql("SELECT 1 FROM pending_contacts")
    assert await here.service.data("tickets.reporter_identified.v1") == []


async def test_no_telephone_number_at_all_is_refused(here: Community) -> None:
    here.service.others.says(IDENTIFY, httpx.Response(422, json={"code": "phone_invalid"}))
    body = {"description": "x", "building_id": str(here.building), "reporter_phone": "12345"}
    refused = await here.of(here.operator).post("/v1/tickets", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "phone_invalid")
    assert "12345" not in refused.text


async def test_the_residents_page_needs_no_sign_in_and_no_name(here: Community) -> None:
    body = {"description": "灯坏了", "category": "repair", "building_id": str(here.building)}
    answer = await here.service.client().post("/v1/public/tickets", json=body)
    assert answer.status_code == 201
    (event,) = await here.service.data("tickets.ticket_filed.v1")
    assert (event["channel"], event["reporter_id"]) == ("page", None)


async def test_danger_is_urgent_and_the_emergency_numbers_come_first(here: Community) -> None:
    filed = await here.files(danger=True)
    assert filed["class"] == "urgent"
    seen = (await here.of(here.resident).get(f"/v1/tickets/{filed['id']}")).json()
    assert "119" in seen["sentence"]


# By text ---------------------------------------------------------------------------------------------------------


async def _text(here: Community, words: str, hints: list[str] | None = None) -> str:
    received = str(uuid4())
    said = {"received_id": received, "text": words, "phone": "+8613800000001", "person_id": None}
    here.service.others.says(f"/internal/received/{received}", said, method="GET")
    data = {"received_id": received, "person_id": None, "hints": hints or [], "confidential": False}
    await here.service.apply("notify.text_received.v1", data, community=here.community)
    await here.service.fire()
    return received


async def test_clear_words_from_a_known_building_are_filed_at_once(here: Community) -> None:
    _knows(here)
    received = await _text(here, "楼道垃圾没人收,灯也不亮")
    (filed,) = await here.service.data("tickets.ticket_filed.v1")
    assert (filed["category"], filed["channel"], filed["reporter_id"]) == ("sanitation", "sms", str(here.resident))
    (assigned,) = await here.service.data("tickets.ticket_assigned.v1")
    assert assigned["group_id"] == str(here.property_group)
    (taken,) = await here.service.data("tickets.received_taken.v1")
    assert taken["received_id"] == received


async def test_unclear_words_become_a_draft_that_the_desk_confirms(here: Community) -> None:
    _knows(here)
    await _text(here, "你们管不管啊")
    (filed,) = await here.service.data("tickets.ticket_filed.v1")
    assert filed["state"] == "draft"
    draft = await here.see({"id": filed["ticket_id"]})
    confirmed = await here.move(here.operator, draft, "confirm", category="noise")
    assert (confirmed["state"], confirmed["group_id"]) == ("assigned", str(here.property_group))


async def test_words_from_nowhere_still_become_a_draft(here: Community) -> None:
    _knows(here, building_id=None)
    await _text(here, "垃圾没人收")
    (filed,) = await here.service.data("tickets.ticket_filed.v1")
    assert filed["state"] == "draft"
    listed = (await here.of(here.operator).get("/v1/worklists/unassigned")).json()
    assert listed["count"]["value"] == 1


async def test_words_about_an_open_ticket_become_a_note_on_it(here: Community) -> None:
    _knows(here)
    filed = await here.files()
    await _text(here, "今天还是没人来", hints=[filed["id"]])
    assert len(await here.service.data("tickets.ticket_filed.v1")) == 1
    notes = (await here.of(here.leader).get(f"/v1/tickets/{filed['id']}/notes")).json()["items"]
    assert [note["text"] for note in notes] == ["今天还是没人来"]


async def test_while_notify_is_away_the_words_wait(here: Community) -> None:
    _knows(here)
    received = str(uuid4())
    data: dict[str, Any] = {"received_id": received, "person_id": None, "hints": [], "confidential": False}
    await here.service.apply("notify.text_received.v1", data, community=here.community)
    await here.service.apply("notify.text_received.v1", data, community=here.community)
    await here.service.fire()
    assert await here.service.data("tickets.ticket_filed.v1") == []
    said = {"received_id": received, "text": "楼道垃圾没人收", "phone": "+8613800000001", "person_id": None}
    here.service.others.says(f"/internal/received/{received}", said, method="GET")
    await here.service.advance(minutes=2)
    assert len(await here.service.data("tickets.ticket_filed.v1")) == 1


# From a file -----------------------------------------------------------------------------------------------------


async def test_an_imported_row_is_one_ticket_that_stays_quiet(here: Community) -> None:
    body = {
        "origin": "import",
        "category": "Street Condition",
        "description": "Pothole",
        "filed_at": "2017-05-27T02:08:51Z",
        "community_id": str(here.community),
        "source": {"system": "nyc311", "key": "61276295", "status": "Open", "place": "ST NICHOLAS AVENUE"},
    }
    first = (await here.of(here.secretary).post("/v1/tickets", json=body)).json()
    second = (await here.of(here.secretary).post("/v1/tickets", json=body)).json()
    assert (first["id"], first["repeated"], second["repeated"]) == (second["id"], False, True)
    assert (first["state"], first["category"]) == ("received", "other")
    assert first["number"].startswith("20170527")
    await here.service.advance(days=90)
    assert [event.type for event in await here.service.events() if ".ticket_" in event.type] == [
        "tickets.ticket_filed.v1"
    ]
    counts = (await here.of(here.secretary).get("/v1/worklists")).json()["counts"]
    assert set(counts.values()) == {0}
    seen = (await here.of(here.secretary).get(f"/v1/tickets/{first['id']}")).json()
    assert (seen["place"], seen["source"]["status"]) == ("ST NICHOLAS AVENUE", "Open")


async def test_only_the_secretary_imports(here: Community) -> None:
    body = {
        "origin": "import",
        "description": "x",
        "community_id": str(here.community),
        "source": {"system": "x", "key": "1"},
    }
    assert (await here.of(here.resident).post("/v1/tickets", json=body)).status_code == 403
    assert (await here.of(here.leader).post("/v1/tickets", json=body)).status_code == 403
    assert (await here.of(here.operator).post("/v1/tickets", json=body)).status_code == 403
