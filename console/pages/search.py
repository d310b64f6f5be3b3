"""Finding cases by words, number, place, telephone or facts; and what is searched for again under a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import categories, members, search
from console.ask.asks import Asks
from console.ask.client import Problem
from console.names import Names, names_of
from console.pages.bulk import VERBS
from console.pages.listing import CURSOR_MAX, DEFAULT_SIZE
from console.pages.moves import CLASSES, KINDS
from console.posted import Posted, PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble, trouble_of

router = APIRouter()
FIELDS = (
    "text",
    "number",
    "building",
    "phone",
    "category",
    "kind",
    "state",
    "group_id",
    "filed_from",
    "filed_to",
    "tags",
)
NEVER_KEPT = ("phone",)  # whom a telephone belongs to is asked anew


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of what was found, with the names of the people in it."""

    found: search.Found
    names: Names
    as_of: datetime


@router.get("/search")
async def empty(screen: OperatorScreen) -> Response:
    return await _page(screen, {}, None)


@router.post("/search")
async def find(screen: OperatorScreen, form: PostedForm) -> Response:
    """Nothing of it stands in an address: neither a name nor a number."""
    typed = {name: form.text(name) for name in FIELDS if form.text(name)}
    if not typed:
        return await _page(screen, {}, None)
    filters = filters_of(typed, ZoneInfo(screen.parts.settings.zone))
    cursor = form.text("cursor")[:CURSOR_MAX] or None
    try:
        found = await _hits(screen.asks, filters, cursor, screen.names_seconds)
    except Problem as problem:
        return await _page(screen, typed, None, trouble=trouble_of(problem, screen.language, typed))
    return await _page(screen, typed, found)


@router.post("/search/views")
async def keep(screen: OperatorScreen, form: PostedForm) -> Response:
    typed = {name: form.text(name) for name in FIELDS if form.text(name) and name not in NEVER_KEPT}
    if not form.text("name"):
        trouble = refused_here(form, 422, ("name", screen.language.word("problem", "required")))
        return await _page(screen, typed, None, trouble=trouble)
    filters = filters_of(typed, ZoneInfo(screen.parts.settings.zone))
    return await _changed(
        screen, form, typed, "done_view", search.save_view(screen.asks, form.text("name"), filters, key=form.key)
    )


@router.post("/search/views/{view_id}/remove")
async def remove(screen: OperatorScreen, view_id: UUID, form: PostedForm) -> Response:
    return await _changed(screen, form, {}, "done_view_removed", search.remove_view(screen.asks, view_id))


async def _changed(screen: Screen, form: Posted, typed: Mapping[str, str], said: str, asked: Any) -> Response:
    done = await tried(screen, form, lambda: asked)
    if isinstance(done, Trouble):
        return await _page(screen, typed, None, trouble=done)
    return screen.to("/search", said)


def filters_of(typed: Mapping[str, str], zone: ZoneInfo) -> dict[str, Any]:
    """The words of the form as tickets takes them: a day begins and ends by the community's clock."""
    filters: dict[str, Any] = dict(typed)
    for name, later in (("filed_from", timedelta()), ("filed_to", timedelta(days=1))):
        if name in filters:
            filters[name] = day_of(filters[name], later, zone)
    if "tags" in filters:
        filters["tags"] = filters["tags"].replace("，", " ").replace(",", " ").split()
    return filters


def typed_of(filters: Mapping[str, Any], zone: ZoneInfo) -> dict[str, str]:
    """The other way: a saved view as the fields of the form."""
    typed = {name: value for name, value in filters.items() if name in FIELDS and isinstance(value, str)}
    for name, later in (("filed_from", timedelta()), ("filed_to", timedelta(days=1))):
        if name in typed:
            typed[name] = f"{(datetime.fromisoformat(typed[name]).astimezone(zone) - later):%Y-%m-%d}"
    if filters.get("tags"):
        typed["tags"] = " ".join(filters["tags"])
    return typed


def day_of(text: str, later: timedelta, zone: ZoneInfo) -> str:
    """The beginning of a day by the community's clock, or its end; what is no day goes as it was typed."""
    try:
        return (datetime.combine(date.fromisoformat(text), time(), zone) + later).isoformat()
    except ValueError:
        return text


async def _hits(asks: Asks, filters: Mapping[str, Any], cursor: str | None, seconds: float) -> Hits:
    found = await search.search(asks, filters, limit=DEFAULT_SIZE, cursor=cursor)
    names = await names_of(asks, [row.handler_id for row in found.items], seconds=seconds)
    return Hits(found, names, found.as_of)


async def _page(
    screen: Screen, typed: Mapping[str, str], found: Hits | None, *, trouble: Trouble | None = None
) -> Response:
    zone = ZoneInfo(screen.parts.settings.zone)
    wanted = {
        "views": Wanted("tickets", search.views, side=True),
        "groups": Wanted("members", members.groups, side=True),
        "categories": Wanted("tickets", categories.categories, side=True),
    }
    return await screen.show(
        "pages/search.html", wanted, typed=typed, hits=found, trouble=trouble, kinds=KINDS, classes=CLASSES,
        bulk_verbs=tuple(VERBS), typed_of=lambda filters: typed_of(filters, zone),
        status=trouble.status if trouble else 200,
    )  # fmt: skip
