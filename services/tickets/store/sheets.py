"""Files of rows, read and written as streams: CSV in the encodings people use, and XLSX without what it may hide."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import IO, Any

from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.reader.excel import load_workbook
from openpyxl.workbook.workbook import Workbook

from chassis.refused import Refused
from services.tickets.domain.defused import defused

ENCODINGS = ("utf-8-sig", "gb18030")
UNPACKED_MAX = 512 * 1024 * 1024
RATIO_MAX = 200
PARTS_MAX = 2_000
CELL_MAX = 1_000_000
_ZIP = b"PK\x03\x04"
_PIECE = 1 << 20
DELIMITERS = (",", "\t", ";")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def is_xlsx(head: bytes) -> bool:
    return head.startswith(_ZIP)


def check(file: IO[bytes]) -> None:
    """Refuse what must never be opened: a zip that unpacks to a flood, XML that declares entities. Nothing is expanded
    beyond the limit."""
    file.seek(0)
    if not is_xlsx(file.read(4)):
        return
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            _check_sizes(parts)
            for part in parts:
                if part.filename.endswith((".xml", ".rels", ".vml")):
                    _check_declarations(packed, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise Refused("file_unreadable", status=400) from error


def _check_sizes(parts: Sequence[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if len(parts) > PARTS_MAX or unpacked > UNPACKED_MAX or unpacked > RATIO_MAX * max(packed, 1_000):
        raise Refused("too_large_unpacked", status=413)


def _check_declarations(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """A document type has no place in a spreadsheet. What says less of its size than it holds is a bomb."""
    seen, tail = 0, b""
    with packed.open(part) as opened:
        while piece := opened.read(_PIECE):
            seen += len(piece)
            if seen > part.file_size:
                raise Refused("too_large_unpacked", status=413)
            plain = (tail + piece).replace(b"\0", b"")
            if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                raise Refused("document_type_not_allowed", status=400)
            tail = piece[-16:]


def rows(file: IO[bytes]) -> Iterator[list[str]]:
    """Every row, from the first on, as text."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    return _xlsx(file) if is_xlsx(head) else _csv(file)


def _csv(file: IO[bytes]) -> Iterator[list[str]]:
    encoding = _encoding(file)
    file.seek(0)
    csv.field_size_limit(CELL_MAX)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        delimiter = _delimiter(text.readline())
        text.seek(0)
        for row in csv.reader(text, delimiter=delimiter):
            yield [cell.replace("\0", "").strip() for cell in row]
    except csv.Error as error:
        raise Refused("file_unreadable", status=400) from error
    finally:
        if not file.closed:
            text.detach()


def _encoding(file: IO[bytes]) -> str:
    """UTF-8, with or without a mark; what is none is GB18030, which every Chinese spreadsheet writes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return ENCODINGS[1]
    return ENCODINGS[0]


def _delimiter(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _xlsx(file: IO[bytes]) -> Iterator[list[str]]:
    """A damaged workbook shows itself in a dozen ways, some only in the middle of a sheet."""
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_cell(value) for value in row]
    except Exception as error:
        raise Refused("file_unreadable", status=400) from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\0", "").strip()


def count(file: IO[bytes]) -> int:
    """About how many rows: for the time that is left."""
    file.seek(0)
    if not is_xlsx(file.read(4)):
        file.seek(0)
        lines, last = 0, b"\n"
        while piece := file.read(_PIECE):
            lines, last = lines + piece.count(b"\n"), piece[-1:]
        return lines + (last != b"\n")
    file.seek(0)
    book = load_workbook(file, read_only=True)
    found = book.worksheets[0].max_row or 0
    book.close()
    return int(found)


def write_csv(header: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    """With the mark by which spreadsheets know UTF-8; no cell is a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(header)
    writer.writerows([defused(cell) for cell in line] for line in lines)
    return codecs.BOM_UTF8 + written.getvalue().encode()


def write_xlsx(header: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    """Every cell is typed as text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("tickets")
    for line in (header, *lines):
        sheet.append([_text_cell(sheet, cell) for cell in line])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _text_cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, value=_without_controls(defused(value)))
    cell.data_type = "s"
    return cell


def _without_controls(text: str) -> str:
    return "".join(character for character in text if character >= " " or character in "\t\n\r")
