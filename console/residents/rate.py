"""R5: is it solved, are you content? One question from the text message's link; opening it changes nothing."""

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import notify
from console.ask.client import Problem, Unheard
from console.posted import PostedForm, refused_here, tried
from console.rendering import new_key
from console.screen import AnyScreen, Screen
from console.views import Trouble

router = APIRouter()
TOKEN_MAX = 200
UNKNOWN = frozenset({401, 403, 404})


@router.get("/a/{token}")
async def question(screen: AnyScreen, token: str) -> Response:
    return await _page(screen, token)


@router.post("/a/{token}")
async def answer(screen: AnyScreen, token: str, form: PostedForm) -> Response:
    option = form.text("option")
    if not option:
        fault = ("option", screen.language.word("problem", "required"))
        return await _page(screen, token, refused_here(form, 422, fault), form.key)
    told = await tried(screen, form, lambda: notify.answer_link(screen.asks, token, option, key=form.key))
    if isinstance(told, Trouble) and told.kind != "refused":
        return await _page(screen, token, told, form.key)
    if isinstance(told, Trouble):
        return await screen.show("residents/closed_question.html", state="closed", status=409)
    return await screen.show("residents/thanks.html", option=option)


async def _page(screen: Screen, token: str, trouble: Trouble | None = None, key: str = "") -> Response:
    if len(token) > TOKEN_MAX:
        raise Problem("notify", 404, "not_found")
    try:
        link = await notify.prompt_link(screen.asks, token)
    except (Problem, Unheard) as failed:
        if isinstance(failed, Problem) and failed.status in UNKNOWN:
            raise Problem("notify", 404, "not_found") from failed
        return await screen.show("residents/later.html", status=503)
    if link.state != "open":
        return await screen.show("residents/closed_question.html", state=link.state)
    return await screen.show(
        "residents/rate.html", link=link, token=token, trouble=trouble, key=key or new_key(),
        status=trouble.status if trouble else 200,
    )  # fmt: skip
