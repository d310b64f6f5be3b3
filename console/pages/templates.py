"""C21: how should it be said? Templates with their versions, zh and en side by side, and a preview with its cost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import templates
from console.ask.asks import Asks
from console.ask.client import Problem
from console.names import Names, names_of
from console.once import Once
from console.posted import PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
LANGUAGES = ("zh-CN", "en")
MOVES: Mapping[str, tuple[str, ...]] = {
    "draft": ("submit",), "submitted": ("approve", "reject"), "approved": ("go-live",), "live": ("retire",),
}  # fmt: skip
OF_APPROVERS = frozenset({"approve", "reject"})
FIELD = re.compile(r"\(\(([^()?]+)(?:\?\?[^()]*)?\)\)")
VALUE = "v-"


@dataclass(frozen=True, slots=True)
class Wording:
    """One template with its versions, the newest first."""

    template: templates.Template
    versions: tuple[templates.Version, ...]
    names: Names
    as_of: datetime

    @property
    def shown(self) -> templates.Version | None:
        """The one that is live; before that the newest."""
        return next((one for one in self.versions if one.state == "live"), self.versions[0] if self.versions else None)


def fields_of(bodies: Mapping[str, str]) -> list[str]:
    """The names a text needs values for, each once."""
    return list(dict.fromkeys(name.strip() for body in bodies.values() for name in FIELD.findall(body)))


@router.get("/templates")
async def all_templates(screen: OperatorScreen) -> Response:
    return await screen.show("pages/templates.html", {"templates": Wanted("notify", templates.templates)})


@router.get("/templates/{template_id}")
async def one(screen: OperatorScreen, template_id: UUID) -> Response:
    return await _page(screen, template_id)


@router.post("/templates/{template_id}/preview")
async def preview(screen: OperatorScreen, template_id: UUID, form: PostedForm) -> Response:
    """Nothing is sent, and what was tried is kept nowhere."""
    version = int(form.digits("version") or 0) if form.digits("version").isdigit() else 0
    language = form.text("language") if form.text("language") in LANGUAGES else LANGUAGES[0]
    values = {name.removeprefix(VALUE): text for name, text in form.fields.items() if name.startswith(VALUE) and text}
    shown = await tried(screen, form, lambda: templates.preview(screen.asks, template_id, version, values, language))
    if isinstance(shown, Trouble):
        return await _page(screen, template_id, trouble=shown, values=form.fields)
    return await _page(screen, template_id, values=form.fields, preview=shown)


@router.post("/templates/{template_id}/draft")
async def draft(screen: OperatorScreen, template_id: UUID, form: PostedForm) -> Response:
    bodies = {code: form.text(f"body-{code}") for code in LANGUAGES if form.text(f"body-{code}")}
    if not bodies:
        trouble = refused_here(form, 422, ("body-zh-CN", screen.language.word("problem", "required")))
        return await _page(screen, template_id, trouble=trouble, values=form.fields)
    done = await tried(screen, form, lambda: templates.draft(screen.asks, template_id, bodies, key=form.key))
    if isinstance(done, Trouble):
        return await _page(screen, template_id, trouble=done, values=form.fields)
    return screen.to(f"/templates/{template_id}", "done_template_draft")


@router.post("/templates/{template_id}/versions/{version}/{verb}")
async def move(screen: OperatorScreen, template_id: UUID, version: int, verb: str, form: PostedForm) -> Response:
    if verb not in {one for verbs in MOVES.values() for one in verbs}:
        raise Problem("notify", 404, "not_found")
    if verb == "reject" and not form.text("note"):
        trouble = refused_here(form, 422, ("note", screen.language.word("problem", "required")))
        return await _page(screen, template_id, trouble=trouble)
    body: dict[str, Any] = {"note": form.text("note")} if verb == "reject" else {}
    done = await tried(
        screen, form,
        lambda: templates.move(screen.asks, template_id, version, verb, body, key=form.key, etag=form.etag),
    )  # fmt: skip
    if isinstance(done, Trouble):
        return await _page(screen, template_id, trouble=done)
    return screen.to(f"/templates/{template_id}", f"done_template_{verb.replace('-', '_')}")


async def _page(
    screen: Screen, template_id: UUID, *, trouble: Trouble | None = None, values: Mapping[str, str] | None = None,
    preview: templates.Preview | None = None,
) -> Response:  # fmt: skip
    person = screen.person

    async def ask(asks: Asks) -> Wording:
        all_of_them = await templates.templates(asks)
        known = next((one for one in all_of_them.items if one.id == template_id), None)
        if known is None:
            raise Problem("notify", 404, "template_unknown")
        found = (await templates.versions(asks, template_id)).items
        people = [person_id for one in found for person_id in (one.author, one.approver)]
        return Wording(known, found, await names_of(asks, people, seconds=screen.names_seconds), all_of_them.as_of)

    may = {verb: person.holds("secretary" if verb in OF_APPROVERS else "message_manager")
           for verbs in MOVES.values() for verb in verbs}  # fmt: skip
    return await screen.show(
        "pages/template.html", {"wording": Wanted("notify", Once(ask))}, template_id=template_id, trouble=trouble,
        values=values or {}, preview=preview, moves=MOVES, may=may, may_write=person.holds("message_manager"),
        languages=LANGUAGES, fields_of=fields_of, status=trouble.status if trouble else 200,
    )  # fmt: skip
