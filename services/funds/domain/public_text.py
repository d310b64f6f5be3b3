"""Words and codes that anybody may read: they hold no telephone, identity number or name of a person."""

import re
import unicodedata
from typing import Final

from chassis.refused import Refused

REFERENCE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,31}")
_NUMBERS: Final = re.compile(r"(?<!\d)(?:(?:86)?1[3-9]\d{9}|0\d{9,11}|\d{17}[\dX]|\d{15})(?!\d)")
_PARTED: Final = re.compile(r"(?<=\d)[\s\-_.]+(?=\d)")
_NAMED: Final = re.compile(r"[一-鿿]{1,3}(女士|先生|小姐|阿姨|婆婆|同志)")


def refuse_personal_data(text: str, *, pointer: str) -> None:
    """A telephone number, an identity number or a person addressed by name does not pass."""
    plain = _PARTED.sub("", unicodedata.normalize("NFKC", text))
    if _NUMBERS.search(plain) or _NAMED.search(plain):
        raise Refused(
            "personal_data_in_public_text",
            status=422,
            errors=[{"pointer": pointer, "code": "personal_data", "detail": "everybody can read this"}],
        )


def checked_reference(reference: str | None, *, pointer: str = "/reference", numbers: bool = False) -> str | None:
    """A code of somebody's paper: capital letters, digits, hyphens; no name fits in it.

    With `numbers` it is a bank's own reference, which is long and is never published.
    """
    if reference is None:
        return None
    if not REFERENCE.fullmatch(reference):
        raise Refused(
            "personal_data_in_public_text",
            status=422,
            errors=[{"pointer": pointer, "code": "not_a_code", "detail": "A-Z, 0-9 and hyphens, at most 32"}],
        )
    if not numbers:
        refuse_personal_data(reference, pointer=pointer)
    return reference
