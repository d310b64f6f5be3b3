"""GSM 03.38: the seven-bit alphabet of texts. A character that stands in neither table makes the whole text UCS-2."""

from typing import Final

BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""A character's place is its code; 0x1B is no character but the way into the extension table."""
EXTENSION: Final = {
    "\x0c": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
_SEPTETS: Final = {character: 1 for character in BASIC if character != "\x1b"} | dict.fromkeys(EXTENSION, 2)


def fits(text: str) -> bool:
    """Whether every character stands in one of the two tables."""
    return all(character in _SEPTETS for character in text)


def septets(character: str) -> int:
    """One, or two for a character of the extension table (ESC and its code)."""
    return _SEPTETS[character]
