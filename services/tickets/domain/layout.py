"""Whose columns a file has, and what a row of it says. Layouts are known by their headers, columns in any order."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from services.tickets.domain.category import ALWAYS_CONFIDENTIAL, Category, guesses, plain
from services.tickets.domain.profile import Kind

NEW_YORK = ZoneInfo("America/New_York")
CHONGQING = ZoneInfo("Asia/Shanghai")
KEY_MAX, TITLE_MAX, DESCRIPTION_MAX, PLACE_MAX, STATUS_MAX = 120, 120, 4_000, 400, 80
HEADER_ROWS_MAX = 30
YEARS = range(1900, 2200)
_DATES = (
    "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%m/%d/%Y %I:%M:%S %p", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日",
)  # fmt: skip
_DATED_NUMBER = re.compile(r"(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
Cells = Mapping[str, str]


@dataclass(eq=False)
class RowFault(Exception):
    """Why a row cannot become a ticket, and in which column to look."""

    column: str
    code: str


FAULTS: Mapping[str, str] = {
    "key_missing": "这一行没有可用的编号，无法与其他行区分。",
    "key_too_long": "编号太长。",
    "matter_missing": "这一行没有写明是什么事。",
    "cells_missing": "这一行是空的或者列数不对。",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What one row says, in our words; `flags` name what could not be read."""

    key: str
    kind: Kind = Kind.COMPLAINT
    matter: str
    title: str = ""
    description: str
    status: str = ""
    is_open: bool | None = None
    filed_at: datetime | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None
    place: str = ""
    lat: float | None = None
    long: float | None = None
    phone: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """`never_kept`: columns that go to members or nowhere, and are not kept even sealed."""

    name: str
    needed: frozenset[str]
    read: Callable[[Cells], Imported]
    never_kept: frozenset[str] = field(default=frozenset())


def normalised(header: str) -> str:
    """`Created Date` and `created_date` are one column; 村/社区 and 村 社区 too."""
    return re.sub(r"[\W_]+", "_", unicodedata.normalize("NFKC", header).strip().lower()).strip("_")


def recognised(rows: Sequence[Sequence[str]]) -> tuple[Layout, int, list[str]] | None:
    """The layout, the number of the row that holds its header, and the columns; rows above it are titles."""
    for at, row in enumerate(rows[:HEADER_ROWS_MAX]):
        columns = [normalised(cell) for cell in row]
        layout = next((each for each in LAYOUTS if each.needed <= set(columns)), None)
        if layout is not None:
            return layout, at, columns
    return None


def moment(text: str, zone: tzinfo) -> datetime | None:
    """A wall-clock time of that zone, or one that names its own."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = next((found for form in _DATES if (found := _parsed(text, form))), datetime.min)
    if at.year not in YEARS:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _key(cells: Cells, column: str) -> str:
    key = cells.get(column, "")
    if not key:
        raise RowFault(column, "key_missing")
    if len(key) > KEY_MAX:
        raise RowFault(column, "key_too_long")
    return key


def _needed(cells: Cells, *columns: str) -> str:
    found = next((cells[column] for column in columns if cells.get(column)), "")
    if not found:
        raise RowFault(columns[0], "matter_missing")
    return found


def _point(cells: Cells, lat: str, long: str) -> tuple[float | None, float | None]:
    try:
        point = float(cells.get(lat, "")), float(cells.get(long, ""))
    except ValueError:
        return None, None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else (None, None)


def _joined(*parts: str, between: str = "\n") -> str:
    return between.join(dict.fromkeys(part for part in parts if part))


def _is_open(status: str, open_: Sequence[str], closed: Sequence[str]) -> bool | None:
    said = status.lower()
    if any(said.startswith(word) for word in closed):
        return False
    return True if any(said.startswith(word) for word in open_) else None


def category_of(matter: str, categories: Sequence[Category], beginnings: Mapping[str, str]) -> str | None:
    """By its code or label, by how the other system's word begins, else by the keywords; nothing when unknown."""
    said = plain(matter)
    named = next((each.code for each in categories if said in (each.code, plain(each.label))), None)
    begun = next((code for beginning, code in beginnings.items() if said.startswith(beginning)), None)
    guessed = guesses(matter, categories)
    found = named or begun or (guessed[0].code if guessed else None)
    return None if found in ALWAYS_CONFIDENTIAL else found


# NYC Open Data 311 ----------------------------------------------------------------------------------------------

_NYC_PLACE = ("incident_address", "intersection_street_1", "intersection_street_2", "landmark", "city", "borough")


