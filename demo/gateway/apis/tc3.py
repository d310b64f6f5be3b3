"""TC3-HMAC-SHA256, as Tencent Cloud checks it: key of the day, canonical request, and a clock close to ours."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from fastapi import Request

from demo.gateway.templates import Refusal

SERVICE = "sms"
SKEW_MAX = timedelta(minutes=5)
AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<key>[^/,\s]+)/(?P<date>\d{4}-\d\d-\d\d)/(?P<service>[a-z0-9]+)/tc3_request,\s*"
    r"SignedHeaders=(?P<signed>[a-z0-9;-]+),\s*Signature=(?P<hex>[0-9a-f]{64})"
)


def verify(request: Request, body: bytes, secrets: Mapping[str, str], now: datetime) -> None:
    """Return when the request is what the holder of the key signed, a moment ago."""
    given = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if given is None or not {"content-type", "host"} <= set(given["signed"].split(";")):
        raise Refusal("AuthFailure.InvalidAuthorization", "The request header `Authorization` is not well formed.")
    stamp = request.headers.get("x-tc-timestamp", "")
    _in_time(stamp, given["date"], now)
    if given["key"] not in secrets:
        raise Refusal("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
    if given["service"] != SERVICE:
        raise Refusal("AuthFailure.SignatureFailure", "The service of the credential is another one.")
    scope = f"{given['date']}/{given['service']}/tc3_request"
    digest = hashlib.sha256(_canonical(request, body, given["signed"]).encode()).hexdigest()
    key = f"TC3{secrets[given['key']]}".encode()
    for word in scope.split("/"):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    to_sign = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    if not hmac.compare_digest(hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest(), given["hex"]):
        raise Refusal("AuthFailure.SignatureFailure", "The provided credentials could not be validated.")


def _canonical(request: Request, body: bytes, signed: str) -> str:
    headers = "".join(f"{name}:{request.headers.get(name, '').strip().lower()}\n" for name in signed.split(";"))
    digest = hashlib.sha256(body).hexdigest()
    return f"{request.method}\n{request.url.path}\n{request.url.query}\n{headers}\n{signed}\n{digest}"


def _in_time(stamp: str, date: str, now: datetime) -> None:
    signed_at = datetime.fromtimestamp(int(stamp), UTC) if re.fullmatch(r"\d{1,11}", stamp) else None
    if signed_at is None or abs(now - signed_at) > SKEW_MAX:
        raise Refusal("AuthFailure.SignatureExpire", "The signature has expired.")
    if signed_at.strftime("%Y-%m-%d") != date:
        raise Refusal("AuthFailure.SignatureFailure", "The date of the credential is not that of the time stamp.")
