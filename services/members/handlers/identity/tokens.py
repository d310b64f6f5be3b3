"""The tokens a session buys, and the keys they are signed with: one that signs, one that follows, published ahead."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from chassis.refused import Refused
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.members.domain.identity.session import AUDIENCES, TOKEN_LIFE, Session
from services.members.handlers.identity.sessions import real_now, used
from services.members.store.identity import signing_keys
from services.members.store.identity.signing_keys import SigningKey

ISSUER = "members"
KEY_LIFE = timedelta(days=90)
OVERLAP = timedelta(days=1)
ROTATION = "signing_keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    token: str
    expires_at: datetime
    session: Session


async def issue(secret: str, audience: str, tx: Transaction) -> Token:
    """Trade the session's secret for five minutes at one service. Roles are not in the token."""
    if audience not in AUDIENCES:
        error = {"pointer": "/audience", "code": "unknown", "detail": "no such service"}
        raise Refused("audience_unknown", status=422, errors=[error])
    session = await used(tx, secret)
    at = real_now()
    key = _signing(await signing_keys.all_keys(tx), at)
    expires_at = min(at + TOKEN_LIFE, session.expires_at)
    claims = {
        "iss": ISSUER,
        "sub": str(session.person_id),
        "aud": audience,
        "sid": str(session.id),
        "acr": session.level,
        "auth_time": int(session.authenticated_at.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    token = jwt.encode(claims, key.private, "EdDSA", headers={"typ": "at+jwt", "kid": str(key.id)})
    return Token(token=token, expires_at=expires_at, session=session)


async def key_set(tx: Transaction) -> dict[str, Any]:
    """The public keys: of the one that signs, its successor, and its predecessor while tokens of it may live."""
    at = real_now()
    return {"keys": [_public(key) for key in await signing_keys.all_keys(tx) if at < key.active_until + TOKEN_LIFE]}


async def ensure_keys(tx: Transaction) -> None:
    """There is always a key that signs and one that follows it."""
    at = real_now()
    keys = await signing_keys.all_keys(tx, lock=True)
    if not any(key.active_from <= at < key.active_until for key in keys):
        keys.append(await signing_keys.add(tx, at, at + KEY_LIFE + OVERLAP))
    if max(key.active_from for key in keys) <= at:
        last = max(key.active_until for key in keys)
        await signing_keys.add(tx, last - OVERLAP, last + KEY_LIFE)
    await signing_keys.forget_before(tx, at - OVERLAP)
    await tx.set_timer(ROTATION, ROTATION, tx.now + OVERLAP)


async def rotate(timer: DueTimer, tx: Transaction) -> None:
    """Looked at each day: a successor in time, and what is over forgotten."""
    await ensure_keys(tx)


def _signing(keys: list[SigningKey], at: datetime) -> SigningKey:
    """The newest of the keys that may sign now."""
    good = [key for key in keys if key.active_from <= at < key.active_until]
    if not good:
        raise Refused("no_signing_key", status=503)
    return max(good, key=lambda key: key.active_from)


def _public(key: SigningKey) -> dict[str, str]:
    encoded = base64.urlsafe_b64encode(key.public).decode().rstrip("=")
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": str(key.id), "x": encoded}
