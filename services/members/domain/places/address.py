"""A place in words becomes candidates, never a silent guess."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.members.domain.places.area import LEVEL, AreaKind

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_CHINESE = "零〇一二两三四五六七八九十百"
_NUMBER = rf"(\d{{1,4}}|[{_CHINESE}]{{1,5}})"
_DASHED = re.compile(r"(?<![\d-])(\d{1,3})-(\d{1,2})-(\d{1,4})(?![\d-])")
_BUILDING = re.compile(rf"([A-Za-z]|{_NUMBER})(?:栋|幢|号楼|座)")
_ENTRANCE = re.compile(rf"{_NUMBER}(?:单元|门洞)")
_FLOOR = re.compile(rf"{_NUMBER}(?:层|(?<!号)楼(?!栋|道|上|下|梯))")
_ROOM = re.compile(r"(?<!\d)(\d{3,4})(?:室|房|号房)|(?:单元|层|楼)(\d{3,4})(?!\d)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣ー", "-"))


@dataclass(frozen=True, slots=True)
class Parts:
    """What the words name, as plain digits."""

    building: str | None = None
    entrance: str | None = None
    floor: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place the words may mean. `estate_id` only for buildings."""

    id: UUID
    kind: AreaKind
    path: tuple[UUID, ...]
    estate_id: UUID | None = None


def normalised(text: str) -> str:
    """Full-width digits, any dash and all spaces made one form."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def parse(text: str) -> Parts:
    """`3-2-12`, `3栋2单元12层`, `三栋二单元1203室`, in full width as well."""
    plain = normalised(text)
    dashed = _DASHED.search(plain)
    if dashed:
        return _from_dashes(*dashed.groups())
    room = _ROOM.search(plain)
    number = (room.group(1) or room.group(2)) if room else None
    floor = _first(_FLOOR, plain)
    return Parts(
        building=_first(_BUILDING, plain),
        entrance=_first(_ENTRANCE, plain),
        floor=floor or (str(int(number[:-2])) if number else None),
        room=number,
    )


def number_of(kind: AreaKind, name: str, local_code: str | None) -> str | None:
    """The number a building or entrance is called by: its local code, else the one in its name."""
    if kind not in (AreaKind.BUILDING, AreaKind.ENTRANCE):
        return None
    pattern = _BUILDING if kind is AreaKind.BUILDING else _ENTRANCE
    return _first(pattern, normalised(name)) or local_code


def candidates(
    parts: Parts, named: Sequence[Place], named_estates: Collection[UUID], numbered: Sequence[Place]
) -> list[Place]:
    """The places that fit the words: buildings of that number inside what is named, or the deepest named place."""
    if parts.building is None:
        return _deepest(named)
    containers = {place.id for place in named if place.kind is not AreaKind.BUILDING}
    if not containers and not named_estates:
        return list(numbered)
    return [place for place in numbered if place.estate_id in named_estates or containers.intersection(place.path[:-1])]


def exact(found: Sequence[Place]) -> UUID | None:
    """The one place meant, only when nothing else fits."""
    return found[0].id if len(found) == 1 else None


def _deepest(named: Sequence[Place]) -> list[Place]:
    level = max((LEVEL[place.kind] for place in named), default=0)
    return [place for place in named if LEVEL[place.kind] == level]


def _from_dashes(building: str, entrance: str, last: str) -> Parts:
    """The last number is a room from three digits on, else a floor."""
    if len(last) >= 3:
        return Parts(_plain(building), _plain(entrance), str(int(last[:-2])), last)
    return Parts(_plain(building), _plain(entrance), _plain(last), None)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return _plain(found.group(1)) if found else None


def _plain(word: str) -> str:
    if word.isascii() and word.isdigit():
        return str(int(word))
    if word.isascii():
        return word.upper()
    return str(_chinese(word))


def _chinese(word: str) -> int:
    """Chinese numerals up to 999: 三, 十二, 二十, 一百零三; and digit by digit: 一二."""
    if "十" not in word and "百" not in word:
        return int("".join(str(_DIGITS[char]) for char in word))
    total = current = 0
    for char in word:
        if char == "百":
            total, current = total + (current or 1) * 100, 0
        elif char == "十":
            total, current = total + (current or 1) * 10, 0
        else:
            current = _DIGITS[char]
    return total + current
