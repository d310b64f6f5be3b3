"""The demo's accounts: a button per role, which signs in through the public API like anybody else."""

import base64
import hashlib
import hmac
import json
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STEP_SECONDS = 30
DIGITS = 6


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A sign-in of the demo; its secrets are made anew for every demo."""

    role: str
    login: str
    password: str
    totp_secret: str
    place: str = ""

    def proof(self) -> dict[str, str]:
        return {"login": self.login, "password": self.password, "totp": totp(self.totp_secret, time.time())}


def demo_accounts(source: str) -> tuple[DemoAccount, ...]:
    """Read from JSON or from the file it names, anew at each call: the demo adds accounts while it runs."""
    if not source:
        return ()
    try:
        told = json.loads(source if source.lstrip().startswith("{") else Path(source).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    accounts = told.get("accounts", told)
    return tuple(_account(role, one) for role, one in accounts.items() if _whole(one))


def _whole(one: Any) -> bool:
    return isinstance(one, dict) and bool(one.get("login") and one.get("password") and _secret(one))


def _secret(one: dict[str, Any]) -> str:
    return str(one.get("totp_secret") or one.get("totp") or "")


def _account(role: str, one: dict[str, Any]) -> DemoAccount:
    return DemoAccount(role, str(one["login"]), str(one["password"]), _secret(one), str(one.get("place") or ""))


def totp(secret: str, at: float) -> str:
    """RFC 6238 with SHA-1, six digits, thirty seconds: what every authenticator shows."""
    key = base64.b32decode(secret.upper() + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(at) // STEP_SECONDS), hashlib.sha1).digest()
    offset = mac[-1] & 0x0F
    number = struct.unpack(">I", mac[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)
