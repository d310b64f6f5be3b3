"""What is odd about an imported row. Oddities are flags and no failures: the row is kept and says so."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.tickets.domain.layout import Imported

FAR_METRES = 5_000
_EARTH_METRES = 6_371_000


@dataclass(frozen=True, slots=True)
class Centre:
    """Where a place of the community lies."""

    lat: float
    long: float


def flags(row: Imported, *, now: datetime, category_known: bool, centres: Sequence[Centre]) -> list[str]:
    """In the order of the list, each once."""
    found = {
        "no_creation_time": row.filed_at is None,
        "future_date": any(at is not None and at > now for at in (row.filed_at, row.closed_at)),
        "closed_before_created": _before(row.closed_at, row.filed_at),
        "due_before_created": _before(row.due_at, row.filed_at),
        "closed_date_but_open": row.closed_at is not None and row.is_open is True,
        "closed_status_without_date": row.closed_at is None and row.is_open is False,
        "unknown_status": row.is_open is None,
        "unknown_category": not category_known,
        "outside_area": outside(row.lat, row.long, centres),
    }
    return [*row.flags, *(name for name, holds in found.items() if holds)]


def _before(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and one < other


def outside(lat: float | None, long: float | None, centres: Sequence[Centre]) -> bool:
    """Far from every place whose centre is known; where none is known nobody can say."""
    if lat is None or long is None or not centres:
        return False
    return min(_metres(lat, long, centre) for centre in centres) > FAR_METRES


def _metres(lat: float, long: float, centre: Centre) -> float:
    """On a plane that touches the earth there: exact enough for kilometres."""
    north = math.radians(lat - centre.lat)
    east = math.radians(long - centre.long) * math.cos(math.radians((lat + centre.lat) / 2))
    return _EARTH_METRES * math.hypot(north, east)
