"""The Open311 door, as a client of another house uses it: forms in, lists out, errors that say everything."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from uuid import uuid4
from xml.etree.ElementTree import fromstring

import httpx
import jsonschema
import pytest
import pytest_asyncio
from PIL import Image
from referencing import Registry, Resource

from tests.services.tickets.community import Community
from tests.unit.tickets.test_open311 import leaves_of_json, leaves_of_xml

OFFICIAL = Path(__file__).parents[4] / "shared" / "testdata" / "open311"
BASE = "/open311/v2"
A_CATEGORY = {"code": "noise", "label": "噪音", "class": "general", "public": True}


class Client:
    """What an independent client does: forms out, a format by the path's ending, no header of ours."""

    def __init__(self, here: Community, key: str, jurisdiction: str = "") -> None:
        self.http = here.service.client()
        self.key, self.jurisdiction = key, jurisdiction

    async def get(self, path: str, **query: str) -> httpx.Response:
        more = {"jurisdiction_id": self.jurisdiction} if self.jurisdiction else {}
        return await self.http.get(BASE + path, params=query | more)

    async def post(self, path: str, **form: Any) -> httpx.Response:
        return await self.http.post(BASE + path, data={"api_key": self.key} | form)


@pytest_asyncio.fixture
async def client(here: Community) -> Client:
    return Client(here, await a_key(here))


async def a_key(here: Community, *rights: str, **more: Any) -> str:
    body = {"community_id": str(here.community), "label": "FixMyStreet", "rights": list(rights or ("file", "update"))}
    answer = await here.of(here.secretary).post("/v1/open311-keys", json=body | more)
    assert answer.status_code == 201, answer.text
    key: str = answer.json()["api_key"]
    return key


async def posted(client: Client, here: Community, **form: Any) -> dict[str, Any]:
    plain = {"service_code": "noise", "description": "夜里施工", "address_id": str(here.building)}
    answer = await client.post("/requests.json", **plain | form)
    assert answer.status_code == 201, answer.text
    (made,) = answer.json()
    return dict(made)


def checked(content: Any, schema: str) -> None:
    if not OFFICIAL.exists():
        pytest.skip("the official Open311 schemas are not on this machine: ../shared/testdata/open311")
    known = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in OFFICIAL.glob("*.json")}
    draft = "http://json-schema.org/draft-04/schema#"
    resources = [(name, Resource.from_contents({"$schema": draft} | one)) for name, one in known.items()]
    validator = jsonschema.Draft4Validator(known[schema], registry=Registry().with_resources(resources))
    assert [error.message for error in validator.iter_errors(content)] == []


async def test_discovery_is_there_in_both_formats(client: Client) -> None:
    told = await client.get("/discovery.json")
    assert told.headers["content-type"] == "application/json; charset=utf-8"
    (endpoint,) = told.json()["endpoints"]
    assert set(endpoint) == {"specification", "url", "changeset", "type", "formats"}
    assert set(endpoint["formats"]) == {"text/xml", "application/json"}
    xml = await client.get("/discovery.xml")
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert leaves_of_xml(fromstring(xml.content)) == leaves_of_json(told.json(), "/discovery")


async def test_services_are_the_public_categories_and_fit_the_official_schema(client: Client) -> None:
    told = (await client.get("/services.json")).json()
    codes = {service["service_code"] for service in told}
    assert "sanitation" in codes
    assert not codes & {"rights", "counselling", "hardship"}
    checked(told, "services.json")
    definition = (await client.get("/services/noise.json")).json()
    assert definition["service_code"] == "noise"
    checked(definition, "service-definition.json")


