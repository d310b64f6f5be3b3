"""What a person said about being told of things: each yes and no, and how it came to us."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import consents
from console.names import names_of
from console.posted import PostedForm, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
WRITERS = ("operator", "message_manager", "leader")


@router.get("/people/{person_id}/consents")
async def ledger(screen: OperatorScreen, person_id: UUID) -> Response:
    return await _page(screen, person_id)


@router.post("/people/{person_id}/consents/withdraw")
async def withdraw(screen: OperatorScreen, person_id: UUID, form: PostedForm) -> Response:
    """Effective at once, for what already waits too."""
    done = await tried(
        screen, form, lambda: consents.withdraw(screen.asks, person_id, form.text("topic"), key=form.key)
    )
    if isinstance(done, Trouble):
        return await _page(screen, person_id, trouble=done)
    return screen.to(f"/people/{person_id}/consents", "done_withdrawn")


async def _page(screen: Screen, person_id: UUID, *, trouble: Trouble | None = None) -> Response:
    names = await names_of(screen.asks, [person_id], seconds=screen.names_seconds)
    own = screen.person.person_id == person_id
    return await screen.show(
        "pages/consents.html", {"ledger": Wanted("notify", lambda asks: consents.ledger(asks, person_id))},
        person_id=person_id, name=names.of(person_id), trouble=trouble,
        may_write=own or screen.person.holds(*WRITERS), status=trouble.status if trouble else 200,
    )  # fmt: skip
