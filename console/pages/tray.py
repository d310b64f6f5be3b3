"""What the system has to say to the one who is signed in: her own inbox, which nobody else sees."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import tray
from console.ask.client import Problem
from console.pages.topics import topics_of_person
from console.posted import PostedForm, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
VERBS = ("read", "archive")


@router.get("/tray")
async def inbox(screen: OperatorScreen, archived: bool = False, cursor: str | None = None) -> Response:
    return await _page(screen, archived=archived, cursor=cursor)


@router.post("/tray/{item_id}/{verb}")
async def act(screen: OperatorScreen, item_id: UUID, verb: str, form: PostedForm) -> Response:
    if verb not in VERBS:
        raise Problem("notify", 404, "not_found")
    done = await tried(screen, form, lambda: tray.move(screen.asks, item_id, verb, key=form.key))
    if isinstance(done, Trouble):
        return await _page(screen, trouble=done)
    return screen.to("/tray", f"done_tray_{verb}")


async def _page(
    screen: Screen, *, archived: bool = False, cursor: str | None = None, trouble: Trouble | None = None
) -> Response:
    state = "archived" if archived else None
    wanted = {
        "tray": Wanted("notify", lambda asks: tray.tray(asks, state, cursor)),
        "unread": Wanted("notify", tray.count, side=True),
    }
    topics = topics_of_person(screen.person)
    return await screen.show(
        "pages/tray.html", wanted, topics=topics, tray_topics=" ".join(sorted(topics)), archived=archived,
        trouble=trouble, status=trouble.status if trouble else 200,
    )  # fmt: skip
