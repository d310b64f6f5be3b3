"""Hot spots: where several households report the same, and the one case that goes for the cause."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import clusters
from console.posted import PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
STATES = ("open", "closed")


@router.get("/hot-spots")
async def hot_spots(screen: OperatorScreen, state: str = "open", cursor: str | None = None) -> Response:
    return await _page(screen, state if state in STATES else "open", cursor=cursor)


@router.post("/hot-spots/{cluster_id}/parent")
async def open_parent(screen: OperatorScreen, cluster_id: UUID, form: PostedForm) -> Response:
    words = form.text("description")
    if not words:
        trouble = refused_here(form, 422, (f"{cluster_id}-description", screen.language.word("problem", "required")))
        return await _page(screen, "open", tried_one=cluster_id, trouble=trouble)
    made = await tried(
        screen, form,
        lambda: clusters.open_parent(screen.asks, cluster_id, words, merge=bool(form.text("merge")), key=form.key),
    )  # fmt: skip
    if isinstance(made, Trouble):
        return await _page(screen, "open", tried_one=cluster_id, trouble=made)
    return screen.to(f"/tickets/{made.id}", "done_parent")


async def _page(
    screen: Screen, state: str, *, cursor: str | None = None, tried_one: UUID | None = None,
    trouble: Trouble | None = None,
) -> Response:  # fmt: skip
    return await screen.show(
        "pages/hot_spots.html", {"spots": Wanted("tickets", lambda asks: clusters.hot_spots(asks, state, cursor))},
        state=state, states=STATES, tried_one=tried_one, trouble=trouble, may_open=screen.person.holds("operator"),
        status=trouble.status if trouble else 200,
    )  # fmt: skip
