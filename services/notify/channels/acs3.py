"""Aliyun's request signature, version 3 (ACS3-HMAC-SHA256): a pure function of the request."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"
EMPTY_BODY_SHA256 = sha256(b"").hexdigest()


def canonical_query(query: Mapping[str, str]) -> str:
    """Names and values percent-encoded, in the order of the names."""
    return "&".join(f"{_encoded(name)}={_encoded(query[name])}" for name in sorted(query))


def authorization(
    *,
    method: str,
    path: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body_sha256: str,
    key_id: str,
    secret: str,
) -> str:
    """The `Authorization` header over the method, path, query, all given headers and the body's hash."""
    lowered = {name.lower(): value.strip() for name, value in headers.items()}
    signed = ";".join(sorted(lowered))
    lines = "".join(f"{name}:{lowered[name]}\n" for name in sorted(lowered))
    request = "\n".join([method, path, canonical_query(query), lines, signed, body_sha256])
    to_sign = f"{ALGORITHM}\n{sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={signed},Signature={signature}"


def _encoded(text: str) -> str:
    return quote(text, safe="~")
