"""A round of a patrol as it is walked: start, each checkpoint with big buttons, finish."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import categories, patrols
from console.ask.asks import Asks
from console.ask.client import Problem
from console.names import Names, names_of
from console.once import or_none
from console.posted import Posted, PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
VERBS = ("start", "check", "finish", "cancel")


@dataclass(frozen=True, slots=True)
class Walked:
    round: patrols.Round
    patrol: patrols.Patrol | None
    names: Names
    categories: categories.Categories | None
    as_of: Any


@router.get("/patrol-rounds/{round_id}")
async def walked(screen: OperatorScreen, round_id: UUID) -> Response:
    return await _page(screen, round_id)


@router.post("/patrol-rounds/{round_id}/{verb}")
async def act(screen: OperatorScreen, round_id: UUID, verb: str, form: PostedForm) -> Response:
    if verb not in VERBS:
        raise Problem("tickets", 404, "not_found")
    required = screen.language.word("problem", "required")
    if faults := [(name, required) for name in _needed(verb, form) if not form.text(name)]:
        return await _page(screen, round_id, trouble=refused_here(form, 422, *faults))
    body = check_of(form) if verb == "check" else {"reason": form.text("reason")}
    done = await tried(
        screen, form, lambda: patrols.act(screen.asks, round_id, verb, body, key=form.key, etag=form.etag)
    )
    if isinstance(done, Trouble):
        return await _page(screen, round_id, trouble=done)
    return screen.to(f"/patrol-rounds/{round_id}", f"done_patrol_{verb}")


def _needed(verb: str, form: Posted) -> tuple[str, ...]:
    """What was found is said, and why a point was passed by."""
    if verb == "cancel":
        return ("reason",)
    result = form.text("result") if verb == "check" else ""
    return {"finding": ("category", "description"), "skipped": ("reason",)}.get(result, ())


def check_of(form: Posted) -> dict[str, Any]:
    body: dict[str, Any] = {"checkpoint_id": form.text("checkpoint_id"), "result": form.text("result")}
    if body["result"] == "finding":
        body["finding"] = {name: form.text(name) for name in ("category", "description")}
    if form.text("reason"):
        body["reason"] = form.text("reason")
    return body


async def _page(screen: Screen, round_id: UUID, *, trouble: Trouble | None = None) -> Response:
    async def ask(asks: Asks) -> Walked:
        known = await patrols.round_(asks, round_id)
        patrol, sorts, names = await asyncio.gather(
            or_none(patrols.patrol(asks, known.patrol_id)), or_none(categories.categories(asks)),
            names_of(asks, known.person_ids, seconds=screen.names_seconds),
        )  # fmt: skip
        return Walked(known, patrol, names, sorts, known.started_at or known.starts_at)

    return await screen.show(
        "pages/patrol_round.html", {"round": Wanted("tickets", ask)}, trouble=trouble, round_id=round_id,
        values=trouble.values if trouble else {}, may_plan=screen.person.holds("leader"),
        status=trouble.status if trouble else 200,
    )  # fmt: skip
