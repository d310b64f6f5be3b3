"""C19: did the text arrive, and why not? Every message with its reason, and one explained check by check."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.ask import messages
from console.ask.asks import Asks
from console.ask.client import Problem
from console.names import Names, names_of
from console.once import or_none
from console.posted import PostedForm, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
STATES = ("delivered", "submitted", "failed", "suppressed", "unknown", "parked", "queued", "cancelled")
CHANNELS = ("sms", "tray", "email")
FILTERS = ("state", "reason", "channel", "provider")
CURSOR_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Records:
    page: messages.Page
    names: Names
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Record:
    """One message, its calls to providers, and why it was decided so."""

    message: messages.Detail
    explained: messages.Explained | None
    name: str | None
    as_of: datetime

    @property
    def checks(self) -> tuple[messages.Check, ...]:
        """Those of this message; of the notification where it has none of its own."""
        if self.explained is None:
            return ()
        own = next((one.checks for one in self.explained.messages if one.id == self.message.id), ())
        return own or self.explained.first


@router.get("/messages")
async def records(screen: OperatorScreen, request: Request, cursor: str = "") -> Response:
    filters = {name: request.query_params[name] for name in FILTERS if request.query_params.get(name)}

    async def ask(asks: Asks) -> Records:
        page = await messages.page(asks, filters, cursor[:CURSOR_MAX] or None)
        names = await names_of(asks, [one.person_id for one in page.items], seconds=screen.names_seconds)
        return Records(page, names, page.as_of)

    return await screen.show(
        "pages/messages.html", {"records": Wanted("notify", ask)}, filters=filters, states=STATES, channels=CHANNELS
    )


@router.get("/messages/{message_id}")
async def record(screen: OperatorScreen, message_id: UUID) -> Response:
    return await _page(screen, message_id)


@router.post("/messages/{message_id}/{verb}")
async def mend(screen: OperatorScreen, message_id: UUID, verb: str, form: PostedForm) -> Response:
    if verb not in ("retry", "close"):
        raise Problem("notify", 404, "not_found")
    done = await tried(screen, form, lambda: messages.mend(screen.asks, message_id, verb, key=form.key, etag=form.etag))
    if isinstance(done, Trouble):
        return await _page(screen, message_id, trouble=done)
    return screen.to(f"/messages/{message_id}", f"done_message_{verb}")


async def _page(screen: Screen, message_id: UUID, *, trouble: Trouble | None = None) -> Response:
    async def ask(asks: Asks) -> Record:
        known = await messages.one(asks, message_id)
        explained = await or_none(messages.explained(asks, known.notification_id))
        names = await names_of(asks, [known.person_id], seconds=screen.names_seconds)
        return Record(known, explained, names.of(known.person_id), known.closed_at or known.created_at)

    return await screen.show(
        "pages/message.html", {"record": Wanted("notify", ask)}, trouble=trouble,
        status=trouble.status if trouble else 200,
    )  # fmt: skip
