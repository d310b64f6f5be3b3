"""Where somebody is written to: a mainland mobile or a mail address, in the one form that is matched and counted."""

import re
from typing import Final

from chassis.refused import Refused
from services.notify.domain.number import e164, masked

ADDRESS_CHARACTERS_MAX: Final = 254  # RFC 5321, 4.5.3.1.3
LOCAL_CHARACTERS_MAX: Final = 64
_LOCAL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.IGNORECASE)
_DOMAIN: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)


def mail_address(raw: str) -> str:
    """A mail address in lower case; anything else is refused. Lower case, since people write their own both ways."""
    address = raw.strip().lower()
    local, _, domain = address.rpartition("@")
    fits = len(address) <= ADDRESS_CHARACTERS_MAX and len(local) <= LOCAL_CHARACTERS_MAX
    if not (fits and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise Refused("mail_address_invalid", status=422)
    return address


def address_of(raw: str) -> str:
    """A number or a mail address, whichever it is."""
    return mail_address(raw) if "@" in raw else e164(raw)


def channel_of(address: str) -> str:
    """By which channel an address is reached."""
    return "email" if "@" in address else "sms"


def masked_address(address: str) -> str:
    """Enough to recognise, not enough to write to: 138****0427, m****@example.org."""
    if "@" not in address:
        return masked(address)
    local, _, domain = address.partition("@")
    return f"{local[:1]}****@{domain}"
