"""C37: who walks where today? Patrols with their checkpoints, when they come round, and their rounds."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import members, patrols
from console.ask.asks import Asks
from console.ask.client import Problem, Unheard
from console.names import Names, names_of
from console.once import or_none
from console.pages.moves import moment_of
from console.posted import Posted, PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY = ("DAILY", "WEEKLY", "MONTHLY")
NEEDED = {
    "plan": ("name", "group_id", "place", "checkpoints"),
    "round": ("starts_at", "ends_at", "person_ids"),
    "recur": ("every", "first_day", "starts_at", "minutes", "person_ids"),
    "end": (),
}


@dataclass(frozen=True, slots=True)
class Overview:
    """All patrols and their newest rounds, with the names of the groups."""

    all: patrols.Patrols
    rounds: patrols.Rounds
    groups: members.Groups | None
    as_of: Any

    def name_of(self, patrol_id: UUID) -> str:
        return next((one.name for one in self.all.items if one.id == patrol_id), "–")

    def group_of(self, group_id: UUID) -> str | None:
        groups = self.groups.items if self.groups else ()
        return next((group.name for group in groups if group.id == group_id), None)


@dataclass(frozen=True, slots=True)
class Planned:
    """One patrol with its rounds and who may walk it."""

    patrol: patrols.Patrol
    rounds: patrols.Rounds
    team: members.MemberList | None
    names: Names
    as_of: Any


@router.get("/patrols")
async def overview(screen: OperatorScreen) -> Response:
    return await _overview(screen)


@router.post("/patrols")
async def plan(screen: OperatorScreen, form: PostedForm) -> Response:
    """Its place is read by members; where its words fit several, the leader says which."""
    faults = _missing(screen, form, "plan")
    found = await _places(screen, form) if not faults else ()
    place = (
        found[0] if len(found) == 1 else next((one for one in found if str(one.area_id) == form.text("area_id")), None)
    )
    if not faults and place is None:
        faults = [("place", screen.language.word("problem", "place_choose" if found else "place_unknown"))]
    if faults or place is None:
        return await _overview(screen, trouble=refused_here(form, 422, *faults), places=found)
    points = [line.strip() for line in form.text("checkpoints").splitlines() if line.strip()]
    body = {
        "name": form.text("name"), "group_id": form.text("group_id"), "area_id": str(place.area_id),
        "minimum_people": int(form.digits("minimum_people")) if form.digits("minimum_people").isdigit() else 1,
        "checkpoints": [{"label": label} for label in points],
    }  # fmt: skip
    made = await tried(screen, form, lambda: patrols.plan(screen.asks, body, key=form.key))
    if isinstance(made, Trouble):
        return await _overview(screen, trouble=made, places=found)
    return screen.to(f"/patrols/{made.id}", "done_patrol_plan")


@router.get("/patrols/{patrol_id}")
async def one(screen: OperatorScreen, patrol_id: UUID) -> Response:
    return await _one(screen, patrol_id)


@router.post("/patrols/{patrol_id}/{what}")
async def change(screen: OperatorScreen, patrol_id: UUID, what: str, form: PostedForm) -> Response:
    if what not in ("round", "recur", "end"):
        raise Problem("tickets", 404, "not_found")
    if faults := _missing(screen, form, what):
        return await _one(screen, patrol_id, trouble=refused_here(form, 422, *faults))
    done = await tried(screen, form, _sender(screen, patrol_id, what, form))
    if isinstance(done, Trouble):
        return await _one(screen, patrol_id, trouble=done)
    return screen.to(f"/patrols/{patrol_id}", f"done_patrol_{what}")


def _sender(screen: Screen, patrol_id: UUID, what: str, form: Posted) -> Callable[[], Awaitable[Any]]:
    people = list(form.ticked.get("person_ids", ()))
    zone = ZoneInfo(screen.parts.settings.zone)
    if what == "round":
        times = {name: moment_of(form.text(name), zone) for name in ("starts_at", "ends_at")}
        body = {"patrol_id": str(patrol_id), "person_ids": people} | times
        return lambda: patrols.plan_round(screen.asks, body, key=form.key)
    if what == "end":
        return lambda: patrols.recur(screen.asks, patrol_id, None, key=form.key)
    minutes = form.digits("minutes")
    rule = {
        "rule": rule_of(form.text("every"), form.ticked.get("days", ()), form.digits("month_days")),
        "first_day": form.text("first_day"), "starts_at": form.text("starts_at"),
        "minutes": int(minutes) if minutes.isdigit() else minutes, "person_ids": people,
    }  # fmt: skip
    return lambda: patrols.recur(screen.asks, patrol_id, rule, key=form.key)


def rule_of(every: str, days: tuple[str, ...], month_days: str) -> str:
    """The choice as RFC 5545 writes it; without days it comes on that of the first."""
    kept = [day for day in DAYS if day in days]
    if every == "WEEKLY" and kept:
        return f"FREQ=WEEKLY;BYDAY={','.join(kept)}"
    if every == "MONTHLY" and month_days:
        return f"FREQ=MONTHLY;BYMONTHDAY={month_days.replace('，', ',').replace('、', ',')}"
    return f"FREQ={every}"


def _missing(screen: Screen, form: Posted, what: str) -> list[tuple[str, str]]:
    required = screen.language.word("problem", "required")
    return [(name, required) for name in NEEDED[what] if not form.text(name)]


async def _places(screen: Screen, form: Posted) -> tuple[members.Candidate, ...]:
    try:
        parsed = await members.parse_place(screen.asks, form.plain("place"))
    except (Problem, Unheard):
        return ()
    return tuple(one for one in parsed.candidates if one.area_id == parsed.exact) or parsed.candidates


async def _overview(
    screen: Screen, *, trouble: Trouble | None = None, places: tuple[members.Candidate, ...] = ()
) -> Response:
    async def ask(asks: Asks) -> Overview:
        known, rounds, groups = await asyncio.gather(
            patrols.patrols(asks), patrols.rounds(asks), or_none(members.groups(asks))
        )
        return Overview(known, rounds, groups, known.as_of)

    return await screen.show(
        "pages/patrols.html", {"patrols": Wanted("tickets", ask)}, trouble=trouble, places=places,
        values=trouble.values if trouble else {}, may_plan=screen.person.holds("leader"),
        mine=screen.person.groups, status=trouble.status if trouble else 200,
    )  # fmt: skip


async def _one(screen: Screen, patrol_id: UUID, *, trouble: Trouble | None = None) -> Response:
    async def ask(asks: Asks) -> Planned:
        known, rounds = await asyncio.gather(patrols.patrol(asks, patrol_id), patrols.rounds(asks, patrol_id))
        team = await or_none(members.group_members(asks, known.group_id))
        people = [person for each in rounds.items for person in each.person_ids]
        return Planned(known, rounds, team, await names_of(asks, people, seconds=screen.names_seconds), rounds.as_of)

    return await screen.show(
        "pages/patrol.html", {"patrol": Wanted("tickets", ask)}, trouble=trouble, patrol_id=patrol_id, every=EVERY,
        days=DAYS, values=trouble.values if trouble else {}, may_plan=screen.person.holds("leader"),
        status=trouble.status if trouble else 200,
    )  # fmt: skip
