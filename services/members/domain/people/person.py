"""A person as members knows her: little, sealed, and masked for everyone who does not need more."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused

_BORN_FIRST = 1900
_NAME_MAX = 60
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒")


class PersonState(StrEnum):
    PROVISIONAL = "provisional"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    DISABLED = "disabled"


class PersonMove(StrEnum):
    ENROL = "enrol"
    VERIFY = "verify"
    DISABLE = "disable"
    ENABLE = "enable"


MOVES: Mapping[PersonState, Mapping[PersonMove, PersonState]] = {
    PersonState.PROVISIONAL: {
        PersonMove.ENROL: PersonState.UNVERIFIED,
        PersonMove.VERIFY: PersonState.VERIFIED,
        PersonMove.DISABLE: PersonState.DISABLED,
    },
    PersonState.UNVERIFIED: {
        PersonMove.VERIFY: PersonState.VERIFIED,
        PersonMove.DISABLE: PersonState.DISABLED,
    },
    PersonState.VERIFIED: {PersonMove.DISABLE: PersonState.DISABLED},
    PersonState.DISABLED: {PersonMove.ENABLE: PersonState.UNVERIFIED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`community_id` is the area she belongs to: her community, or the wider area she works for."""

    id: UUID
    community_id: UUID
    name: str
    birth_year: int | None = None
    languages: tuple[str, ...] = ("zh-CN",)
    channel_order: tuple[str, ...] = ("sms",)
    paused_until: datetime | None = None
    state: PersonState = PersonState.UNVERIFIED
    revision: int = 0

    def moved(self, move: PersonMove) -> "Person":
        target = MOVES[self.state].get(move)
        if target is None:
            raise Refused(f"cannot_{move}_when_{self.state}", possible_moves=sorted(MOVES[self.state]))
        return replace(self, state=target)

    @property
    def reachable(self) -> bool:
        return self.state is not PersonState.DISABLED


def check_name(name: str) -> str:
    """Stored as written, but never empty, unbounded or of control characters."""
    written = name.strip()
    bad = any(unicodedata.category(char) == "Cc" for char in written)
    if not written or len(written) > _NAME_MAX or bad:
        raise _field("/name", "name_invalid")
    return written


def check_birth_year(year: int | None, *, this_year: int) -> None:
    if year is not None and not _BORN_FIRST <= year <= this_year:
        raise _field("/birth_year", "birth_year_invalid")


def masked(name: str) -> str:
    """The family name, and stars for the rest."""
    if not name:
        return ""
    if name.isascii():
        return name[0] + "***"
    family = name[:2] if name.startswith(_COMPOUND) and len(name) > 2 else name[:1]
    return family + "*" * max(len(name) - len(family), 1)


def tokens(name: str) -> frozenset[str]:
    """What a name is found by: the whole of it and each pair of neighbouring characters."""
    plain = "".join(unicodedata.normalize("NFKC", name).casefold().split())
    return frozenset({plain}) | {plain[at : at + 2] for at in range(len(plain) - 1)}


def _field(pointer: str, code: str) -> Refused:
    return Refused(code, status=422, errors=[{"pointer": pointer, "code": code, "detail": code}])
