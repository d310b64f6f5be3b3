"""A half-done report lives in the resident's own browser, encrypted: the console keeps nothing of it."""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from starlette.requests import Request
from starlette.responses import Response

from console.screen import Screen

COOKIE_MAX = 3_000
HEADER = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True, slots=True)
class SealedCookie:
    """One encrypted cookie of one purpose."""

    name: str
    keys: Sequence[bytes]
    hours: int
    secure: bool

    def read(self, request: Request) -> dict[str, str]:
        """What was kept, or nothing when it is missing, forged or too old."""
        sealed = request.cookies.get(self.name, "")
        for key in self.keys:
            try:
                told = json.loads(jwe.decrypt_compact(sealed, self._key(key)).plaintext or b"{}")
            except (JoseError, ValueError):
                continue
            kept: dict[str, str] = told["kept"]
            return kept if told["until"] > time.time() else {}
        return {}

    def keep(self, response: Response, values: Mapping[str, str]) -> bool:
        """False when it would not fit into a cookie."""
        plain = json.dumps({"until": time.time() + self.hours * 3600, "kept": dict(values)}, ensure_ascii=False)
        sealed = jwe.encrypt_compact(HEADER, plain.encode(), self._key(self.keys[0]))
        if len(sealed) > COOKIE_MAX:
            return False
        response.set_cookie(self.name, sealed, httponly=True, samesite="lax", secure=self.secure, path="/")
        return True

    def clear(self, response: Response) -> None:
        response.delete_cookie(self.name, path="/")

    def _key(self, key: bytes) -> OctKey:
        return OctKey.import_key(hashlib.sha256(self.name.encode() + b":" + key).digest())


def sealed_cookie(screen: Screen, name: str) -> SealedCookie:
    settings = screen.parts.settings
    return SealedCookie(name, screen.parts.seals.keys, settings.report_hours, settings.secure_cookies)
