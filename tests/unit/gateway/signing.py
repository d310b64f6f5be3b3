"""Signs a request for the vendor's API from its published description, apart from the gateway's own code."""

import hashlib
import hmac
import uuid
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import httpx


def signed(
    url: str,
    action: str,
    parameters: dict[str, str],
    *,
    secret: str = "secret",
    key: str = "key",
    headers: dict[str, str] | None = None,
    leave_out: str | None = None,
) -> httpx.Request:
    """`headers` replace what would be sent; `leave_out` names one header that is sent but not signed."""
    query = "&".join(f"{quote(n, safe='~')}={quote(v, safe='~')}" for n, v in sorted(parameters.items()))
    sent = {
        "host": urlsplit(url).netloc,
        "x-acs-action": action,
        "x-acs-version": "2017-05-25",
        "x-acs-date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
    } | (headers or {})
    names = sorted(name for name in sent if name != leave_out)
    lines = "".join(f"{name}:{sent[name]}\n" for name in names)
    canonical = f"POST\n/\n{query}\n{lines}\n{';'.join(names)}\n{sent['x-acs-content-sha256']}"
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    mac = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    sent["authorization"] = f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={';'.join(names)},Signature={mac}"
    return httpx.Request("POST", f"{url}/?{query}", headers=sent)
