"""R4: how far is it? Number and the four digits; what happens next, by when and by whom."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import tracking
from console.posted import Posted, PostedForm, refused_here, tried
from console.rendering import new_key
from console.screen import AnyScreen, Screen
from console.views import Trouble

router = APIRouter()
MINUTE = 60.0
ADDRESSES_MAX = 10_000
WORDS_MAX = 500


@dataclass(slots=True)
class Brake:
    """Tries per address and minute, in memory only; the owner counts wrong tries per number."""

    tries: OrderedDict[str, list[float]] = field(default_factory=OrderedDict)

    def too_many(self, address: str, most: int) -> bool:
        now = time.monotonic()
        recent = [at for at in self.tries.pop(address, []) if now - at < MINUTE]
        self.tries[address] = [*recent, now][-most - 1 :]
        while len(self.tries) > ADDRESSES_MAX:
            self.tries.popitem(last=False)
        return len(recent) >= most


brake = Brake()


@router.get("/track")
async def track_page(screen: AnyScreen, number: str = "") -> Response:
    """The number may stand in a link; the code never does."""
    return await _ask(screen, {"number": number[:40]})


@router.post("/track")
async def track(screen: AnyScreen, form: PostedForm) -> Response:
    return await _show(screen, form)


@router.post("/track/words")
async def add_words(screen: AnyScreen, form: PostedForm) -> Response:
    words = form.text("words")[:WORDS_MAX]
    if not words:
        fault = ("words", screen.language.word("problem", "required"))
        return await _show(screen, form, trouble=refused_here(form, 422, fault))
    return await _act(screen, form, "add-words", {"words": words}, "words_added")


@router.post("/track/withdraw")
async def withdraw(screen: AnyScreen, form: PostedForm) -> Response:
    return await _act(screen, form, "withdraw", {}, "withdrawn")


async def _act(screen: Screen, form: Posted, act: str, body: dict[str, str], said: str) -> Response:
    whose = {"number": form.plain("number"), "code": form.digits("code")}
    done = await tried(screen, form, lambda: tracking.tracked_act(screen.asks, act, {**whose, **body}, key=form.key))
    if isinstance(done, Trouble):
        return await _show(screen, form, trouble=done)
    return await _show(screen, form, said=said)


async def _show(screen: Screen, form: Posted, *, trouble: Trouble | None = None, said: str = "") -> Response:
    """One sentence for every wrong case: nobody learns whether the number or the code was wrong."""
    number, code = form.plain("number"), form.digits("code")
    if not number or not code:
        fault = ("number" if not number else "code", screen.language.word("problem", "required"))
        return await _ask(screen, form.fields, refused_here(form, 422, fault))
    address = screen.request.client.host if screen.request.client else ""
    if brake.too_many(address, screen.parts.settings.track_tries_per_minute):
        return await _ask(screen, form.fields, Trouble("busy", "", wait_seconds=60, status=429))
    told = await tried(screen, form, lambda: tracking.track(screen.asks, number, code))
    if isinstance(told, Trouble):
        return await _ask(screen, form.fields, told)
    return await screen.show(
        "residents/tracked.html", told=told, number=number, code=code, key=new_key(), trouble=trouble, said=said,
        due=told.due_at if isinstance(told.due_at, datetime) else None, status=trouble.status if trouble else 200,
    )  # fmt: skip


async def _ask(screen: Screen, values: dict[str, str], trouble: Trouble | None = None) -> Response:
    status = trouble.status if trouble else 200
    return await screen.show("residents/track.html", values=values, trouble=trouble, status=status)