async def test_questions_are_attributes_and_their_answers_are_kept(client: Client, here: Community) -> None:
    values = [{"key": "day", "name": "白天"}, {"key": "night", "name": "夜里"}]
    question = {"code": "hours", "label": "什么时候", "datatype": "singlevaluelist", "required": True, "values": values}
    body = {"community_id": str(here.community), "label": "噪音扰民", "questions": [question]}
    made = await here.of(here.secretary).post("/v1/categories", json=A_CATEGORY | body)
    assert made.status_code == 201, made.text
    definition = (await client.get("/services/noise.json")).json()
    checked(definition, "service-definition.json")
    (attribute,) = definition["attributes"]
    assert (attribute["code"], attribute["datatype"], attribute["values"]) == ("hours", "singlevaluelist", values)
    (service,) = [each for each in (await client.get("/services.json")).json() if each["service_code"] == "noise"]
    assert (service["service_name"], service["metadata"]) == ("噪音扰民", True)
    form = {"service_code": "noise", "description": "x", "address_id": str(here.building)}
    refused = await client.post("/requests.json", **form)
    assert await errors(refused) == [("400", "attribute[hours] was not provided")]
    await posted(client, here, **{"attribute[hours]": "night", "attribute[title]": "Noise"})
    rows = await here.service.sql("SELECT answers::text AS answers FROM tickets")
    assert rows[0]["answers"] == '{"hours": "night"}'


async def test_what_a_community_hides_is_offered_nowhere(client: Client, here: Community) -> None:
    body = {"community_id": str(here.community), "visible": False}
    made = await here.of(here.secretary).post("/v1/categories", json=A_CATEGORY | body)
    assert made.status_code == 201, made.text
    assert "noise" not in {each["service_code"] for each in (await client.get("/services.json")).json()}
    assert (await client.get("/services/noise.json")).status_code == 404


@pytest.mark.parametrize("path", ["/services", "/services/noise", "/requests", "/servicerequestupdates"])
async def test_both_formats_say_the_same(client: Client, here: Community, path: str) -> None:
    await posted(client, here)
    told, xml = await client.get(path + ".json"), fromstring((await client.get(path + ".xml")).content)
    assert leaves_of_xml(xml) == leaves_of_json(told.json(), f"/{xml.tag}")
    assert len(leaves_of_xml(xml)) > 1


async def test_a_request_is_filed_read_and_resolved(client: Client, here: Community) -> None:
    made = await posted(client, here, phone="13812345678", first_name="王", last_name="芳", email="w@example.com")
    number = made["service_request_id"]
    (told,) = (await client.get(f"/requests/{number}.json", extensions="true")).json()
    assert (told["status"], told["service_code"], told["agency_responsible"]) == ("open", "noise", "物业管理")
    assert told["description"] == "夜里施工"
    assert told["address"] == "3栋 东坪一村 东山坪社区 重庆市"
    assert told["address_id"] == str(here.building)
    assert [note["type"] for note in told["notes"]] == ["received", "assigned"]
    listed = (await client.get("/requests.json", service_request_id=number)).json()
    checked(listed, "requests.json")
    row = (await here.service.sql("SELECT id, revision, channel, origin FROM tickets WHERE number = $1", number))[0]
    assert (row["channel"], row["origin"]) == ("open311", "resident")
    ticket = {"id": str(row["id"]), "revision": row["revision"]}
    ticket = await here.move(here.leader, ticket, "accept")
    ticket = await here.move(here.leader, ticket, "record-contact", result="reached")
    await here.move(here.leader, ticket, "resolve", result="已劝停")
    (told,) = (await client.get(f"/requests/{number}.json")).json()
    assert (told["status"], told["status_notes"]) == ("closed", "等居民确认")


@pytest.mark.parametrize(("first", "last", "name"), [("芳芳", "王", "王芳芳"), ("Ann", "Smith", "Ann Smith")])
async def test_phone_name_and_mail_go_to_members_together(
    client: Client, here: Community, first: str, last: str, name: str
) -> None:
    here.service.others.says("/internal/people:identify", {"person_id": str(uuid4()), "building_id": None})
    await posted(client, here, phone="13812345678", first_name=first, last_name=last, email="w@example.com")
    asked = json.loads(here.service.others.asked[-1].content)
    assert asked == {"phone": "13812345678", "enrol": True, "name": name, "email": "w@example.com"}


async def test_an_address_members_cannot_read_is_told_to_the_client(client: Client, here: Community) -> None:
    refused = httpx.Response(422, json={"code": "email_invalid"})
    here.service.others.says("/internal/people:identify", refused)
    form = {"service_code": "noise", "address_id": str(here.building), "phone": "13812345678", "email": "nonsense"}
    answer = await client.post("/requests.json", **form)
    assert (answer.status_code, await here.service.sql("SELECT 1 FROM tickets")) == (400, [])


