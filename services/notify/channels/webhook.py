"""One tiding to another system, signed as Standard Webhooks say, through the guard."""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from chassis.refused import Refused
from services.notify.channels.guard import Outside
from services.notify.domain.webhook import Outcome, signature

USER_AGENT = "Yihu-Notify/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What one call carries. Nobody signs for a client of the compatible API: there are no secrets then."""

    url: str
    webhook_id: str
    body: bytes
    secrets: Sequence[str]
    bearer: str


async def post(outside: Outside, one: Post, timestamp: int) -> Outcome:
    """Call once; every way in which it can fail is an outcome. Nothing of the answer's body is kept."""
    try:
        answer = await outside.post(one.url, one.body, headers(one, timestamp))
    except Refused as refusal:
        return Outcome(None, refusal.code)
    except (TimeoutError, httpx.TimeoutException):
        return Outcome(None, "time_out")
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        return Outcome(None, "no_connection")
    return Outcome(answer.status)


def headers(one: Post, timestamp: int) -> dict[str, str]:
    """The headers of a call at a time, in whole seconds since 1970."""
    named = {"content-type": "application/json", "user-agent": USER_AGENT}
    if one.secrets:
        signed = [signature(s, webhook_id=one.webhook_id, timestamp=timestamp, body=one.body) for s in one.secrets]
        named |= {
            "webhook-id": one.webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(signed),
        }
    return named | ({"authorization": f"Bearer {one.bearer}"} if one.bearer else {})
