"""The monthly number of complaints of a place, told as counts: "7 件 → 1 件"; and whether it is out of the usual."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.tickets.domain.interval import Interval, poisson_band
from services.tickets.domain.profile import COUNTED_AS_COMPLAINT, Kind

MONTHS_MAX = 60
NOT_COUNTED_REASONS = frozenset({"spam", "test"})
COUNTED_KIND = Kind.COMPLAINT
COUNTED_ORIGINS = COUNTED_AS_COMPLAINT


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted in one month of one place."""

    complaints: int = 0
    households: int = 0
    me_too: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a place. `households_there` is nothing where nobody has counted them."""

    month: date
    complaints: int
    households: int = 0
    me_too: int = 0
    households_there: int | None = None
    band: Interval | None = None

    @property
    def per_100(self) -> float | None:
        return round(100 * self.complaints / self.households_there, 2) if self.households_there else None

    @property
    def unusual(self) -> bool:
        return self.band is not None and not self.band.low <= self.complaints <= self.band.high


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


def months_before(month: date, count: int) -> date:
    """The month that lies so many months earlier."""
    index = month.year * 12 + month.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def series(
    first: date,
    last: date,
    counted: Mapping[date, Counted],
    *,
    begun: date | None = None,
    households: Mapping[date, int] | None = None,
) -> list[Month]:
    """A month without complaints is a nought, not a gap. The band of a month is made of those before it, back to the
    month in which counting began."""
    there = households or {}
    return [_month(month, counted, begun, there.get(month)) for month in months(first, last)]


def _month(month: date, counted: Mapping[date, Counted], begun: date | None, there: int | None) -> Month:
    known = counted.get(month, Counted())
    band = poisson_band(_before(month, counted, begun)) if begun else None
    return Month(month, known.complaints, known.households, known.me_too, there, band)


def _before(month: date, counted: Mapping[date, Counted], begun: date) -> list[int]:
    earlier = [months_before(month, back) for back in range(12, 0, -1)]
    return [counted.get(each, Counted()).complaints for each in earlier if each >= begun]


def sentence(found: Sequence[Month]) -> str:
    """From the first to the last month; small numbers are never told in per cent."""
    if not found:
        return "–"
    return f"{found[0].complaints} 件 → {found[-1].complaints} 件"
