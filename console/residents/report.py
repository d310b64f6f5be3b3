"""R2 and R3: how do I say it? One question per page, and at the end a number."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import categories, members, tickets, tracking
from console.ask.client import Problem, Unheard
from console.posted import Posted, PostedForm, refused_here, tried
from console.rendering import new_key
from console.residents.sealed import SealedCookie, sealed_cookie
from console.screen import AnyScreen, Screen
from console.views import Trouble

router = APIRouter()
STEPS = ("danger", "what", "where", "phone")
TEXT_MAX = 500
PLACES_MAX = 3
PHONE_DIGITS = 11
REPORT, RECEIVED = "yihu_report", "yihu_received"


@router.get("/report")
async def begin(screen: AnyScreen) -> Response:
    """It goes on where it was."""
    kept = sealed_cookie(screen, REPORT).read(screen.request)
    return screen.to(f"/report/{next((step for step in STEPS if step not in kept), STEPS[-1])}")


@router.get("/report/received")
async def received(screen: AnyScreen) -> Response:
    """R3: the number, huge; what happens next, by when and by whom."""
    told = sealed_cookie(screen, RECEIVED).read(screen.request)
    return await screen.show("residents/received.html", told=told) if told else screen.to("/track")


@router.post("/report/clear")
async def clear(screen: AnyScreen, form: PostedForm) -> Response:
    response = screen.to("/report/danger")
    sealed_cookie(screen, REPORT).clear(response)
    return response


@router.get("/report/{step}")
async def question(screen: AnyScreen, step: str) -> Response:
    if step not in STEPS:
        raise Problem("console", 404, "not_found")
    kept = sealed_cookie(screen, REPORT).read(screen.request)
    return await _page(screen, step, kept)


@router.post("/report/{step}")
async def answer(screen: AnyScreen, step: str, form: PostedForm) -> Response:
    if step not in STEPS:
        raise Problem("console", 404, "not_found")
    cookie = sealed_cookie(screen, REPORT)
    kept = {"key": new_key()} | cookie.read(screen.request)
    places = await _places(screen, form) if step == "where" else ()
    answered = _answered(screen, step, form, places)
    if isinstance(answered, Trouble):
        return await _page(screen, step, kept | form.fields, trouble=answered, places=places)
    kept |= answered
    if step == STEPS[-1]:
        return await _file(screen, cookie, kept, form)
    return await _go_on(screen, cookie, step, kept)


async def _go_on(screen: Screen, cookie: SealedCookie, step: str, kept: dict[str, str]) -> Response:
    response = screen.to(f"/report/{STEPS[STEPS.index(step) + 1]}")
    if not cookie.keep(response, kept):
        trouble = Trouble("invalid", screen.language.word("problem", "too_long"), status=422)
        return await _page(screen, step, kept, trouble=trouble)
    return response


async def _page(
    screen: Screen, step: str, kept: Mapping[str, str], *, trouble: Trouble | None = None,
    places: tuple[members.Candidate, ...] = (),
) -> Response:  # fmt: skip
    number = STEPS.index(step)
    categories = await _categories(screen) if step == "what" else ()
    return await screen.show(
        "residents/report.html", step=step, number=number + 1, whole=len(STEPS), kept=kept, trouble=trouble,
        places=places[:PLACES_MAX], categories=categories, back=STEPS[number - 1] if number else None,
        status=trouble.status if trouble else 200,
    )  # fmt: skip


async def _categories(screen: Screen) -> tuple[categories.Category, ...]:
    """A help to choose from; without tickets the words alone must do."""
    try:
        return (await categories.categories(screen.asks.within(1.0))).items
    except (Problem, Unheard):
        return ()


async def _places(screen: Screen, form: Posted) -> tuple[members.Candidate, ...]:
    if not form.text("place"):
        return ()
    try:
        parsed = await members.parse_place(screen.asks, form.plain("place"))
    except (Problem, Unheard):
        return ()
    exact = tuple(one for one in parsed.candidates if one.area_id == parsed.exact)
    return exact or parsed.candidates


def _answered(
    screen: Screen, step: str, form: Posted, places: tuple[members.Candidate, ...]
) -> dict[str, str] | Trouble:
    def fault(name: str, code: str) -> Trouble:
        return refused_here(form, 422, (name, screen.language.word("problem", code)))

    if step == "danger":
        return {"danger": form.text("danger")} if form.text("danger") in ("yes", "no") else fault("danger", "required")
    if step == "what":
        words = form.text("what")
        if not words or len(words) > TEXT_MAX:
            return fault("what", "too_long" if words else "required")
        return {"what": words, "category": form.text("category")}
    if step == "where":
        return _answered_where(form, places, fault)
    phone = form.digits("phone").removeprefix("+86")
    if phone and not (phone.isdigit() and len(phone) == PHONE_DIGITS):
        return fault("phone", "phone_invalid")
    return {"phone": phone}


def _answered_where(form: Posted, places: tuple[members.Candidate, ...], fault: Any) -> dict[str, str] | Trouble:
    """Never a silent guess: one exact place goes on, several are shown to choose from."""
    chosen = next((one for one in places if str(one.area_id) == form.text("building_id")), None)
    if len(places) == 1:
        chosen = places[0]
    if chosen is None:
        unknown = "place_unknown" if form.text("place") else "required"
        refused: Trouble = fault("place", "place_choose" if places else unknown)
        return refused
    return {"place": form.plain("place"), "where": chosen.whole, "building_id": str(chosen.area_id)}


async def _file(screen: Screen, cookie: SealedCookie, kept: dict[str, str], form: Posted) -> Response:
    if missing := next((step for step in ("danger", "what", "where") if not kept.get(step)), None):
        return screen.to(f"/report/{missing}")
    body = {
        "category": kept.get("category") or "other", "description": kept["what"], "building_id": kept["building_id"],
        "phone": kept["phone"] or None, "danger": kept["danger"] == "yes",
    }  # fmt: skip
    filed = await tried(screen, form, lambda: tracking.file_publicly(screen.asks, body, key=kept["key"]))
    if isinstance(filed, Trouble):
        return await _page(screen, STEPS[-1], kept, trouble=filed)
    response = screen.to("/report/received")
    cookie.clear(response)
    sealed_cookie(screen, RECEIVED).keep(response, _told(filed))
    return response


def _told(filed: tickets.Filed) -> dict[str, str]:
    due = (filed.dues or {}).get("contact")
    return {
        "number": filed.number,
        "code": filed.tracking_code or "",
        "group": str((filed.assignment or {}).get("group_name") or ""),
        "contact_by": due.isoformat() if due else "",
    }
