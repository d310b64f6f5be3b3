"""The file of a campaign: both encodings, every line end, cells as text; faults by row and column."""

import json
from typing import Any
from uuid import UUID

import pytest

from chassis.refused import Refused
from services.notify.domain import campaign_file
from services.notify.domain.campaign_file import Fault, Rows

FIELDS = ("name", "due time")
CSV = "address,Name,due_time\n13800000001,王芳,周五\n"


def read(body: str | bytes, *, table: bool = True, channel: str = "sms") -> Rows:
    return Rows(body if isinstance(body, bytes) else body.encode(), table=table, fields=FIELDS, channel=channel)


@pytest.mark.parametrize(
    "body",
    [
        CSV.encode(),
        CSV.encode("utf-8-sig"),
        CSV.encode("gb18030"),
        CSV.replace("\n", "\r").encode(),
        CSV.replace("\n", "\r\n").encode(),
        CSV.replace("\n", "\n\n").encode(),
    ],
    ids=["plain", "bom", "gb18030", "cr", "crlf", "empty lines"],
)
def test_a_table_is_read_as_spreadsheets_write_it(body: bytes) -> None:
    (row,) = read(body)
    assert (row.number, row.address, row.fault) == (1, "+8613800000001", None)
    assert row.values == {"name": "王芳", "due time": "周五"}


def test_a_formula_is_text() -> None:
    (row,) = read('address,name\n13800000001,"=HYPERLINK(""x"")"\n')
    assert row.values == {"name": '=HYPERLINK("x")'}


def test_an_object_a_line_names_a_person_or_an_address() -> None:
    person = UUID(int=7)
    lines = [{"person_id": str(person), "name": "王芳"}, {"address": "138 0000 0001", "name": 5, "due-time": None}]
    one, two = read("\n".join(json.dumps(line) for line in lines), table=False)
    assert (one.person_id, one.address, one.values) == (person, "", {"name": "王芳"})
    assert (two.person_id, two.address, two.values) == (None, "+8613800000001", {"name": "5", "due time": ""})


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"address": "1380000000"}, Fault("address", "too_short")),
        ({"address": "02362345678"}, Fault("address", "landline")),
        ({"address": "a@b"}, Fault("address", "mail_address_invalid")),
        ({"address": "a@example.org"}, Fault("address", "channel_differs")),
        ({}, Fault("address", "one_recipient")),
        ({"address": "13800000001", "person_id": str(UUID(int=1))}, Fault("address", "one_recipient")),
        ({"person_id": "nobody"}, Fault("person_id", "person_invalid")),
        ({"address": "13800000001", "name": "长" * 2_001}, Fault("name", "too_long")),
        ({"address": "13800000001", "name": "a\0b"}, Fault("name", "not_text")),
        ({"address": "13800000001", "na\ud800me": "\ud800"}, Fault("na?me", "not_text")),
        ([], Fault("", "json_invalid")),
    ],
)
def test_a_fault_is_told_by_row_and_column(cells: Any, fault: Fault) -> None:
    good = {"address": "13800000002"}
    rows = list(read(f"{json.dumps(cells)}\n{json.dumps(good)}", table=False))
    assert [(row.number, row.fault) for row in rows] == [(1, fault), (2, None)]


def test_a_line_that_is_no_json_is_a_fault_of_that_line() -> None:
    broken, good = read('{"address"\n{"address":"13800000002"}', table=False)
    assert (broken.fault, good.fault) == (Fault("", "json_invalid"), None)


def test_a_row_with_more_cells_than_the_head_is_a_fault() -> None:
    (row,) = read("address,name\n13800000001,王芳,x\n")
    assert row.fault == Fault("", "too_many_cells")


def test_unknown_columns_are_named() -> None:
    rows = read("address,name,生日\n13800000001,王芳,1\n")
    assert [row.fault for row in rows] == [None]
    assert list(rows.unknown) == ["生日"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "columns_invalid"),
        ("name,due time\n王芳,周五\n", "columns_invalid"),
        ("address,name,Name\n13800000001,a,b\n", "columns_invalid"),
        ("address,name\n", "no_rows"),
        ('address,name\n13800000001,"a"b\n', "file_unreadable"),
        (b"address\n\xff\xff\xff", "file_unreadable"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(body: str | bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        list(read(body))


def test_one_row_too_many_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign_file, "ROWS_MAX", 2)
    body = "address\n13800000001\n13800000002\n"
    assert len(list(read(body))) == 2
    with pytest.raises(Refused, match="too_many_rows"):
        list(read(f"{body}13800000003\n"))
