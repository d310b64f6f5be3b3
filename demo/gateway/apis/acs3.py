"""ACS3-HMAC-SHA256, as Alibaba Cloud checks it: the whole request is signed, once, and only for a while."""

import hashlib
import hmac
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

ALGORITHM = "ACS3-HMAC-SHA256"
SKEW_MAX = timedelta(minutes=15)
MUST_BE_SIGNED = frozenset(
    {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"}
)
AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<key>[^,\s]+),\s*"
    r"SignedHeaders=(?P<signed>[a-z0-9;-]+),\s*Signature=(?P<hex>[0-9a-f]{64})"
)


class Denied(Exception):
    """Answered with this status and code before anything is read from the request."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Request:
    """The request as it came. Header names are lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes


class Nonces:
    """Each number used once is remembered as long as its date would be believed."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._order: deque[tuple[datetime, str]] = deque()

    def use(self, nonce: str, now: datetime) -> bool:
        while self._order and self._order[0][0] < now - 2 * SKEW_MAX:
            self._seen.discard(self._order.popleft()[1])
        if nonce in self._seen:
            return False
        self._seen.add(nonce)
        self._order.append((now, nonce))
        return True


def verify(request: Request, secrets: Mapping[str, str], nonces: Nonces, now: datetime) -> None:
    """Return when the request is what the holder of the key signed."""
    given = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if given is None:
        raise Denied(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
    signed = given["signed"].split(";")
    _all_signed(request, frozenset(signed))
    if given["key"] not in secrets:
        raise Denied(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    to_sign = string_to_sign(request, signed)
    if not hmac.compare_digest(signature(secrets[given["key"]], to_sign), given["hex"]):
        raise Denied(
            400,
            "SignatureDoesNotMatch",
            f"Specified signature does not match our calculation. server string to sign is:{to_sign}",
        )
    _in_time(request.headers["x-acs-date"], now)
    if not nonces.use(request.headers["x-acs-signature-nonce"], now):
        raise Denied(400, "SignatureNonceUsed", "Specified signature nonce was used already.")


def string_to_sign(request: Request, signed: list[str]) -> str:
    """The algorithm and the digest of the canonical request."""
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in signed)
    canonical = "\n".join(
        (
            request.method,
            request.path,
            canonical_query(request.query),
            headers,
            ";".join(signed),
            request.headers["x-acs-content-sha256"],
        )
    )
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def signature(secret: str, to_sign: str) -> str:
    return hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()


def canonical_query(query: tuple[tuple[str, str], ...]) -> str:
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(query))


def _all_signed(request: Request, signed: frozenset[str]) -> None:
    """Every header that decides something must be under the signature, and so must the body."""
    deciding = MUST_BE_SIGNED | {name for name in request.headers if name.startswith("x-acs-")}
    unsigned = deciding - signed
    if unsigned or signed - request.headers.keys():
        raise Denied(400, "IncompleteSignature", f"Headers must be sent and signed: {','.join(sorted(unsigned))}")
    if hashlib.sha256(request.body).hexdigest() != request.headers["x-acs-content-sha256"]:
        raise Denied(400, "SignatureDoesNotMatch", "The digest of the body does not match x-acs-content-sha256.")


def _in_time(date: str, now: datetime) -> None:
    try:
        signed_at = datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Denied(400, "InvalidTimeStamp.Format", "Specified time stamp is not well formatted.") from None
    if abs(now - signed_at) > SKEW_MAX:
        raise Denied(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
