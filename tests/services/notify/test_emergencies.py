"""An emergency: two people, one area, at most a day; laid over every refusal, and over by itself."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.services.notify.phones import COMMUNITY, LEADER, Phones


async def manager(phones: Phones, who: UUID | None = None, area: UUID = COMMUNITY) -> httpx.AsyncClient:
    return await phones.service.person(who, grants=[("message_manager", "area", area)])


def asked(**changes: Any) -> dict[str, Any]:
    return {"reason": "暴雨转移", "area_id": str(COMMUNITY), "hours": 3, "template": "case-assigned"} | changes


async def requested(phones: Phones, who: UUID | None = None) -> str:
    answer = await (await manager(phones, who)).post("/v1/emergencies", json=asked())
    assert (answer.status_code, answer.json()["state"]) == (201, "requested")
    return str(answer.json()["id"])


async def in_force(phones: Phones) -> str:
    emergency = await requested(phones)
    approved = await (await manager(phones)).post(f"/v1/emergencies/{emergency}:approve", json={})
    assert (approved.status_code, approved.json()["state"]) == (200, "in_force")
    return emergency


async def naming(phones: Phones, emergency: str) -> None:
    """Let what waits name an emergency."""
    await phones.service.sql(
        "UPDATE messages SET emergency_id = $1::uuid, due_at = created_at, waiting_for = '' WHERE state = 'queued'",
        UUID(emergency),
    )


async def test_nobody_approves_her_own_request(phones: Phones) -> None:
    person = uuid4()
    emergency = await requested(phones, person)
    answer = await (await manager(phones, person)).post(f"/v1/emergencies/{emergency}:approve", json={})
    assert (answer.status_code, answer.json()["code"]) == (409, "two_people")


async def test_the_database_refuses_one_person_too(phones: Phones) -> None:
    person = uuid4()
    await requested(phones, person)
    with pytest.raises(Exception, match="emergencies_two_people"):
        await phones.service.sql("UPDATE emergencies SET approved_by = $1, state = 'in_force'", person)
    with pytest.raises(Exception, match="emergencies_approved"):
        await phones.service.sql("UPDATE emergencies SET state = 'in_force'")


@pytest.mark.parametrize("hours", [0, 25])
async def test_no_emergency_is_longer_than_a_day(phones: Phones, hours: int) -> None:
    assert (await (await manager(phones)).post("/v1/emergencies", json=asked(hours=hours))).status_code == 422
    await requested(phones)
    with pytest.raises(Exception, match="emergencies_bounded"):
        await phones.service.sql("UPDATE emergencies SET hours = $1", hours)


async def test_both_must_be_granted_for_the_area(phones: Phones) -> None:
    far = await manager(phones, area=uuid4())
    assert (await far.post("/v1/emergencies", json=asked())).status_code == 404
    emergency = await requested(phones)
    assert (await far.post(f"/v1/emergencies/{emergency}:approve", json={})).status_code == 404
    operator = await phones.service.person(grants=[("operator", "area", COMMUNITY)])
    assert (await operator.post("/v1/emergencies", json=asked())).status_code == 403


async def test_a_second_factor_is_needed(phones: Phones) -> None:
    grants = [("message_manager", "area", COMMUNITY)]
    weak = await phones.service.person(grants=grants, level="aal1")
    answer = await weak.post("/v1/emergencies", json=asked())
    assert (answer.status_code, answer.json()["code"]) == (403, "step_up")


async def test_a_text_nobody_knows_is_refused(phones: Phones) -> None:
    answer = await (await manager(phones)).post("/v1/emergencies", json=asked(template="poem"))
    assert (answer.status_code, answer.json()["code"]) == (422, "template_unknown")


async def sent_by_hand(phones: Phones, emergency: str | None) -> str:
    body = {"community_id": str(COMMUNITY), "person_id": str(LEADER), "template": "patrol-missed", "values": {}}
    body |= {"emergency_id": emergency} if emergency else {}
    secretary = await phones.service.person(grants=[("secretary", "area", COMMUNITY)])
    answer = await secretary.post("/v1/notifications", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["message_id"])


async def test_it_reaches_those_who_refused_at_any_hour(phones: Phones) -> None:
    await phones.text(LEADER, "退订全部")
    await phones.at("23:30")
    emergency = await in_force(phones)
    plain, urgent = await sent_by_hand(phones, None), await sent_by_hand(phones, emergency)
    await phones.send()
    states = {str(m["id"]): (m["state"], m["reason"]) for m in await phones.messages(channel="sms")}
    assert states[plain] == ("suppressed", "opted_out")
    assert states[urgent] == ("submitted", "")


async def test_one_that_is_over_or_of_another_place_opens_nothing(phones: Phones) -> None:
    await phones.at("23:30")
    emergency = await in_force(phones)
    await phones.follow_up()
    await naming(phones, emergency)
    await phones.service.sql("UPDATE emergencies SET area_id = $1", uuid4())
    await phones.send()
    assert phones.provider.calls == []

    await phones.service.sql("UPDATE emergencies SET area_id = $1, state = 'ended'", COMMUNITY)
    await naming(phones, emergency)
    await phones.send()
    assert phones.provider.calls == []


async def test_its_last_minute_counts_by_the_clock_and_not_by_the_timer(phones: Phones) -> None:
    await phones.at("23:30")
    emergency = await in_force(phones)
    await phones.service.sql("UPDATE clock SET shift = shift + interval '3 hours'")
    await phones.follow_up()
    await naming(phones, emergency)
    await phones.send()
    assert phones.provider.calls == []


async def test_six_texts_an_hour_are_enough_in_an_emergency_too(phones: Phones) -> None:
    emergency = await in_force(phones)
    for _ in range(7):
        await phones.assigned()
    await naming(phones, emergency)
    await phones.send()
    assert len(phones.provider.texts_to(LEADER)) == 6


async def test_it_ends_by_itself(phones: Phones) -> None:
    emergency = await in_force(phones)
    (told,) = await phones.service.data("notify.emergency_authorised.v1")
    assert (told["emergency_id"], told["area_id"]) == (emergency, str(COMMUNITY))
    assert told["requested_by"] != told["approved_by"]
    await phones.service.advance(hours=2, minutes=59)
    assert await phones.service.data("notify.emergency_ended.v1") == []
    await phones.service.advance(minutes=1)
    (ended,) = await phones.service.data("notify.emergency_ended.v1")
    assert ended["emergency_id"] == emergency
    (row,) = await phones.service.sql("SELECT state, ended_by FROM emergencies")
    assert (row["state"], row["ended_by"]) == ("ended", "system:notify")


async def test_it_is_ended_by_hand_once(phones: Phones) -> None:
    emergency = await in_force(phones)
    client = await manager(phones)
    assert (await client.post(f"/v1/emergencies/{emergency}:end", json={})).json()["state"] == "ended"
    again = await client.post(f"/v1/emergencies/{emergency}:end", json={})
    assert (again.status_code, again.json()["code"]) == (409, "cannot_end_when_ended")
    await phones.service.advance(hours=4)
    assert len(await phones.service.events("notify.emergency_ended.v1")) == 1


async def test_everybody_sees_the_banner_while_it_is_in_force(phones: Phones) -> None:
    anybody = await phones.service.person()
    await requested(phones)
    assert (await anybody.get("/v1/emergencies/in-force")).json()["items"] == []
    emergency = await in_force(phones)
    (banner,) = (await anybody.get("/v1/emergencies/in-force")).json()["items"]
    assert (banner["id"], banner["area_name"], banner["reason"]) == (emergency, "中一路社区", "暴雨转移")
    assert "requested_by" not in banner
    await phones.service.advance(hours=3)
    assert (await anybody.get("/v1/emergencies/in-force")).json()["items"] == []


async def test_its_report_tells_who_was_reached_how_and_who_was_not(phones: Phones) -> None:
    emergency = await in_force(phones)
    stranger = uuid4()
    await phones.assigned()
    await phones.follow_up(reporter_id=stranger)
    await naming(phones, emergency)
    await phones.send()
    await phones.report(phones.provider.calls[0])
    auditor = await phones.service.person(grants=[("auditor", "area", COMMUNITY)])
    report = (await auditor.get(f"/v1/emergencies/{emergency}/report")).json()
    told = {
        one["person_id"]: (one["channel"], one["state"], one["reason"])
        for one in report["items"]
        if one["channel"] == "sms"
    }
    assert told == {str(LEADER): ("sms", "delivered", ""), str(stranger): ("sms", "suppressed", "no_contact")}
    figures = {(f["channel"], f["state"]): f["people"] for f in report["figures"]}
    assert (figures["sms", "delivered"], figures["sms", "suppressed"]) == (1, 1)
    elsewhere = await phones.service.person(grants=[("auditor", "area", uuid4())])
    assert (await elsewhere.get(f"/v1/emergencies/{emergency}/report")).status_code == 404
    assert [e["id"] for e in (await auditor.get("/v1/emergencies")).json()["items"]] == [emergency]