async def test_what_is_said_of_a_person_is_kept_nowhere(client: Client, here: Community) -> None:
    person = uuid4()
    here.service.others.says("/internal/people:identify", {"person_id": str(person), "building_id": None})
    made = await posted(client, here, phone="13812345678", first_name="王芳芳", email="w@example.com")
    rows = await here.service.sql(
        "SELECT t::text AS words, t.reporter_id FROM tickets t WHERE number = $1", made["service_request_id"]
    )
    assert rows[0]["reporter_id"] == person
    told = await here.service.sql("SELECT string_agg(n::text, '') AS words FROM notes n")
    for canary in ("王芳芳", "w@example.com", "13812345678"):
        assert canary not in rows[0]["words"] + (told[0]["words"] or "")


async def test_nothing_personal_is_in_any_public_answer(client: Client, here: Community) -> None:
    said = "夜里施工 13812345678 渝A12345 500108199001011234 3-2-12"
    await posted(client, here, description=said)
    inside = await here.files(description="我家3-2-12的王芳芳", room="3-2-12", category="noise")
    await here.files(category="hardship", description="困难")
    await here.files(kind="report", description="举报")
    answers = [await client.get(f"/requests.{format_}", extensions="true") for format_ in ("json", "xml")]
    answers += [await client.get("/bulk/requests.csv"), await client.get("/servicerequestupdates.json")]
    for answer in answers:
        assert answer.status_code == 200
        for canary in ("13812345678", "渝A12345", "500108199001011234", "3-2-12", "王芳芳", "困难", "举报"):
            assert canary not in answer.text
        for person in (here.resident, here.leader, here.operator):
            assert str(person) not in answer.text
    assert {row["service_code"] for row in answers[0].json()} == {"noise"}
    assert inside["number"] in answers[0].text


async def test_without_a_place_it_is_a_draft_with_a_token(client: Client, here: Community) -> None:
    made = await posted(client, here, address_id="", address_string="河边")
    assert "service_request_id" not in made
    path = f"/tokens/{made['token']}.json"
    assert (await client.get(path)).json() == [{"service_request_id": None, "token": made["token"]}]
    row = (await here.service.sql("SELECT id, revision, number FROM tickets WHERE state = 'draft'"))[0]
    assert (await client.get(f"/requests/{row['number']}.json")).status_code == 404
    ticket = {"id": str(row["id"]), "revision": row["revision"]}
    await here.move(here.operator, ticket, "confirm", building_id=str(here.building))
    assert (await client.get(path)).json()[0]["service_request_id"] == row["number"]


async def test_an_address_in_words_is_read_by_members(client: Client, here: Community) -> None:
    here.service.others.says("/v1/places:parse", {"exact": str(here.building)})
    made = await posted(client, here, address_id="", address_string="东坪一村3栋")
    assert made["service_request_id"]


async def test_a_point_without_a_building_is_told_roughly(client: Client, here: Community) -> None:
    made = await posted(client, here, address_id="", lat="29.5372891", long="106.5879342")
    (told,) = (await client.get(f"/requests/{made['service_request_id']}.json")).json()
    assert (told["lat"], told["long"], told["address_id"]) == (29.537, 106.588, None)


async def test_a_photograph_comes_along_and_is_public_only_when_released(client: Client, here: Community) -> None:
    form = {"api_key": client.key, "service_code": "noise", "description": "x", "address_id": str(here.building)}
    media = {"media": ("a.jpg", a_photograph(), "image/jpeg")}
    answer = await client.http.post(f"{BASE}/requests.json", data=form, files=media)
    assert answer.status_code == 201, answer.text
    number = answer.json()[0]["service_request_id"]
    assert (await client.get(f"/requests/{number}.json")).json()[0]["media_url"] is None
    (row,) = await here.service.sql("SELECT id FROM attachments WHERE ticket_id IS NOT NULL")
    released = await here.of(here.operator).post(f"/v1/attachments/{row['id']}:release", json={})
    assert released.status_code == 200, released.text
    url = (await client.get(f"/requests/{number}.json")).json()[0]["media_url"]
    shown = await here.service.client().get(url)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    bad = {"media": ("a.jpg", b"<svg/>", "image/jpeg")}
    assert (await client.http.post(f"{BASE}/requests.json", data=form, files=bad)).status_code == 415


