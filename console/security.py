"""What every answer carries and what every unsafe request must prove."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "connect-src 'self'; "
    "object-src 'none'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'; "
    "form-action 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
}
HSTS = "max-age=31536000; includeSubDomains"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_COOKIE = "yihu_form"
FLASH_COOKIE = "yihu_flash"
FLASH_SECONDS = 120


class SecurityHeaders:
    """Sets the headers of every answer, errors included. Pages are `no-store` unless they say otherwise."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
                if self.secure:
                    headers["strict-transport-security"] = HSTS
            await send(message)

        await self.app(scope, receive, sent)


class Seals:
    """Signed values: the newest key signs, any of them opens."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self.keys = list(keys)

    def csrf(self, holder: str) -> str:
        """The token of one session or of one browser's form cookie."""
        return _mac(self.keys[0], f"csrf:{holder}")

    def csrf_right(self, holder: str, token: str) -> bool:
        return any(hmac.compare_digest(_mac(key, f"csrf:{holder}"), token) for key in self.keys)

    def sign(self, purpose: str, value: object) -> str:
        return str(self._serializer(purpose).dumps(value))

    def open(self, purpose: str, text: str, *, max_age: int | None = None) -> object | None:
        """The value, or None when it is forged, too old or meant for something else."""
        try:
            opened: object = self._serializer(purpose).loads(text, max_age=max_age)
        except BadData:
            return None
        return opened

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        # itsdangerous signs with the last key of its list
        return URLSafeTimedSerializer(list(reversed(self.keys)), salt=purpose)


def _mac(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def same_origin(headers: Headers, host: str) -> bool:
    """The browser itself says the request comes from one of our own pages."""
    if (site := headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    return origin.partition("://")[2] == host


def form_holder(request: Request, session: str | None) -> tuple[str, str | None]:
    """Whom a form belongs to: the session, else the browser's random cookie (the second value when it is new)."""
    if session:
        return hashlib.sha256(session.encode()).hexdigest(), None
    if kept := request.cookies.get(FORM_COOKIE):
        return kept, None
    made = secrets.token_urlsafe(18)
    return made, made
