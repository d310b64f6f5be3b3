"""Time-based one-time passwords (RFC 6238), each step accepted once; and recovery codes for a lost phone."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

from chassis.refused import Refused

STEP_SECONDS = 30
STEPS_AROUND = 1
DIGITS = 6
SECRET_BYTES_MIN = 10
RECOVERY_CODES = 10


def check_secret(secret: str) -> str:
    """A shared secret in Base32, long enough not to be guessed."""
    plain = secret.replace(" ", "").rstrip("=").upper()
    try:
        key = _key(plain)
    except binascii.Error:
        key = b""
    if len(key) < SECRET_BYTES_MIN:
        raise Refused(
            "totp_secret_invalid",
            status=422,
            errors=[{"pointer": "/totp_secret", "code": "totp_secret_invalid", "detail": "Base32, 16 characters"}],
        )
    return plain


def code_at(secret: str, step: int) -> str:
    digest = hmac.new(_key(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_at(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def accepted_step(secret: str, code: str, *, at: datetime, last_step: int) -> int | None:
    """The step the code belongs to, if it is near now and has not been used: one step either side."""
    now = step_at(at)
    found = None
    for step in range(now - STEPS_AROUND, now + STEPS_AROUND + 1):
        if hmac.compare_digest(code_at(secret, step), code) and step > last_step:
            found = step
    return found


def _key(secret: str) -> bytes:
    return base64.b32decode(secret + "=" * (-len(secret) % 8))
