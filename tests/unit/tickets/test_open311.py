"""The Open311 language: one mapping for two formats, and nothing of a person in it."""

import json
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tickets.api.open311_answers import answered
from services.tickets.domain import open311
from services.tickets.domain.defused import defused
from services.tickets.domain.mask import masked
from services.tickets.domain.open311 import Change, PublicTicket
from services.tickets.domain.open311_form import Form, answer_faults, answers, filing, read_moment
from services.tickets.domain.question import Datatype, Question
from services.tickets.domain.state import State
from tests.unit.tickets.builders import SHANGHAI

AT = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)


def a_public_ticket(**changes: Any) -> PublicTicket:
    change = Change("20260302-01-00001-2", 1, State.RECEIVED, None, "", AT)
    plain: dict[str, Any] = {
        "number": "20260302-01-00001-2",
        "state": State.FOLLOWING_UP,
        "outcome": None,
        "category": "noise",
        "category_label": "噪音",
        "channel": "open311",
        "words": "<b>吵</b> & 闹",
        "group_name": "物业管理",
        "requested_at": AT,
        "updated_at": AT,
        "closed_at": None,
        "expected_at": None,
        "address": "3栋",
        "address_id": None,
        "lat": 29.5,
        "long": -0.0001,
        "changes": (change,),
    }
    return PublicTicket(**(plain | changes))


def leaves_of_xml(element: Element, path: str = "") -> list[tuple[str, str]]:
    here = f"{path}/{element.tag}"
    if len(element) == 0:
        return [(here, element.text or "")]
    return [leaf for child in element for leaf in leaves_of_xml(child, here)]


def leaves_of_json(value: Any, path: str) -> list[tuple[str, str]]:
    """The same leaves, told from JSON by what the format's own names for members are."""
    if isinstance(value, dict):
        found = [leaf for key, inner in value.items() for leaf in leaves_of_json(inner, f"{path}/{key}")]
        return found or [(path, "")]
    if isinstance(value, list):
        member = {"service_requests": "request", "service_request_updates": "request_update"}.get(
            path.rsplit("/", 1)[-1], path.rsplit("/", 1)[-1].removesuffix("s")
        )
        return [leaf for inner in value for leaf in leaves_of_json(inner, f"{path}/{member}")] or [(path, "")]
    return [(path, {None: "", True: "true", False: "false"}.get(value, str(value)))]


@pytest.mark.parametrize("extensions", [True, False])
def test_xml_and_json_say_the_same(extensions: bool) -> None:
    content = [open311.request(a_public_ticket(), SHANGHAI, extensions=extensions)]
    xml = fromstring(bytes(answered("xml", "service_requests", content).body))
    told = json.loads(bytes(answered("json", "service_requests", content).body))
    assert leaves_of_xml(xml) == leaves_of_json(told, "/service_requests")


def test_every_state_is_open_or_closed_and_a_waiting_resident_is_named() -> None:
    assert {open311.status(state) for state in State} == {"open", "closed"}
    told = open311.request(a_public_ticket(), SHANGHAI)
    assert (told["status"], told["status_notes"]) == ("closed", "等居民确认")
    assert open311.request(a_public_ticket(state=State.WAITING_EXTERNAL), SHANGHAI)["status"] == "open"
    assert told["requested_datetime"] == "2026-03-02T00:00:00+08:00"


PERSONAL = (
    "13812345678", "138-1234-5678", "138 1234 5678", "１３８１２３４５６７８", "+86 13812345678", "023-62812345",
    "500108199001011234", "50010819900101123X", "500108900101123", "渝A12345", "渝AD12345", "渝A·12345", "3-2-12",
    "3-1202", "2单元501", "1203室", "12楼3号", "十二楼三号", "302号房", "wang.fang@example.com",
)  # fmt: skip


@pytest.mark.parametrize("personal", PERSONAL)
@given(before=st.sampled_from(["电话", "我是", "", "请找,", "3栋"]), after=st.sampled_from(["。", " 谢谢", "", ",急"]))
def test_nothing_of_a_person_is_left_in_public_words(personal: str, before: str, after: str) -> None:
    assert personal not in masked(before + personal + after)
    assert "***" in masked(before + personal + after)


