"""What is wrong is refused with its word, and nothing wrong is repeated or half done."""

from typing import Any
from uuid import uuid4

import pytest

from tests.services.members.neighbourhood import Neighbourhood, ok, refusal


@pytest.mark.parametrize("written", ["12345", "", "电话", "+999123", "1380000000x"])
async def test_no_number_is_refused_and_not_repeated(here: Neighbourhood, written: str) -> None:
    tickets = here.service.as_service("tickets")
    answer = await tickets.post("/internal/people:identify", json={"phone": written, "enrol": True})
    assert refusal(answer) == (422, "phone_invalid")
    assert not written or written not in answer.text
    body = {"name": "何凤兰", "community_id": str(here.community), "contact_points": [{"value": written}]}
    assert refusal(await here.secretary.post("/v1/people", json=body)) == (422, "phone_invalid")


async def test_an_unresolved_address_is_candidates_and_no_guess(here: Neighbourhood) -> None:
    client = here.service.client()
    both = ok(await client.post("/v1/places:parse", json={"text": "3-2-12"}))
    assert {one["area_id"] for one in both["candidates"]} == {str(here.building), str(here.other_building)}
    assert both["exact"] is None
    one = ok(await client.post("/v1/places:parse", json={"text": "东坪一村３栋２单元12层"}))
    assert one["exact"] == str(here.building)
    assert one["parts"] == {"building": "3", "entrance": "2", "floor": "12", "room": None}
    assert one["candidates"][0]["names"] == ["重庆市", "天文街道", "中一路社区", "东坪一村", "3栋"]
    cluster = ok(await client.post("/v1/places:parse", json={"text": "东坪一村楼道垃圾没人收"}))
    assert cluster["exact"] == str(here.cluster)
    inside = {"text": "3栋", "within": str(here.other_community)}
    assert ok(await client.post("/v1/places:parse", json=inside))["exact"] == str(here.other_building)
    nothing = ok(await client.post("/v1/places:parse", json={"text": "灯不亮"}))
    assert (nothing["candidates"], nothing["exact"]) == ([], None)


async def test_an_estate_is_a_place_to_be_named_though_it_is_none(here: Neighbourhood) -> None:
    body = {"name": "城南家园", "community_id": str(here.township), "building_ids": [str(here.other_building)]}
    estate = ok(await here.district.post("/v1/estates", json=body))
    found = ok(await here.service.client().post("/v1/places:parse", json={"text": "城南家园3栋"}))
    assert found["exact"] == str(here.other_building)
    fact = (await here.service.data("members.area_changed.v1"))[-1]
    assert (fact["area_id"], fact["estate_id"]) == (str(here.other_building), estate["id"])
    again = await here.district.post("/v1/estates", json=body | {"name": "另一小区"})
    assert refusal(again) == (422, "building_in_two_estates")
    path = f"/v1/estates/{estate['id']}:buildings"
    ok(await here.move(path, add=[str(here.building)], remove=[str(here.other_building)]))
    shown = ok(await here.service.client().get(f"/v1/estates/{estate['id']}"))
    assert shown["building_ids"] == [str(here.building)]


async def test_a_second_leader_is_refused_naming_the_first(here: Neighbourhood) -> None:
    await here.leader()
    answer = await here.appoint(await here.executive("黎沛稀"))
    assert refusal(answer) == (409, "leader_exists")
    assert answer.json()["membership_id"]


async def test_a_leader_without_an_executive_post_is_refused(here: Neighbourhood) -> None:
    answer = await here.appoint(await here.person())
    assert refusal(answer) == (409, "leader_needs_executive_post")
    assert answer.json()["organization_ids"] == [str(here.group)]


async def test_an_executive_post_that_ends_before_the_term_is_not_enough(here: Neighbourhood) -> None:
    person = await here.person()
    body = {"person_id": str(person), "until": "2099-01-01T00:00:00Z"}
    ok(await here.district.post(f"/v1/posts/{here.executive_post}/holdings", json=body))
    assert refusal(await here.appoint(person)) == (409, "leader_needs_executive_post")
    path, end = f"/v1/organizations/{here.group}:appoint-leader", "2098-01-01T00:00:00Z"
    ok(await here.move(path, person_id=str(person), until=end))


