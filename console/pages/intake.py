"""C6: an old neighbour is on the telephone. One short form, the danger question first, the number read back."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import categories, members, tickets
from console.ask.client import Problem, Unheard
from console.posted import Posted, PostedForm, refused_here, tried
from console.rendering import new_key
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
KINDS = ("complaint", "need", "idea", "inquiry", "report", "praise")
PHONE_DIGITS = 11
TEXT_MAX = 2_000


@router.get("/intake")
async def intake(screen: OperatorScreen) -> Response:
    return await _page(screen, key=new_key(), values={})


@router.post("/intake")
async def file_for_someone(screen: OperatorScreen, form: PostedForm) -> Response:
    """The place is never guessed in silence: several candidates come back to be chosen from."""
    places = await _places(screen, form)
    faults = _faults(screen, form, places)
    if faults:
        trouble = refused_here(form, 422, *faults)
        return await _page(screen, key=form.key, values=form.fields, trouble=trouble, places=places)
    body = _body(form, places)
    filed = await tried(screen, form, lambda: tickets.file(screen.asks, body, key=form.key))
    if isinstance(filed, Trouble):
        return await _page(screen, key=form.key, values=form.fields, trouble=filed, places=places)
    return screen.to(f"/tickets/{filed.id}", "filed")


async def _page(
    screen: Screen, *, key: str, values: Any, trouble: Trouble | None = None,
    places: tuple[members.Candidate, ...] = (),
) -> Response:  # fmt: skip
    wanted = {"categories": Wanted("tickets", categories.categories, side=True)}
    return await screen.show(
        "pages/intake.html", wanted, key=key, values=values, trouble=trouble, places=places, kinds=KINDS,
        status=trouble.status if trouble else 200,
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


def _body(form: Posted, places: tuple[members.Candidate, ...]) -> dict[str, Any]:
    place = _chosen(form, places)
    phone = form.digits("phone").removeprefix("+86")
    body = {
        "kind": form.text("kind") or "complaint",
        "category": form.text("category") or "other",
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
