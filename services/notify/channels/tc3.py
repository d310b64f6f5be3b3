"""Tencent Cloud's request signature, version 3 (TC3-HMAC-SHA256): a pure function of the request."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

ALGORITHM: Final = "TC3-HMAC-SHA256"


def authorization(
    *, service: str, headers: Mapping[str, str], body: bytes, at: datetime, key_id: str, secret: str
) -> str:
    """The `Authorization` header of a POST to `/` over the given headers and the body."""
    lowered = {name.lower(): value.strip().lower() for name, value in headers.items()}
    signed = ";".join(sorted(lowered))
    lines = "".join(f"{name}:{lowered[name]}\n" for name in sorted(lowered))
    request = "\n".join(["POST", "/", "", lines, signed, sha256(body).hexdigest()])
    date = at.astimezone(UTC).strftime("%Y-%m-%d")
    scope = f"{date}/{service}/tc3_request"
    to_sign = f"{ALGORITHM}\n{int(at.timestamp())}\n{scope}\n{sha256(request.encode()).hexdigest()}"
    key = f"TC3{secret}".encode()
    for step in (date, service, "tc3_request"):
        key = hmac.digest(key, step.encode(), "sha256")
    signature = hmac.new(key, to_sign.encode(), sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={signed}, Signature={signature}"
