"""Cells that a spreadsheet would take for a formula, written so that they stay text."""

import unicodedata

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def defused(value: object) -> str:
    """The value as text; what begins like a formula, full width too, gets an apostrophe before it."""
    text = "" if value is None else str(value).replace("\0", "")
    first = unicodedata.normalize("NFKC", text[:1])
    return f"'{text}" if first in _DANGEROUS and text else text
