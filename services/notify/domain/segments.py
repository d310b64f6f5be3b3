"""How a text goes on the air: its encoding, its segments, what a mainland carrier charges; refused when too long.

The text is taken as it is; only CRLF becomes LF. Nothing is substituted and nothing is cut.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chassis.refused import Refused
from services.notify.domain import gsm

SINGLE_UNITS: Final = 70
PART_UNITS: Final = 67
SINGLE_SEPTETS: Final = 160
PART_SEPTETS: Final = 153
UNITS_MAX: Final = 500
SEGMENTS_MAX: Final = 10
UDH_HEAD: Final = b"\x05\x00\x03"

_JOINED: Final = "\u200d"
_MARKS: Final = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U0001f3fb-\U0001f3ff]")
_CLUSTERED: Final = re.compile(f"{_JOINED}|{_MARKS.pattern}")
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]")


class Encoding(StrEnum):
    """The two alphabets of the air interface."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class Measured:
    """The size of one text on the air: septets or UTF-16 units, the units of each segment, what is charged."""

    encoding: Encoding
    units: int
    lengths: tuple[int, ...]
    billable: int

    @property
    def segments(self) -> int:
        return len(self.lengths)


WEIGHTLESS: Final = Measured(Encoding.UCS2, 0, (), 0)
"""The size of what does not go on the air: a mail, a line in a chat."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its text, and its place among the others (`n` of `total`, from 1)."""

    text: str
    encoding: Encoding
    n: int = 1
    total: int = 1
    ref: int = 0

    @property
    def udh(self) -> bytes:
        """The six octets before a segment of several; nothing before a single one."""
        return UDH_HEAD + bytes([self.ref, self.total, self.n]) if self.total > 1 else b""


def units(text: str) -> int:
    """UTF-16 units: a character outside the basic plane counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def units_within(text: str) -> int:
    """The units of a text for the mainland; `too_long` beyond 500."""
    n = units(text)
    if n > UNITS_MAX:
        raise Refused("too_long", status=422, detail=f"{n} units, at most {UNITS_MAX}", units=n)
    return n


def billable(n: int) -> int:
    """One up to 70 units, else as many parts of 67 as it takes; Latin text too."""
    return 1 if n <= SINGLE_UNITS else -(-n // PART_UNITS)


def measured(text: str, *, mainland: bool = True, ucs2_only: bool = False) -> Measured:
    """Measure a text; `too_long` beyond 500 units on the mainland, beyond ten segments elsewhere."""
    text = text.replace("\r\n", "\n")
    n = units_within(text) if mainland else units(text)
    encoding, parts = _parts(text, ucs2_only)
    if not mainland and len(parts) > SEGMENTS_MAX:
        raise Refused("too_long", status=422, detail=f"{len(parts)} segments, at most {SEGMENTS_MAX}", units=n)
    lengths = tuple(_length(part, encoding) for part in parts)
    return Measured(encoding, sum(lengths), lengths, billable(n) if mainland else len(parts))


def divided(text: str, *, ref: int = 0, ucs2_only: bool = False) -> Sequence[Segment]:
    """The segments a text goes out in; `ref` tells two long texts to one handset apart."""
    encoding, parts = _parts(text.replace("\r\n", "\n"), ucs2_only)
    return [Segment(part, encoding, n, len(parts), ref) for n, part in enumerate(parts, 1)]


def _parts(text: str, ucs2_only: bool) -> tuple[Encoding, list[str]]:
    encoding = Encoding.GSM7 if not ucs2_only and gsm.fits(text) else Encoding.UCS2
    single, part = (SINGLE_SEPTETS, PART_SEPTETS) if encoding is Encoding.GSM7 else (SINGLE_UNITS, PART_UNITS)
    size = _size(encoding)
    if _length(text, encoding) <= single:
        return encoding, [text]
    if _length(text, encoding) == len(text) and not _CLUSTERED.search(text):
        return encoding, [text[at : at + part] for at in range(0, len(text), part)]
    parts = _filled(text, size, part)
    whole = _filled(list(graphemes(text)), lambda cluster: sum(map(size, cluster)), part)
    return encoding, whole if len(whole) <= len(parts) else parts


def _filled(pieces: Sequence[str], size: Callable[[str], int], room: int) -> list[str]:
    """Fill greedily; a piece that does not fit whole begins the next part. One larger than a part is taken apart."""
    parts, used = [""], 0
    for piece in pieces:
        for one in piece if size(piece) > room else [piece]:
            if used + size(one) > room:
                parts.append("")
                used = 0
            parts[-1] += one
            used += size(one)
    return parts


def _size(encoding: Encoding) -> Callable[[str], int]:
    return gsm.septets if encoding is Encoding.GSM7 else units


def _length(text: str, encoding: Encoding) -> int:
    return sum(map(gsm.septets, text)) if encoding is Encoding.GSM7 else units(text)


def graphemes(text: str) -> Iterator[str]:
    """What people see as one character: with its marks, its joined others, both letters of a flag."""
    cluster = ""
    for character in text:
        if cluster and not _belongs(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _belongs(cluster: str, character: str) -> bool:
    if character == _JOINED or cluster[-1] == _JOINED or _MARKS.match(character):
        return True
    return len(cluster) == 1 and bool(_FLAG.match(cluster) and _FLAG.match(character))