def a_photograph() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "JPEG")
    return content.getvalue()


async def test_the_same_within_ten_minutes_is_the_first_request(client: Client, here: Community) -> None:
    first = await posted(client, here)
    assert await posted(client, here, description=" 夜里施工 ", email="") == first
    assert await posted(client, here, description="又在施工") != first
    await here.service.advance(minutes=11)
    assert await posted(client, here) != first


async def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(error["code"], error["description"]) for error in answer.json()]


async def test_every_error_is_a_list_with_its_status(client: Client, here: Community) -> None:
    good = {"service_code": "noise", "description": "x", "address_id": str(here.building)}
    wrong = [
        ({"api_key": "nobody's"}, 403, "api_key is not valid here"),
        ({"api_key": ""}, 403, "api_key was not provided"),
        ({"service_code": "moon"}, 404, "service_code was not found"),
        ({"service_code": "counselling"}, 404, "service_code was not found"),
        ({"service_code": ""}, 400, "service_code was not provided"),
        ({"address_id": ""}, 400, "lat and long, address_string or address_id was not provided"),
        ({"address_id": str(uuid4())}, 400, "building unknown"),
        ({"jurisdiction_id": "77"}, 404, "jurisdiction_id was not found"),
        ({"description": "x" * 4_001}, 400, "description is longer than 4000 characters"),
    ]
    for change, status, said in wrong:
        answer = await client.post("/requests.json", **good | change)
        assert (answer.status_code, (str(status), said) in await errors(answer)) == (status, True), answer.text
    every = await client.post("/requests.json", api_key="no", service_code="moon", lat="91", long="0")
    assert {code for code, _ in await errors(every)} == {"403", "404", "400"}
    assert every.status_code == 403
    assert fromstring((await client.post("/requests.xml", api_key="no")).content).tag == "errors"


async def test_a_form_that_is_none_is_refused_as_a_list(client: Client) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    for content, kind in ((b"x", headers), (b"{}", {"Content-Type": "application/json"})):
        answer = await client.http.post(f"{BASE}/requests.json", content=content, headers=kind)
        assert (answer.status_code, (await errors(answer))[0][0]) == (400, "400")