@pytest.mark.parametrize("harmless", ["2018-08-30 下雨", "3栋漏水", "8月12号停水", "第3次了", "100元"])
def test_dates_and_buildings_stay_readable(harmless: str) -> None:
    assert masked(harmless) == harmless


def test_words_of_other_doors_are_never_public_but_a_summary_is() -> None:
    assert open311.shown_words(filed_here=False, description="吵", public_summary="") == ""
    assert open311.shown_words(filed_here=True, description="吵 13812345678", public_summary="") == "吵 ***"
    assert open311.shown_words(filed_here=False, description="吵", public_summary="夜里施工 1203室") == "夜里施工 ***"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"lat": "29"}, "lat and long come together"),
        ({"lat": "91", "long": "1"}, "lat is no number from -90 to 90"),
        ({"lat": "nan", "long": "1"}, "lat is no number from -90 to 90"),
        ({}, "lat and long, address_string or address_id was not provided"),
        ({"lat": "", "long": " "}, "lat and long, address_string or address_id was not provided"),
        ({"address_id": "7"}, "address_id is not known"),
        ({"address_string": "a", "description": "x" * 4_001}, "description is longer than 4000 characters"),
        ({"address_string": "a", "description": "x\0"}, "description has characters that are no text"),
    ],
)
def test_a_posted_form_names_its_faults(fields: dict[str, str], said: str) -> None:
    assert said in [fault.description for fault in filing(Form([*fields.items(), ("service_code", "noise")])).faults]


def test_all_faults_of_a_form_come_at_once() -> None:
    faults = filing(Form([("lat", "x"), ("long", "181")])).faults
    assert len(faults) == 3


def test_the_same_form_in_another_order_with_other_spaces_is_the_same() -> None:
    one = Form([("api_key", "a"), ("service_code", "noise"), ("description", "x "), ("email", "")])
    other = Form([("description", " x"), ("service_code", "noise"), ("api_key", "b")])
    assert one.hash() == other.hash()
    assert one.hash() != one.hash(b"a picture")


def test_attributes_are_read_one_by_one_and_in_lists() -> None:
    form = Form([("attribute[A]", "1"), ("attribute[B][]", "x"), ("attribute[B][]", "y"), ("attribute[C][0]", "z")])
    assert form.attributes == {"A": ["1"], "B": ["x", "y"], "C": ["z"]}


def test_answers_are_held_against_the_questions() -> None:
    asked = [
        Question("hours", "什么时候", Datatype.SINGLE, True, 1, (("day", "白天"), ("night", "夜里"))),
        Question("floors", "几楼", Datatype.MULTI, False, 2, (("1", "一楼"), ("2", "二楼"))),
    ]
    assert answer_faults({"hours": ["night"], "floors": ["1", "2"]}, asked) == []
    assert answers({"hours": ["night"], "floors": ["1"], "title": ["x"]}, asked) == {"hours": "night", "floors": ["1"]}
    assert [fault.description for fault in answer_faults({}, asked)] == ["attribute[hours] was not provided"]
    assert "has no value 'noon'" in answer_faults({"hours": ["noon"]}, asked)[0].description
    assert answer_faults({"hours": ["day", "night"]}, asked)[0].description == "attribute[hours] takes one value"


def test_a_moment_without_a_zone_is_none() -> None:
    assert read_moment("2026-03-01T00:00:00") is None
    assert read_moment("2026-03-01T00:00:00Z") == datetime(2026, 3, 1, tzinfo=UTC)
    assert read_moment("2026-03-01T08:00:00 08:00") == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "\r=1", "\0=1"])
def test_a_cell_that_begins_like_a_formula_stays_text(cell: str) -> None:
    assert defused(cell).startswith("'")


def test_other_cells_stay_as_they_are() -> None:
    assert [defused(cell) for cell in ("楼道", "", None, 3)] == ["楼道", "", "", "3"]
