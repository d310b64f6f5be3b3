"""The number a resident reads out: date, community, serial and a check digit (ISO 7064 MOD 11,10)."""

import re
from datetime import date

SERIAL_MAX = 99_999
_WHOLE = re.compile(r"^(\d{8})-?(\d{2})-?(\d{5})-?(\d)$")
_TAIL = re.compile(r"^\d{5}-?\d$")


def check_digit(digits: str) -> int:
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = (total * 2) % 11
    return (11 - product) % 10


def ticket_number(*, filed_on: date, community_code: int, serial: int) -> str:
    digits = f"{filed_on:%Y%m%d}{community_code % 100:02d}{serial:05d}"
    return f"{digits[:8]}-{digits[8:10]}-{digits[10:]}-{check_digit(digits)}"


def whole_number(text: str) -> str | None:
    """The number in its written form, or nothing when the check digit says it was misheard."""
    found = _WHOLE.match(text.strip())
    if found is None:
        return None
    digits = "".join(found.groups()[:3])
    if check_digit(digits) != int(found.group(4)):
        return None
    return f"{digits[:8]}-{digits[8:10]}-{digits[10:]}-{found.group(4)}"


def number_tail(text: str) -> str | None:
    """The last six digits as written on paper: five of the serial and the check digit."""
    if _TAIL.match(text.strip()) is None:
        return None
    digits = text.strip().replace("-", "")
    return f"{digits[:5]}-{digits[5]}"