def _nyc(cells: Cells) -> Imported:
    matter, status = _needed(cells, "complaint_type"), cells.get("status", "")
    lat, long = _point(cells, "latitude", "longitude")
    detail = cells.get("descriptor", "")
    return Imported(
        key=_key(cells, "unique_key"),
        matter=matter,
        title=matter[:TITLE_MAX],
        description=_joined(_joined(matter, detail, between=": "), cells.get("resolution_description", "")),
        status=status[:STATUS_MAX],
        is_open=_is_open(status, ("open", "assigned", "started", "pending", "in progress", "email"), ("closed",)),
        filed_at=moment(cells.get("created_date", ""), NEW_YORK),
        due_at=moment(cells.get("due_date", ""), NEW_YORK),
        closed_at=moment(cells.get("closed_date", ""), NEW_YORK),
        place=_joined(*(cells.get(name, "") for name in _NYC_PLACE), between=", ")[:PLACE_MAX],
        lat=lat,
        long=long,
    )


# Open311 bulk ---------------------------------------------------------------------------------------------------


def _open311(cells: Cells) -> Imported:
    status = cells.get("status_description", "") or cells.get("status", "")
    lat, long = _point(cells, "lat", "long")
    matter = _needed(cells, "service_name", "service_subtype")
    closed_at = moment(cells.get("closed_date", ""), CHONGQING)
    return Imported(
        key=_key(cells, "service_request_id"),
        matter=matter,
        title=matter[:TITLE_MAX],
        description=_joined(cells.get("description", "") or matter, cells.get("status_notes", "")),
        status=status[:STATUS_MAX],
        is_open=_is_open(status, ("open",), ("closed",)),
        filed_at=moment(cells.get("requested_datetime", ""), CHONGQING),
        closed_at=closed_at,
        place=cells.get("address", "")[:PLACE_MAX],
        lat=lat,
        long=long,
    )


# 12345, 21 columns ----------------------------------------------------------------------------------------------

_KINDS: Mapping[str, Kind] = {
    "诉求": Kind.COMPLAINT, "投诉": Kind.COMPLAINT, "求助": Kind.NEED, "建议": Kind.IDEA, "咨询": Kind.INQUIRY,
    "举报": Kind.REPORT, "表扬": Kind.PRAISE,
}  # fmt: skip
_OPEN_12345 = ("待", "办理中", "处理中", "已派", "已受理", "已接", "已转", "未办", "未处理")
_CLOSED_12345 = ("已办", "已结", "办结", "结案", "已归档", "归档", "已完成", "已回复", "已回访")
_PHONE_COLUMN = normalised("来电人电话/账号")


def _12345(cells: Cells) -> Imported:
    key, status = _key(cells, "工单编号"), cells.get("工单状态", "")
    words = _needed(cells, "主要内容", "标题")
    kind_word = cells.get("工单类型", "")
    kind = next((kind for word, kind in _KINDS.items() if word in kind_word), None)
    place = (normalised(name) for name in ("被反映区", "被反映街乡镇", "村/社区", "小区点位", "企业名称"))
    said = [
        f"{name}: {cells[name]}"
        for name in ("办理结果", "回复内容", "是否解决", "是否满意", "工单性质")
        if cells.get(name)
    ]
    return Imported(
        key=key,
        kind=kind or Kind.COMPLAINT,
        matter=_joined(cells.get("问题分类", ""), cells.get("标签", ""), cells.get("标题", ""), between=" "),
        title=cells.get("标题", "")[:TITLE_MAX],
        description=_joined(words, *said),
        status=status[:STATUS_MAX],
        is_open=_is_open(status, _OPEN_12345, _CLOSED_12345),
        filed_at=_dated(key),
        closed_at=moment(cells.get("办结时间", ""), CHONGQING),
        place=_joined(*(cells.get(name, "") for name in place), between=" ")[:PLACE_MAX],
        phone=cells.get(_PHONE_COLUMN) or None,
        flags=() if kind else ("unknown_kind",),
    )


def _dated(number: str) -> datetime | None:
    """The day that many of these numbers begin with; the hour is not known."""
    found = _DATED_NUMBER.search(number)
    return moment(f"{found[1]}-{found[2]}-{found[3]}", CHONGQING) if found else None


LAYOUTS = (
    Layout("nyc311", frozenset({"unique_key", "complaint_type"}), _nyc),
    Layout("open311", frozenset({"service_request_id", "requested_datetime"}), _open311),
    Layout("12345", frozenset({"工单编号", "主要内容"}), _12345, frozenset({"来电人", _PHONE_COLUMN})),
)
BY_NAME: Mapping[str, Layout] = {layout.name: layout for layout in LAYOUTS}
