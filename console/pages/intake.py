"""C6: an old neighbour is on the telephone. One short form, the danger question first, the number read back.

What its category asks, and what looks like it, come back once before it is filed; neither holds it up for long.
"""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import categories, members, preview, tickets
from console.ask.client import Problem, Unheard
from console.once import or_none
from console.pages.questions import answers_of, questions_of, unanswered
from console.posted import Posted, PostedForm, refused_here, tried
from console.rendering import new_key
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
KINDS = ("complaint", "need", "idea", "inquiry", "report", "praise")
PHONE_DIGITS = 11
TEXT_MAX = 2_000
LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is asked beside the words, and the cases that may be the same; nothing when tickets says nothing in time."""

    questions: tuple[categories.Question, ...] = ()
    similar: tuple[preview.Similar, ...] = ()


@router.get("/intake")
async def intake(screen: OperatorScreen) -> Response:
    return await _page(screen, key=new_key(), values={})


@router.post("/intake")
async def file_for_someone(screen: OperatorScreen, form: PostedForm) -> Response:
    """The place is never guessed in silence: several candidates come back to be chosen from."""
    places = await _places(screen, form)
    place = _chosen(form, places)
    ahead = await _ahead(screen, form, place)
    faults = _faults(screen, form, places)
    if form.text("asked") == _category(form):
        faults += [(name, screen.language.word("problem", "required")) for name in unanswered(ahead.questions, form)]
    if faults:
        trouble = refused_here(form, 422, *faults)
        return await _page(screen, key=form.key, values=form.fields, trouble=trouble, places=places, ahead=ahead)
    if _something_to_see(form, ahead):
        return await _page(screen, key=form.key, values=form.fields, places=places, ahead=ahead, looked=True)
    body = _body(form, place) | _answers(screen, form, ahead)
    filed = await tried(screen, form, lambda: tickets.file(screen.asks, body, key=form.key))
    if isinstance(filed, Trouble):
        return await _page(screen, key=form.key, values=form.fields, trouble=filed, places=places, ahead=ahead)
    return screen.to(f"/tickets/{filed.id}", "filed")


def _something_to_see(form: Posted, ahead: Ahead) -> bool:
    """Questions that were not shown yet, or cases like it that nobody has looked at. Danger waits for nothing."""
    if form.text("danger") == "yes":
        return False
    not_asked = bool(ahead.questions) and form.text("asked") != _category(form)
    return not_asked or (bool(ahead.similar) and not form.text("looked"))


def _category(form: Posted) -> str:
    return form.text("category") or "other"


async def _ahead(screen: Screen, form: Posted, place: members.Candidate | None) -> Ahead:
    asks = screen.asks.within(LOOK_SECONDS)
    known = await or_none(categories.categories(asks, place.community_id if place else None))
    questions = questions_of(known.items, _category(form)) if known else ()
    if place is None or not form.text("description"):
        return Ahead(questions)
    body = {"text": form.text("description")[:TEXT_MAX], "building_id": str(place.area_id)}
    category = {"category": form.text("category")} if form.text("category") else {}
    seen = await or_none(preview.preview(asks, body | category))
    return Ahead(questions, seen.similar if seen else ())


def _answers(screen: Screen, form: Posted, ahead: Ahead) -> dict[str, Any]:
    answers = answers_of(ahead.questions, form, ZoneInfo(screen.parts.settings.zone))
    return {"answers": answers} if answers else {}


async def _page(
    screen: Screen, *, key: str, values: Any, trouble: Trouble | None = None,
    places: tuple[members.Candidate, ...] = (), ahead: Ahead = Ahead(), looked: bool = False,
) -> Response:  # fmt: skip
    wanted = {"categories": Wanted("tickets", categories.categories, side=True)}
    return await screen.show(
        "pages/intake.html", wanted, key=key, values=values, trouble=trouble, places=places, kinds=KINDS,
        ahead=ahead, looked=looked, status=trouble.status if trouble else 200,
    )  # fmt: skip


async def _places(screen: Screen, form: Posted) -> tuple[members.Candidate, ...]:
    if not form.text("place"):
        return ()
    try:
        parsed = await members.parse_place(screen.asks, form.plain("place"))
    except (Problem, Unheard):
        return ()
    exact = tuple(one for one in parsed.candidates if one.area_id == parsed.exact)
    return exact or parsed.candidates


def _chosen(form: Posted, places: tuple[members.Candidate, ...]) -> members.Candidate | None:
    if len(places) == 1:
        return places[0]
    return next((one for one in places if str(one.area_id) == form.text("building_id")), None)


def _faults(screen: Screen, form: Posted, places: tuple[members.Candidate, ...]) -> list[tuple[str, str]]:
    def word(code: str) -> str:
        return screen.language.word("problem", code)

    faults = []
    if not form.text("danger"):
        faults.append(("danger", word("required")))
    if not form.text("description"):
        faults.append(("description", word("required")))
    if _chosen(form, places) is None:
        faults.append(("place", word("place_choose" if places else "place_unknown")))
    phone = form.digits("phone").removeprefix("+86")
    if phone and not (phone.isdigit() and len(phone) == PHONE_DIGITS):
        faults.append(("phone", word("phone_invalid")))
    return faults


def _body(form: Posted, place: members.Candidate | None) -> dict[str, Any]:
    phone = form.digits("phone").removeprefix("+86")
    body = {
        "kind": form.text("kind") or "complaint",
        "category": _category(form),
        "description": form.text("description")[:TEXT_MAX],
        "building_id": str(place.area_id) if place else None,
        "danger": form.text("danger") == "yes",
        "reporter_phone": phone or None,
        "anonymous": not phone,
        "channel": "telephone" if form.text("channel") == "telephone" else "console",
    }
    for part in ("unit", "floor", "room"):
        body[part] = form.plain(part)[:20]
    return body
