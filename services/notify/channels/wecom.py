"""A robot of 企业微信: its key is its address."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from services.notify.channels.robot import Robot
from services.notify.domain.guard import Guard
from services.notify.domain.outcome import RefusalClass
from services.notify.domain.provider import Provider

BASE_URL: Final = "https://qyapi.weixin.qq.com"
CODES: Final[Mapping[int, RefusalClass]] = {45009: RefusalClass.LIMIT, 93000: RefusalClass.ACCOUNT}


def opened(provider: Provider, push_url: str, guard: Guard) -> Robot:
    """The robot of a provider's row; `credentials` hold its `key`."""
    url = f"{provider.base_url}/cgi-bin/webhook/send?key={quote(provider.credentials['key'], safe='')}"
    return Robot(provider.id, guard, lambda: url, lambda code, _: CODES.get(code, RefusalClass.UNLISTED))
