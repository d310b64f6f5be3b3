"""The monthly number of complaints of a place, told as counts: "7 件 → 1 件"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.tickets.domain.profile import COUNTED_AS_COMPLAINT, Kind

MONTHS_MAX = 60
NOT_COUNTED_REASONS = frozenset({"spam", "test"})
COUNTED_KIND = Kind.COMPLAINT
COUNTED_ORIGINS = COUNTED_AS_COMPLAINT


@dataclass(frozen=True, slots=True)
class Month:
    month: date
    complaints: int


def months(first: date, last: date) -> list[date]:
    """All months from the first to the last, both included."""
    found: list[date] = []
    current = first.replace(day=1)
    while current <= last and len(found) < MONTHS_MAX:
        found.append(current)
        current = following(current)
    return found


def following(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def series(first: date, last: date, counted: Mapping[date, int]) -> list[Month]:
    """A month without complaints is a nought, not a gap."""
    return [Month(month, counted.get(month, 0)) for month in months(first, last)]


def sentence(found: list[Month]) -> str:
    """From the first to the last month; small numbers are never told in per cent."""
    if not found:
        return "–"
    return f"{found[0].complaints} 件 → {found[-1].complaints} 件"
