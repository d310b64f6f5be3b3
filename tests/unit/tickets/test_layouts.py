"""Three layouts, read by their headers; oddities that are flagged; files that must not be opened."""

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook
from openpyxl.workbook.workbook import Workbook

from chassis.refused import Refused
from services.tickets.domain import anomaly, layout
from services.tickets.domain.anomaly import Centre
from services.tickets.domain.layout import BY_NAME, Imported, RowFault, normalised
from services.tickets.domain.profile import Kind
from services.tickets.store import sheets

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def cells(**values: str) -> dict[str, str]:
    return {normalised(name): value for name, value in values.items()}


def of_12345(**changes: str) -> dict[str, str]:
    plain = {
        "工单编号": "20240527001",
        "工单类型": "投诉",
        "主要内容": "楼道堆物",
        "工单状态": "已办结",
        "办结时间": "2024-06-01 10:00:00",
    }
    return {normalised(name): value for name, value in (plain | changes).items()}


def test_portal_and_api_names_are_one_layout() -> None:
    portal = cells(
        **{"Unique Key": "1", "Created Date": "05/27/2024 02:08:51 AM", "Complaint Type": "Noise", "Status": "Open"}
    )
    api = cells(unique_key="1", created_date="2024-05-27T02:08:51.000", complaint_type="Noise", status="Open")
    assert BY_NAME["nyc311"].read(portal) == BY_NAME["nyc311"].read(api)
    assert BY_NAME["nyc311"].read(api).filed_at == datetime(2024, 5, 27, 6, 8, 51, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (["Complaint Type", "x", "Unique Key"], "nyc311"),
        (["service_name", "requested_datetime", "service_request_id"], "open311"),
        (["主要内容", "工单 编号"], None),
        (["标题", "主要内容", "工单编号", "来电人电话/账号"], "12345"),
    ],
)
def test_a_layout_is_known_by_its_headers_in_any_order(header: list[str], name: str | None) -> None:
    found = layout.recognised([["某市热线工单导出"], [], header])
    assert (found and (found[0].name, found[1])) == (name and (name, 2))


def test_a_12345_row_says_what_it_says() -> None:
    row = BY_NAME["12345"].read(
        of_12345(来电人="王芳", **{"来电人电话/账号": "13812345678", "是否满意": "满意", "被反映区": "南岸区"})
    )
    assert (row.kind, row.is_open, row.phone, row.place) == (Kind.COMPLAINT, False, "13812345678", "南岸区")
    assert row.filed_at == datetime(2024, 5, 26, 16, tzinfo=UTC)
    assert "是否满意: 满意" in row.description
    assert "王芳" not in row.description
    assert "来电人" in BY_NAME["12345"].never_kept


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("诉求", Kind.COMPLAINT),
        ("求助", Kind.NEED),
        ("建议", Kind.IDEA),
        ("咨询", Kind.INQUIRY),
        ("举报", Kind.REPORT),
        ("表扬", Kind.PRAISE),
    ],
)
def test_kinds_of_12345_are_ours(word: str, kind: Kind) -> None:
    assert BY_NAME["12345"].read(of_12345(工单类型=word)).kind is kind


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"工单编号": ""}, "key_missing"),
        ({"工单编号": "1" * 121}, "key_too_long"),
        ({"主要内容": ""}, "matter_missing"),
    ],
)
def test_a_row_without_a_key_or_a_matter_is_an_error(changes: dict[str, str], code: str) -> None:
    with pytest.raises(RowFault) as fault:
        BY_NAME["12345"].read(of_12345(**changes))
    assert fault.value.code == code
    assert code in layout.FAULTS


