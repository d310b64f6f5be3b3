"""The candidates for a place in words: asked once per settled word, posted and never in an address."""

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from console.ask import members
from console.ask.client import Problem, Unheard
from console.posted import PostedForm
from console.screen import AnyScreen

router = APIRouter()
SHOWN = 6


@router.post("/places")
async def places(screen: AnyScreen, form: PostedForm) -> Response:
    text = form.plain("place")
    found: tuple[members.Candidate, ...] | None = ()
    if text:
        try:
            found = (await members.parse_place(screen.asks.within(1.0), text)).candidates
        except (Problem, Unheard):
            found = None
    values = {"found": found, "shown": SHOWN, "text": text}
    return HTMLResponse(screen.parts.rendering.page("ui/places.html", screen.language, values))
