"""The rows of a campaign as somebody gives them: CSV with a head, or a JSON object a line. Cells are text, never run.

A fault of one row is told with its column and does not hold up the others; a file that cannot be read is refused.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from chassis.refused import Refused
from services.notify.domain.mailbox import address_of, channel_of
from services.notify.domain.placeholders import key

ROWS_MAX: Final = 200_000
BYTES_MAX: Final = 32 * 1024 * 1024
CELL_CHARACTERS_MAX: Final = 2_000
NAME_CHARACTERS_SHOWN: Final = 100
UNKNOWN_SHOWN_MAX: Final = 50
ADDRESS: Final = "address"
PERSON: Final = "person_id"
_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_PERSON_KEY: Final = key(PERSON)
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row cannot be sent to: a column (empty: the whole row) and a word."""

    column: str
    code: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row, counted from 1 without the head: whom it is for, and the values of her text; or its fault."""

    number: int
    address: str = ""
    person_id: UUID | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None


class Rows:
    """Goes through a file once; the columns that no text needs are known afterwards."""

    def __init__(self, body: bytes, *, table: bool, fields: Sequence[str], channel: str) -> None:
        self.table, self.channel = table, channel
        self.own = {key(name): name for name in fields}
        self.unknown: dict[str, None] = {}
        self.text = decoded(body)

    def __iter__(self) -> Iterator[Row]:
        number = 0
        for number, cells in enumerate(self._table() if self.table else self._lines(), 1):
            if number > ROWS_MAX:
                raise Refused("too_many_rows", status=422, detail=f"at most {ROWS_MAX}")
            yield self._row(number, cells)
        if not number:
            raise Refused("no_rows", status=422)

    def _table(self) -> Iterator[Mapping[str, Any] | Fault]:
        lines = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        try:
            head = [name.strip() for name in next(lines, [])]
            keys = [key(name) for name in head]
            if not {ADDRESS, _PERSON_KEY} & set(keys) or len(set(keys)) < len(keys):
                raise Refused("columns_invalid", status=422, detail=f"one of {ADDRESS}, {PERSON}; no name twice")
            self._note(head)
            for cells in lines:
                if any(cells):
                    yield (
                        Fault("", "too_many_cells") if len(cells) > len(head) else dict(zip(head, cells, strict=False))
                    )
        except csv.Error as error:
            raise Refused("file_unreadable", status=422, detail=f"line {lines.line_num}") from error

    def _lines(self) -> Iterator[Mapping[str, Any] | Fault]:
        for line in io.StringIO(self.text, newline=""):
            if line.strip():
                yield self._object(line)

    def _object(self, line: str) -> Mapping[str, Any] | Fault:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            return Fault("", "json_invalid")
        if not isinstance(found, dict):
            return Fault("", "json_invalid")
        self._note(found)
        return found

    def _note(self, names: Sequence[str] | Mapping[str, Any]) -> None:
        for name in names:
            known = key(name) in self.own or key(name) in (ADDRESS, _PERSON_KEY)
            if not known and len(self.unknown) < UNKNOWN_SHOWN_MAX:
                self.unknown[_shown(name)] = None

    def _row(self, number: int, cells: Mapping[str, Any] | Fault) -> Row:
        if isinstance(cells, Fault):
            return Row(number, fault=cells)
        try:
            given = {key(name): _cell(name, cell) for name, cell in cells.items()}
            address, person = self._recipient(given)
        except _Faulty as faulty:
            return Row(number, fault=faulty.fault)
        values = {self.own[name]: cell for name, cell in given.items() if name in self.own}
        return Row(number, address, person, values)

    def _recipient(self, given: Mapping[str, str]) -> tuple[str, UUID | None]:
        address, person = given.get(ADDRESS, ""), given.get(_PERSON_KEY, "")
        if bool(address) == bool(person):
            raise _Faulty(ADDRESS, "one_recipient")
        if person:
            return "", _person(person)
        found = _address(address)
        if channel_of(found) != self.channel:
            raise _Faulty(ADDRESS, "channel_differs")
        return found, None


class _Faulty(Exception):
    def __init__(self, column: str, code: str) -> None:
        super().__init__(code)
        self.fault = Fault(column, code)


def decoded(body: bytes) -> str:
    """The text of a file, in whichever of the two encodings spreadsheets write here."""
    for encoding in _ENCODINGS:
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("file_unreadable", status=422, detail="neither UTF-8 nor GB18030")


def _cell(name: str, cell: object) -> str:
    text = "" if cell is None else cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
    if len(text) > CELL_CHARACTERS_MAX:
        raise _Faulty(_shown(name), "too_long")
    if _NO_TEXT.search(text):
        raise _Faulty(_shown(name), "not_text")
    return text.strip()


def _shown(name: str) -> str:
    """A column's name as it may be stored and shown."""
    return _NO_TEXT.sub("?", name[:NAME_CHARACTERS_SHOWN])


def _person(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise _Faulty(PERSON, "person_invalid") from None


def _address(given: str) -> str:
    try:
        return address_of(given)
    except Refused as refusal:
        raise _Faulty(ADDRESS, refusal.errors[0]["code"] if refusal.errors else refusal.code) from None
