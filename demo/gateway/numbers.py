"""How a handset's number is written: mainland numbers without prefix, all others with 00."""

import re

MAINLAND = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
ABROAD = re.compile(r"(?:\+|00)([1-9]\d{6,14})")


def local(written: str) -> str | None:
    """As the handset knows itself; None when this is no number a text could be sent to."""
    if found := MAINLAND.fullmatch(written.strip()):
        return found[1]
    found = ABROAD.fullmatch(written.strip())
    return f"00{found[1]}" if found else None


def international(number: str) -> str:
    """E.164, as the vendors that serve the whole world write it."""
    return f"+{number.removeprefix('00')}" if number.startswith("00") else f"+86{number}"
