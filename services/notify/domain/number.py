"""Telephone numbers: `+86`, `86`, `0086`, spaces, hyphens and full-width digits all come to one E.164 form."""

import re
import unicodedata
from typing import Final

from chassis.refused import Refused

# Ranges that are handed out: what people hold in their hands, and cards in machines. Codes go to people only.
MOBILE_RANGES: Final = (
    *(f"13{n}" for n in range(10)),
    "145", "147",
    *(f"15{n}" for n in range(10) if n != 4),
    "1610", "162", "165", "166", "167",
    "170", "171", "172", "173", "1740", "175", "176", "177", "178",
    *(f"18{n}" for n in range(10)),
    *(f"19{n}" for n in range(10) if n != 4),
)  # fmt: skip
CARD_RANGES: Final = ("140", "141", "144", "146", "148", "149")
_ELEVEN: Final = re.compile(r"^1\d{10}$")
_LANDLINE: Final = re.compile(r"^0\d{9,11}$")
_ABROAD: Final = re.compile(r"^(?:\+|00)(?!86)\d{6,15}$")
_NOISE: Final = re.compile(r"[\s\-().·]")


def e164(raw: str) -> str:
    """A mainland number that is handed out and takes texts, in E.164 form; anything else is refused and named."""
    fault = fault_of(raw)
    if fault:
        raise Refused("number_invalid", status=422, errors=[{"pointer": "", "code": fault, "detail": ""}])
    return f"+86{local_part(raw)}"


def fault_of(raw: str) -> str:
    """Why a text cannot go to this number: a word for each way of being wrong; empty where it can."""
    local = local_part(raw)
    if _ABROAD.match(local):
        return "foreign"
    if not local.isascii() or not local.isdigit():
        return "not_digits"
    if _LANDLINE.match(local):
        return "landline"
    if len(local) != len("13800000000"):
        return "too_short" if len(local) < len("13800000000") else "too_long"
    return "" if local.startswith((*MOBILE_RANGES, *CARD_RANGES)) else "unallocated"


def is_mobile(number: str) -> bool:
    """Whether somebody holds this number in her hand; a card in a machine wants no code."""
    return local_part(number).startswith(MOBILE_RANGES)


def local_part(raw: str) -> str:
    """The digits without the country code: what the vendor takes and gives back."""
    digits = _NOISE.sub("", unicodedata.normalize("NFKC", raw))
    for prefix in ("+86", "0086"):
        if digits.startswith(prefix):
            return digits[len(prefix) :]
    if len(digits) == 13 and digits.startswith("86"):
        return digits[2:]
    return digits


def sender_of(raw: str) -> str:
    """The form under which any sender of a text is kept and counted, a mobile or not."""
    local = local_part(raw)
    return f"+86{local}" if _ELEVEN.match(local) and not local.startswith(("10", "11", "12")) else local


def masked(number: str) -> str:
    """138****0427: enough to recognise, not enough to call."""
    local = number.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}" if len(local) >= 8 else "****"
