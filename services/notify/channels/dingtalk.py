"""A robot of 钉钉: an access token, and a signature over the time in milliseconds."""

import base64
import hmac
import time
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from services.notify.channels.robot import Robot
from services.notify.domain.guard import Guard
from services.notify.domain.outcome import RefusalClass
from services.notify.domain.provider import Provider

BASE_URL: Final = "https://oapi.dingtalk.com"
NOT_TAKEN: Final = 310000


def opened(provider: Provider, push_url: str, guard: Guard) -> Robot:
    """The robot of a provider's row; `credentials` hold its `access_token` and its `secret`."""
    known = provider.credentials

    def url() -> str:
        at = int(time.time() * 1_000)
        query = {"access_token": known["access_token"], "timestamp": at, "sign": signature(known["secret"], at)}
        return f"{provider.base_url}/robot/send?{urlencode(query)}"

    return Robot(provider.id, guard, url, refusal)


def signature(secret: str, timestamp: int) -> str:
    """HMAC-SHA-256 of `timestamp`, a line feed and the secret, keyed by the secret, in base64."""
    signed = hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), sha256)
    return base64.b64encode(signed).decode()


def refusal(code: int, message: str) -> RefusalClass:
    """One code for all that the robot's settings forbid: a missing keyword is the text's fault, else the account's."""
    if code != NOT_TAKEN:
        return RefusalClass.UNLISTED
    return RefusalClass.CONTENT if "keyword" in message else RefusalClass.ACCOUNT
