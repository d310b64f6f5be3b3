"""GSM 03.38: what a text takes on the air, in septets of the small alphabet or in 16-bit units."""

from itertools import accumulate

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = "\f^{}\\[~]|€"
OCTETS_MAX = 140
WIDTH = dict.fromkeys(BASIC, 1) | dict.fromkeys(ESCAPED, 2)


def small(text: str) -> bool:
    """Every character is in the small alphabet."""
    return all(character in WIDTH for character in text)


def in_small(text: str) -> str:
    """What a gateway makes of a text that it was told to send in the small alphabet."""
    return "".join(character if character in WIDTH else "?" for character in text)


def units(text: str, *, wide: bool) -> int:
    return sum(_widths(text, wide=wide))


def fitting(text: str, *, wide: bool, header_octets: int = 0) -> str:
    """The beginning that goes into one message beside a header of so many octets; nothing is split."""
    room = (OCTETS_MAX - header_octets) // 2 if wide else (OCTETS_MAX - header_octets) * 8 // 7
    return text[: sum(end <= room for end in accumulate(_widths(text, wide=wide)))]


def _widths(text: str, *, wide: bool) -> list[int]:
    if wide:
        return [2 if ord(character) > 0xFFFF else 1 for character in text]
    return [WIDTH.get(character, 1) for character in text]