def an_imported(**changes: Any) -> Imported:
    plain: dict[str, Any] = {
        "key": "1", "matter": "noise", "description": "x", "is_open": False, "filed_at": NOW - timedelta(days=9),
        "closed_at": NOW - timedelta(days=1),
    }  # fmt: skip
    return Imported(**(plain | changes))


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"closed_at": NOW - timedelta(days=10)}, "closed_before_created"),
        ({"is_open": True}, "closed_date_but_open"),
        ({"closed_at": None}, "closed_status_without_date"),
        ({"due_at": NOW - timedelta(days=10)}, "due_before_created"),
        ({"filed_at": None}, "no_creation_time"),
        ({"closed_at": NOW + timedelta(days=1)}, "future_date"),
        ({"is_open": None}, "unknown_status"),
        ({"lat": 40.7, "long": -74.0}, "outside_area"),
        ({"flags": ("unknown_kind",)}, "unknown_kind"),
    ],
)
def test_each_oddity_has_its_flag_and_no_other(changes: dict[str, Any], flag: str) -> None:
    here = [Centre(29.53, 106.58)]
    assert anomaly.flags(an_imported(**changes), now=NOW, category_known=True, centres=here) == [flag]
    assert anomaly.flags(an_imported(lat=29.54, long=106.57), now=NOW, category_known=True, centres=here) == []
    assert anomaly.flags(an_imported(), now=NOW, category_known=False, centres=here) == ["unknown_category"]


def test_where_no_centre_is_known_nobody_says_far() -> None:
    assert not anomaly.outside(40.7, -74.0, [])


# Files ----------------------------------------------------------------------------------------------------------


def a_workbook(*rows: list[Any]) -> io.BytesIO:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_encodings_people_use_are_read(encoding: str) -> None:
    file = io.BytesIO("工单编号,主要内容\n1,𠮷楼道堆物\n".encode(encoding))
    assert list(sheets.rows(file)) == [["工单编号", "主要内容"], ["1", "𠮷楼道堆物"]]


def test_odd_bytes_are_read_as_far_as_they_can() -> None:
    assert list(sheets.rows(io.BytesIO(b"a,b\n\xff\xfe,\x00x\n")))[1][1] == "x"


def test_other_delimiters_and_line_ends_are_read() -> None:
    assert list(sheets.rows(io.BytesIO(b'a;b\r\n"1;2";3\r\n'))) == [["a", "b"], ["1;2", "3"]]


def test_a_workbook_is_read_as_text() -> None:
    file = a_workbook(["编号", "日期", "数"], [1, datetime(2024, 5, 27, 8, 0), 2.0], [None, None, None])
    assert list(sheets.rows(file)) == [["编号", "日期", "数"], ["1", "2024-05-27T08:00:00", "2"], ["", "", ""]]


def packed(**parts: bytes) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return file


@pytest.mark.parametrize(
    ("file", "status", "code"),
    [
        (packed(xl__sheet1=b" " * 60_000_000), 413, "too_large_unpacked"),
        (
            packed(xl__sheet1=b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
            400,
            "document_type_not_allowed",
        ),
        (
            packed(xl__sheet1='<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'.encode("utf-16")),
            400,
            "document_type_not_allowed",
        ),
        (io.BytesIO(b"PK\x03\x04 and no zip"), 400, "file_unreadable"),
    ],
)
def test_bombs_and_document_types_are_never_expanded(file: io.BytesIO, status: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        sheets.check(file)
    assert (refused.value.status, refused.value.code) == (status, code)


def test_what_is_written_is_read_back_and_is_no_formula() -> None:
    lines = [["1", "=1+1", "@x", "\x07楼道"]]
    assert list(sheets.rows(io.BytesIO(sheets.write_csv(("a", "b", "c", "d"), lines))))[1][1] == "'=1+1"
    book = load_workbook(io.BytesIO(sheets.write_xlsx(("a", "b", "c", "d"), lines)))
    row = list(book.active.iter_rows())[1]
    assert [cell.value for cell in row] == ["1", "'=1+1", "'@x", "楼道"]
    assert {cell.data_type for cell in row} == {"s"}
