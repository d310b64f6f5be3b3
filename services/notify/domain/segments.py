"""What a mainland carrier charges, in UTF-16 units of signature and body; and what is too long to be sent at all."""

from dataclasses import dataclass
from typing import Final

from chassis.refused import Refused

SINGLE_UNITS: Final = 70
PART_UNITS: Final = 67
UNITS_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Measured:
    """The size of one text on the air."""

    units: int
    billable: int


def units(text: str) -> int:
    """UTF-16 units: a character outside the basic plane counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def billable(n: int) -> int:
    """One up to 70 units, else as many parts of 67 as it takes; Latin text too."""
    return 1 if n <= SINGLE_UNITS else -(-n // PART_UNITS)


def measured(text: str) -> Measured:
    """Measure a text as it is; refused, never cut, when it is too long. Only CRLF becomes LF."""
    n = units(text.replace("\r\n", "\n"))
    if n > UNITS_MAX:
        raise Refused("too_long", status=422, detail=f"{n} units, at most {UNITS_MAX}", units=n)
    return Measured(n, billable(n))
