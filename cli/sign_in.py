"""Sign in at members as one of the demo's accounts, as a person would: password, second factor, then a token."""

import base64
import hmac
import json
import re
import struct
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from cli.children import wait_until
from cli.failures import Failure, TookTooLong
from cli.health import json_of
from cli.instance import Instance
from cli.secret_files import write_secret

TOTP_SECONDS = 30
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
CODE_SECONDS_MAX = 30.0
DEVICE = "yihu-command-line"
ASK_SECONDS = 10.0
FRESH_SECONDS = 600  # the second factor is asked for again before the 15 minutes of sensitive routes are over


@dataclass(frozen=True, slots=True)
class SignIn:
    """The account of one role; its session is kept, because a second factor works only once."""

    instance: Instance
    role: str

    def token(self, audience: str) -> str:
        """A fresh access token for one service."""
        for secret in (self._kept(), None):
            session = secret or self._new_session()
            answer = self._ask("/v1/sessions/current:token", {"audience": audience}, session)
            if answer.status_code < 400:
                return str(answer.json()["token"])
        raise Failure(f"members gave no token: {_problem(answer)}")

    def client(self, audience: str) -> httpx.Client:
        """An HTTP client of one service that signs every request anew."""
        return httpx.Client(
            base_url=self.instance.run()["urls"][audience], auth=_Fresh(self, audience), timeout=ASK_SECONDS
        )

    def account(self) -> Mapping[str, Any]:
        run = self.instance.run()
        known = {"keeper": run.get("keeper", {}), **run.get("accounts", {})}
        if not known.get(self.role):
            roles = ", ".join(sorted(role for role, account in known.items() if account)) or "nobody yet"
            raise Failure(f"there is no account for {self.role}; known: {roles}")
        found: Mapping[str, Any] = known[self.role]
        return found

    def _new_session(self) -> str:
        account = self.account()
        answer = self._by_phone(account["phone"]) if "login" not in account else self._by_password(account)
        if answer.status_code >= 400:
            raise Failure(f"sign-in as {self.role} was refused: {_problem(answer)}")
        secret = str(answer.json()["secret"])
        self._keep(secret)
        return secret

    def _by_password(self, account: Mapping[str, Any]) -> httpx.Response:
        body = {"login": account["login"], "password": account["password"]}
        answer = self._ask("/v1/sessions", body | {"totp": totp(account["totp_secret"])})
        if answer.status_code == 401:  # the code of this half minute has been used
            time.sleep(TOTP_SECONDS - time.time() % TOTP_SECONDS + 0.5)
            answer = self._ask("/v1/sessions", body | {"totp": totp(account["totp_secret"])})
        return answer

    def _by_phone(self, number: str) -> httpx.Response:
        """A resident signs in with the code that the simulator's phone receives."""
        seen = len(self._texts(number))
        asked = self._ask("/v1/sign-in/challenges", {"phone": number, "device": DEVICE})
        if asked.status_code >= 400:
            return asked
        if not wait_until(lambda: len(self._texts(number)) > seen, seconds=CODE_SECONDS_MAX, every=0.2):
            raise TookTooLong(f"no code arrived within {CODE_SECONDS_MAX:.0f} s")
        code = next((found.group() for text in self._texts(number)[seen:] if (found := CODE.search(text))), "")
        return self._ask(
            f"/v1/sign-in/challenges/{asked.json()['challenge_id']}:verify", {"code": code, "device": DEVICE}
        )

    def _texts(self, number: str) -> list[str]:
        """What the phone has received, oldest first."""
        phone = json_of(self.instance.run()["urls"]["gateway"], f"/sim/handsets/{number.removeprefix('+86')}") or {}
        messages = [message for thread in phone.get("threads", []) for message in thread["messages"]]
        received = [message for message in messages if message["direction"] == "to_handset"]
        return [message["text"] for message in sorted(received, key=lambda message: int(message["id"]))]

    def _ask(self, path: str, body: Mapping[str, Any], session: str | None = None) -> httpx.Response:
        url = self.instance.run().get("urls", {}).get("members")
        if url is None:
            raise Failure("nothing runs here; start it with ./yihu up")
        headers = {"Idempotency-Key": str(uuid.uuid4())} | ({"Authorization": f"Session {session}"} if session else {})
        try:
            return httpx.post(f"{url}{path}", json=dict(body), headers=headers, timeout=ASK_SECONDS)
        except httpx.TransportError as error:
            raise Failure(f"members does not answer: {error}") from error

    def _kept(self) -> str | None:
        sessions = self._sessions()
        kept = sessions.get(self.role, {})
        return kept["secret"] if kept and time.time() - kept["at"] < FRESH_SECONDS else None

    def _keep(self, secret: str) -> None:
        sessions = self._sessions() | {self.role: {"secret": secret, "at": time.time()}}
        write_secret(self._file(), json.dumps(sessions))

    def _sessions(self) -> dict[str, Any]:
        try:
            sessions: dict[str, Any] = json.loads(self._file().read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return sessions

    def _file(self) -> Path:
        return self.instance.directory / "sessions.json"


class _Fresh(httpx.Auth):
    """Tokens live for minutes; a long command asks for the next one when the last is refused."""

    def __init__(self, sign_in: SignIn, audience: str) -> None:
        self._sign_in, self._audience = sign_in, audience
        self._token = sign_in.token(audience)

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["Authorization"] = f"Bearer {self._token}"
        response = yield request
        if response.status_code == 401:
            self._token = self._sign_in.token(self._audience)
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request


def totp(secret: str, at: float | None = None) -> str:
    """RFC 6238, six digits, SHA-1, half a minute."""
    counter = int((time.time() if at is None else at) // TOTP_SECONDS)
    padded = secret.upper() + "=" * (-len(secret) % 8)
    digest = hmac.new(base64.b32decode(padded), struct.pack(">Q", counter), "sha1").digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def _problem(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return f"status {answer.status_code}"
    return f"{answer.status_code} {body.get('code', '')} {body.get('detail') or body.get('title', '')}".strip()