async def test_a_post_that_she_leads_by_does_not_end_first(here: Neighbourhood) -> None:
    await here.leader()
    (post,) = ok(await here.secretary.get(f"/v1/organizations/{here.federation}/posts"))["items"]
    answer = await here.district.post(f"/v1/posts/{post['id']}/holdings/{post['holdings'][0]['id']}:end")
    assert refusal(answer) == (409, "leader_needs_executive_post")


async def test_a_third_holder_of_two_seats_is_refused(here: Neighbourhood) -> None:
    body = {"role": "vice_chair", "seats": 2}
    post = ok(await here.district.post(f"/v1/organizations/{here.federation}/posts", json=body))
    people = [await here.person(f"副主席{number}") for number in range(3)]
    answers = [
        await here.district.post(f"/v1/posts/{post['id']}/holdings", json={"person_id": str(person)})
        for person in people
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert refusal(answers[2]) == (409, "seats_full")
    assert len(answers[2].json()["holding_ids"]) == 2


async def test_overlaps_are_refused_naming_the_row_in_the_way(here: Neighbourhood) -> None:
    person = await here.person(residency={"building_id": str(here.building), "dwelling": "2-1203"})
    joined = ok(await here.join(person))
    again = await here.join(person, "member")
    assert refusal(again) == (409, "overlaps")
    assert again.json()["membership_ids"] == [joined["id"]]
    home = {"building_id": str(here.other_building)}
    moved_in = await here.secretary.post(f"/v1/people/{person}/residencies", json=home)
    assert refusal(moved_in) == (409, "overlaps")
    assert moved_in.json()["residency_id"]
    cover = {"area_id": str(here.cluster), "category": "hygiene"}
    first = ok(await here.district.post(f"/v1/organizations/{here.group}/coverage", json=cover))
    second = await here.district.post(f"/v1/organizations/{here.group}/coverage", json=cover)
    assert refusal(second) == (409, "overlaps")
    assert second.json()["coverage_ids"] == [first["id"]]


@pytest.mark.parametrize(
    ("kind", "parent", "code"),
    [("community", "building", "kind_inverted"), ("building", "building", "kind_inverted")],
)
async def test_an_inverted_kind_is_refused(here: Neighbourhood, kind: str, parent: str, code: str) -> None:
    body = {"kind": kind, "parent_id": str(getattr(here, parent)), "name": "x"}
    assert refusal(await here.district.post("/v1/areas", json=body)) == (422, code)


async def test_a_place_does_not_come_to_lie_inside_itself(here: Neighbourhood) -> None:
    answer = await here.move(f"/v1/areas/{here.community}:move", parent_id=str(here.cluster))
    assert refusal(answer) == (422, "cycle")


@pytest.mark.parametrize("year", [1899, 2999])
async def test_nobody_is_born_in_the_future_or_before_1900(here: Neighbourhood, year: int) -> None:
    body = {"name": "何凤兰", "community_id": str(here.community), "birth_year": year}
    assert refusal(await here.secretary.post("/v1/people", json=body)) == (422, "birth_year_invalid")


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "何\x00凤"},
        {"name": "x" * 61},
        {"name": ""},
        {"unknown": 1},
        {"languages": []},
        {"channel_order": ["pigeon"]},
    ],
    ids=["NUL", "over length", "empty", "unknown field", "no language", "unknown channel"],
)
async def test_what_is_no_text_or_no_field_is_refused(here: Neighbourhood, changes: dict[str, Any]) -> None:
    body = {"name": "何凤兰", "community_id": str(here.community)} | changes
    answer = await here.secretary.post("/v1/people", json=body)
    assert refusal(answer) == (422, "invalid")
    assert answer.json()["errors"][0]["pointer"]


async def test_a_lone_surrogate_is_refused(here: Neighbourhood) -> None:
    raw = f'{{"name": "何\\ud800", "community_id": "{here.community}"}}'
    headers = {"Content-Type": "application/json"}
    answer = await here.secretary.post("/v1/people", content=raw.encode(), headers=headers)
    assert answer.status_code == 422