async def test_reading_errors_are_lists_too(client: Client) -> None:
    wrong = [
        ("/services/moon.json", {}, 404),
        ("/requests/20200101-01-00001-1.json", {}, 404),
        ("/tokens/1.json", {}, 404),
        ("/tokens/" + "0" * 64 + ".json", {}, 404),
        ("/services.html", {}, 404),
        ("/services.json", {"jurisdiction_id": "77"}, 404),
        ("/requests.json", {"start_date": "yesterday"}, 400),
        ("/requests.json", {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"}, 400),
        ("/requests.json", {"status": "odd"}, 400),
        ("/requests.json", {"start_date": "0001-01-01T00:00:00Z"}, 400),
        ("/requests.json", {"end_date": "9999-12-31T23:59:59-12:00"}, 400),
        ("/requests.json", {"service_code": "a\0b"}, 400),
        ("/requests/a%00b.json", {}, 400),
        ("/requests.json", {"page_size": "1001"}, 400),
        ("/requests.json", {"page": "0"}, 400),
    ]
    for path, query, status in wrong:
        answer = await client.get(path, **query)
        assert (path, answer.status_code) == (path, status)
        assert (await errors(answer))[0][0] == str(status)


async def test_with_several_communities_the_jurisdiction_must_be_named(client: Client, here: Community) -> None:
    far = uuid4()
    await here.area(far, "community", [here.root, far], "水云路社区")
    assert (await client.get("/services.json")).status_code == 400
    assert (await client.get("/services.json", jurisdiction_id=str(far))).status_code == 200
    assert (await client.get("/discovery.json")).status_code == 200
    foreign = await client.post(
        "/requests.json", jurisdiction_id=str(far), service_code="noise", lat="29.5", long="106.5"
    )
    assert foreign.status_code == 403


async def test_filters_pages_and_empty_parameters(client: Client, here: Community) -> None:
    made = [await posted(client, here, description=f"第{n}次") for n in range(3)]
    await posted(client, here, service_code="parking")
    assert len((await client.get("/requests.json", service_code="noise", status="", page="")).json()) == 3
    page = (await client.get("/requests.json", service_code="noise", page="2", page_size="2")).json()
    assert [row["service_request_id"] for row in page] == [made[0]["service_request_id"]]
    assert (await client.get("/requests.json", status="closed")).json() == []
    one = made[1]["service_request_id"]
    both = await client.get("/requests.json", service_request_id=one, status="closed")
    assert [row["service_request_id"] for row in both.json()] == [one]
    await here.service.advance(days=91)
    assert (await client.get("/requests.json")).json() == []


async def test_an_update_is_kept_once_and_closes_only_by_a_handlers_key(client: Client, here: Community) -> None:
    number = (await posted(client, here))["service_request_id"]
    word = {"update_id": "u1", "service_request_id": number, "status": "CLOSED", "description": "看过了"}
    for _ in range(2):
        assert (await client.post("/servicerequestupdates.json", **word)).json() == [{"update_id": "u1"}]
    assert len(await here.service.sql("SELECT 1 FROM notes WHERE text LIKE '%看过了%'")) == 1
    row = (await here.service.sql("SELECT id, revision, state FROM tickets WHERE number = $1", number))[0]
    assert row["state"] == "assigned"
    ticket = await here.move(here.leader, {"id": str(row["id"]), "revision": row["revision"]}, "accept")
    await here.move(here.leader, ticket, "record-contact", result="reached")
    hands = Client(here, await a_key(here, "update", "handle", person_id=str(here.leader)))
    done = await hands.post("/servicerequestupdates.xml", **word | {"update_id": "u2", "description": "已处理"})
    assert done.status_code == 201, done.text
    assert (await client.get(f"/requests/{number}.json")).json()[0]["status"] == "closed"
    told = (await client.get("/servicerequestupdates.json")).json()
    assert told[-1]["service_request_id"] == number
    assert told[-1]["status"] == "closed"


async def test_wrong_updates_are_refused_and_leave_nothing(client: Client, here: Community) -> None:
    number = (await posted(client, here))["service_request_id"]
    good = {"update_id": "u1", "service_request_id": number, "status": "OPEN", "description": "x"}
    for change, status in [({"service_request_id": "1"}, 404), ({"update_id": ""}, 400), ({"api_key": "no"}, 403)]:
        assert (await client.post("/servicerequestupdates.json", **good | change)).status_code == status
    hands = Client(here, await a_key(here, "update", "handle", person_id=str(here.leader)))
    early = await hands.post("/servicerequestupdates.json", **good | {"status": "CLOSED"})
    assert (early.status_code, early.json()[0]["description"]) == (400, "cannot resolve when assigned")
    assert await here.service.sql("SELECT 1 FROM open311_updates") == []


async def test_the_bulk_file_has_the_official_columns_and_no_formula(client: Client, here: Community) -> None:
    await posted(client, here, description="=1+1")
    rows = list(csv.reader(io.StringIO((await client.get("/bulk/requests.csv")).text)))
    official = json.loads((OFFICIAL / "open311-fields.json").read_text(encoding="utf-8")) if OFFICIAL.exists() else {}
    assert rows[0] == official.get("bulk_csv_header", rows[0])
    assert rows[1][9] == "'=1+1"


async def test_a_key_has_a_limit_and_an_end(here: Community) -> None:
    client = Client(here, await a_key(here, "file", per_minute=2))
    for n in range(2):
        await posted(client, here, description=f"第{n}次")
    plain = {"service_code": "noise", "description": "x", "address_id": str(here.building)}
    third = await client.post("/requests.json", **plain)
    assert (third.status_code, third.headers["retry-after"]) == (429, "60")
    await here.service.advance(minutes=2)
    await posted(client, here, description="第三次")
    (key,) = (await here.of(here.secretary).get("/v1/open311-keys")).json()["items"]
    assert key["api_key"] is None
    await here.of(here.secretary).post(f"/v1/open311-keys/{key['id']}:revoke")
    assert (await client.post("/requests.json", **plain)).status_code == 403


async def test_the_key_itself_is_kept_nowhere(here: Community) -> None:
    secret = await a_key(here)
    rows = await here.service.sql("SELECT k::text AS words FROM open311_keys k")
    assert secret not in rows[0]["words"]
