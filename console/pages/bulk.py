"""One command on many cases: which ones stands before the button, what came of each behind it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import categories, members, search
from console.ask.client import Problem
from console.once import or_none
from console.pages.moves import BY_NAME, Field, Move, body_of, missing
from console.pages.ticket import numbers_as_ids
from console.posted import Posted, PostedForm, refused_here, tried
from console.rendering import new_key
from console.screen import OperatorScreen, Screen
from console.views import Trouble

router = APIRouter()
ITEMS_MAX = 200
TAGS = Move("edit", (Field("tags", "text", required=True),))
VERBS = {name: BY_NAME[name] for name in ("confirm", "triage", "assign", "record_contact", "start", "resolve", "reject",
                                          "merge", "link")} | {"edit": TAGS}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case as it was shown when it was ticked."""

    ticket_id: str
    revision: int
    number: str

    @property
    def mark(self) -> str:
        return f"{self.ticket_id}:{self.revision}:{self.number}"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it for one case."""

    chosen: Chosen
    result: search.Result


@router.post("/bulk")
async def choose(screen: OperatorScreen, form: PostedForm) -> Response:
    """The form of the command, over the cases that were ticked."""
    return await _page(screen, form)


@router.post("/bulk/do")
async def do(screen: OperatorScreen, form: PostedForm) -> Response:
    move, chosen = _move(form), chosen_of(form)
    required = screen.language.word("problem", "required")
    faults = [(f"{move.name}-{field}", required) for field in missing(move, form.values)]
    if faults or not chosen:
        return await _page(screen, form, trouble=refused_here(form, 422, *faults or [("item", required)]))
    done = await tried(screen, form, lambda: _sent(screen, form, move, chosen))
    if isinstance(done, Trouble):
        return await _page(screen, form, trouble=done)
    by_id = {str(one.ticket_id): one for one in done.items}
    results = tuple(Done(one, by_id[one.ticket_id]) for one in chosen if one.ticket_id in by_id)
    return await _page(screen, form, results=results)


async def _sent(screen: Screen, form: Posted, move: Move, chosen: Sequence[Chosen]) -> search.Results:
    body = await numbers_as_ids(screen.asks, move, body_of(move, form.values, 1, ZoneInfo(screen.parts.settings.zone)))
    if move is TAGS:
        body["tags"] = body["tags"].replace("，", " ").replace(",", " ").split()
    items = [(one.ticket_id, one.revision) for one in chosen]
    return await search.bulk(screen.asks, move.name.replace("_", "-"), body, items, key=form.key)


def _move(form: Posted) -> Move:
    move = VERBS.get(form.text("verb"))
    if move is None:
        raise Problem("tickets", 404, "not_found")
    return move


def chosen_of(form: Posted) -> tuple[Chosen, ...]:
    """The ticked cases; anything else in their place is passed over."""
    found = []
    for mark in form.ticked.get("item", ())[:ITEMS_MAX]:
        ticket_id, _, rest = mark.partition(":")
        revision, _, number = rest.partition(":")
        if _is_id(ticket_id) and revision.isdigit():
            found.append(Chosen(ticket_id, int(revision), number))
    return tuple(found)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


async def _page(
    screen: Screen, form: Posted, *, trouble: Trouble | None = None, results: tuple[Done, ...] = ()
) -> Response:
    quick = screen.asks.within(0.4)
    groups, sorts = await asyncio.gather(or_none(members.groups(quick)), or_none(categories.categories(quick)))
    return await screen.show(
        "pages/bulk.html", move=_move(form), chosen=chosen_of(form), results=results, trouble=trouble,
        choices={"groups": groups, "categories": sorts, "team": None, "unit": ""}, values=form.fields,
        key=form.key if trouble and form.key else new_key(), status=trouble.status if trouble else 200,
    )  # fmt: skip
