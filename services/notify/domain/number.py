"""Telephone numbers: `+86`, `86`, `0086`, spaces, hyphens and full-width digits all come to one E.164 form."""

import re
import unicodedata
from typing import Final

from chassis.refused import Refused

_MOBILE: Final = re.compile(r"^1[3-9]\d{9}$")
_NOISE: Final = re.compile(r"[\s\-().·]")


def e164(raw: str) -> str:
    """A mainland mobile number in E.164 form; anything else is refused."""
    local = local_part(raw)
    if not _MOBILE.match(local):
        raise Refused("number_invalid", status=422)
    return f"+86{local}"


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
    return f"+86{local}" if _MOBILE.match(local) else local


def masked(number: str) -> str:
    """138****0427: enough to recognise, not enough to call."""
    local = number.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}" if len(local) >= 8 else "****"