async def test_a_name_that_looks_like_a_formula_is_stored_as_written(here: Neighbourhood) -> None:
    person = await here.person("=SUM(A1)")
    assert ok(await here.as_person(person).get(f"/v1/people/{person}"))["name"] == "=SUM(A1)"


async def test_one_id_twice_is_answered_once_and_a_thousand_and_one_are_too_many(here: Neighbourhood) -> None:
    notify = here.service.as_service("notify")
    person = str(await here.person())
    twice = {"purpose": "x", "items": [{"person_id": person}, {"person_id": person}]}
    assert len(ok(await notify.post("/internal/contacts:resolve", json=twice))["items"]) == 1
    many = {"purpose": "x", "items": [{"person_id": str(uuid4())} for _ in range(1_001)]}
    assert refusal(await notify.post("/internal/contacts:resolve", json=many)) == (422, "invalid")
    both = {"purpose": "x", "items": [{"person_id": person, "challenge_id": person}]}
    assert refusal(await notify.post("/internal/contacts:resolve", json=both)) == (422, "invalid")


async def test_a_stale_or_missing_version_is_refused(here: Neighbourhood) -> None:
    path = f"/v1/areas/{here.cluster}"
    seen = ok(await here.service.client().get(path))["revision"]
    ok(await here.district.patch(path, json={"name": "东坪二村"}, headers={"If-Match": f'"{seen}"'}))
    stale = await here.district.patch(path, json={"name": "东坪三村"}, headers={"If-Match": f'"{seen}"'})
    assert refusal(stale) == (412, "stale")
    assert refusal(await here.district.patch(path, json={"name": "x"})) == (428, "if_match_missing")


async def test_an_unknown_place_or_person_names_its_field(here: Neighbourhood) -> None:
    nowhere, nobody = str(uuid4()), str(uuid4())
    for path, body, code in (
        ("/v1/areas", {"kind": "building", "parent_id": nowhere, "name": "9栋"}, "parent_unknown"),
        ("/v1/organizations", {"classification": "arts_team", "name": "x", "area_id": nowhere}, "unknown"),
        (f"/v1/organizations/{here.group}/coverage", {"area_id": nowhere}, "area_unknown"),
    ):
        answer = await here.district.post(path, json=body)
        assert refusal(answer) == (422, code)
        assert answer.json()["errors"][0]["pointer"]
    assert refusal(await here.join(here.root)) == (422, "person_unknown")
    grant = {"subject_id": nobody, "role": "operator", "scope_id": str(here.community)}
    assert refusal(await here.secretary.post("/v1/grants", json=grant)) == (404, "not_found")


async def test_a_household_that_cannot_be_brought_in_leaves_nothing_behind(here: Neighbourhood) -> None:
    row = {"building_id": str(here.building), "dwelling": "2-1203", "people": [{"name": "何凤兰"}]}
    answer = await here.secretary.post("/v1/households", json={"items": [row, row | {"dwelling": "２－１２０３"}]})
    assert refusal(answer) == (409, "overlaps")
    assert answer.json()["errors"] == [{"pointer": "/items/1/dwelling", "code": "overlaps", "detail": "is lived in"}]
    assert ok(await here.secretary.get("/v1/households"))["items"] == []
    nowhere = row | {"building_id": str(uuid4())}
    assert refusal(await here.secretary.post("/v1/households", json={"items": [nowhere]})) == (422, "building_unknown")


async def test_a_login_is_taken_once(here: Neighbourhood) -> None:
    account = {"login": "chenhong", "password": "correct horse battery staple", "totp_secret": "JBSWY3DPEHPK3PXP"}
    await here.person("陈虹", account=account)
    body = {"name": "李珊", "community_id": str(here.community), "account": account | {"login": "ChenHong "}}
    assert refusal(await here.secretary.post("/v1/people", json=body)) == (409, "login_taken")
    weak = account | {"login": "lishan", "password": "123456789012"}
    body["account"] = weak
    assert refusal(await here.secretary.post("/v1/people", json=body)) == (422, "password_common")
