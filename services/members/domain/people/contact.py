"""A way to reach a person. A number signs in at most one person; it may reach several."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import phonenumbers

from chassis.refused import Refused

_MAINLAND_MOBILE = re.compile(r"\+861[3-9]\d{9}")
_NOISE = re.compile(r"[\s()\-.·‐‑–—]+")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,}")


class ContactKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"


CHANNEL_KIND = {"sms": ContactKind.PHONE, "email": ContactKind.EMAIL}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint:
    id: UUID
    person_id: UUID
    kind: ContactKind
    value: str
    verified_at: datetime | None = None
    signs_in: bool = False
    preferred: bool = False
    unreachable_at: datetime | None = None

    def verified(self, at: datetime) -> "ContactPoint":
        return replace(self, verified_at=self.verified_at or at, unreachable_at=None)


def normalise(kind: ContactKind, written: str) -> str:
    """One form for one address. What cannot be read is refused without being repeated."""
    return phone(written) if kind is ContactKind.PHONE else _email(written)


def phone(written: str) -> str:
    """`138 0000 0001`, full-width digits, `+86` and `0086` become E.164."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", written))
    plain = "+" + plain[2:] if plain.startswith("00") else plain
    if re.fullmatch(r"1[3-9]\d{9}", plain):
        return "+86" + plain
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        raise _invalid("phone_invalid") from None
    if not phonenumbers.is_valid_number(number):
        raise _invalid("phone_invalid")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_mainland_mobile(number: str) -> bool:
    """Only such a number is sent a code: everything else is how text messages are pumped for money."""
    return _MAINLAND_MOBILE.fullmatch(number) is not None


def masked(kind: ContactKind, value: str) -> str:
    if kind is ContactKind.EMAIL:
        return value[0] + "***@" + value.partition("@")[2]
    local = value.removeprefix("+86")
    return local[:3] + "****" + local[-4:]


def best(points: Sequence[ContactPoint], channel: str) -> ContactPoint | None:
    """Where to reach her by a channel: the preferred, then the verified, then the oldest that still answers."""
    kind = CHANNEL_KIND.get(channel)
    usable = [point for point in points if point.kind is kind and point.unreachable_at is None]
    return min(usable, key=_weight, default=None)


def _weight(point: ContactPoint) -> tuple[bool, bool, bool, UUID]:
    return not point.preferred, point.verified_at is None, not point.signs_in, point.id


def reach(points: Sequence[ContactPoint], channel_order: Sequence[str]) -> tuple[str, ContactPoint] | None:
    """The first channel in her order by which she can be reached."""
    for channel in channel_order:
        if point := best(points, channel):
            return channel, point
    return None


def _email(written: str) -> str:
    plain = unicodedata.normalize("NFKC", written).strip().casefold()
    if not _EMAIL.fullmatch(plain):
        raise _invalid("email_invalid")
    return plain


def _invalid(code: str) -> Refused:
    return Refused(code, status=422, errors=[{"pointer": "/value", "code": code, "detail": code}])
