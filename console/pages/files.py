"""C13: old cases in from a file, with its progress and the rows that became nothing; cases out, for a reason."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import files, members
from console.ask.asks import Asks
from console.ask.client import Problem
from console.pages.search import day_of
from console.pages.topics import communities_of
from console.posted import Posted, PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.uploaded import UploadedFile
from console.views import Trouble

router = APIRouter()
VERBS = ("start", "pause", "resume", "activate")
STEERED: Mapping[str, tuple[str, ...]] = {
    "uploaded": ("start",), "running": ("pause",), "paused": ("resume",), "done": ("activate",),
    "activating": ("pause",), "activation_paused": ("resume",),
}  # fmt: skip
FORMATS = ("csv", "xlsx")
NEEDED = ("community_id", "filed_from", "filed_to", "reason")


@router.get("/imports")
async def imports(screen: OperatorScreen) -> Response:
    return await _imports(screen)


@router.post("/imports")
async def add(screen: OperatorScreen, sent: UploadedFile) -> Response:
    form = sent.form
    required = screen.language.word("problem", "required")
    faults = [] if sent.content else [("file", required)]
    community = _id(form.text("community_id"))
    if community is None:
        faults.append(("community_id", required))
    if faults or community is None:
        return await _imports(screen, trouble=refused_here(form, 422, *faults))
    done = await tried(screen, form, lambda: files.add_import(screen.asks, community, sent.content, key=form.key))
    if isinstance(done, Trouble):
        return await _imports(screen, trouble=done)
    return screen.to("/imports", "done_import")


@router.post("/imports/{import_id}/{verb}")
async def steer(screen: OperatorScreen, import_id: UUID, verb: str, form: PostedForm) -> Response:
    if verb not in VERBS:
        raise Problem("tickets", 404, "not_found")
    done = await tried(screen, form, lambda: files.steer(screen.asks, import_id, verb, key=form.key))
    if isinstance(done, Trouble):
        return await _imports(screen, trouble=done)
    return screen.to("/imports", f"done_import_{verb}")


@router.get("/imports/{import_id}/errors.csv")
async def errors(screen: OperatorScreen, import_id: UUID) -> Response:
    answer = await files.errors(screen.asks, import_id)
    headers = {"content-disposition": f'attachment; filename="errors-{str(import_id)[-4:]}.csv"'}
    return Response(answer.content, headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/exports")
async def exports(screen: OperatorScreen) -> Response:
    return await _exports(screen)


@router.post("/exports")
async def ask(screen: OperatorScreen, form: PostedForm) -> Response:
    """The second factor is asked for in place; the same act is done after it."""
    required = screen.language.word("problem", "required")
    if faults := [(name, required) for name in NEEDED if not form.text(name)]:
        return await _exports(screen, trouble=refused_here(form, 422, *faults))
    body = _body(form, ZoneInfo(screen.parts.settings.zone))
    done = await tried(screen, form, lambda: files.ask_for_export(screen.asks, body, key=form.key))
    if isinstance(done, Trouble):
        return await _exports(screen, trouble=done, key=form.key)
    return screen.to("/exports", "done_export")


@router.get("/exports/{export_id}/file")
async def exported(screen: OperatorScreen, export_id: UUID) -> Response:
    answer = await files.exported(screen.asks, export_id)
    kept = {name: answer.headers[name] for name in ("content-disposition", "content-type") if name in answer.headers}
    return Response(answer.content, headers=kept)


def _body(form: Posted, zone: ZoneInfo) -> dict[str, Any]:
    days = {"filed_from": ("filed_from", timedelta()), "filed_until": ("filed_to", timedelta(days=1))}
    times = {name: day_of(form.text(field), later, zone) for name, (field, later) in days.items()}
    return {name: form.text(name) for name in ("community_id", "reason")} | times | {
        "format": "xlsx" if form.text("format") == "xlsx" else "csv"
    }  # fmt: skip


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _communities(screen: Screen, asks: Asks) -> tuple[members.Area, ...]:
    mine = await communities_of(asks, screen.person)
    return tuple(area for area in (await members.communities(asks)).items if mine is None or area.id in mine)


async def _imports(screen: Screen, *, trouble: Trouble | None = None) -> Response:
    wanted = {
        "imports": Wanted("tickets", files.imports),
        "places": Wanted("members", lambda asks: _communities(screen, asks), side=True),
    }
    return await screen.show(
        "pages/imports.html", wanted, trouble=trouble, steered=STEERED, status=trouble.status if trouble else 200
    )


async def _exports(screen: Screen, *, trouble: Trouble | None = None, key: str = "") -> Response:
    wanted = {
        "exports": Wanted("tickets", files.exports),
        "places": Wanted("members", lambda asks: _communities(screen, asks), side=True),
    }
    return await screen.show(
        "pages/exports.html", wanted, trouble=trouble, key=key, formats=FORMATS,
        values=trouble.values if trouble else {}, status=trouble.status if trouble else 200,
    )  # fmt: skip
