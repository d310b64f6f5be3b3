"""A dispute: two mediators at least, two parties at least, the sessions, and what they agreed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import mediations, members, tickets
from console.ask.asks import Asks
from console.ask.client import Problem
from console.names import Names, names_of
from console.once import or_none
from console.pages.moves import moment_of
from console.posted import Posted, PostedForm, refused_here, tried
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Trouble

router = APIRouter()
NEEDED = {"begin": ("mediators", "parties"), "session": ("held_at", "present", "minutes"), "settle": ("outcome",)}
PATHS = {"begin": "", "session": "/sessions", "settle": ":settle"}


@dataclass(frozen=True, slots=True)
class Dispute:
    """The mediation as far as it is, and who may be named in it."""

    ticket: tickets.Ticket
    mediation: mediations.Mediation | None
    names: Names
    team: members.MemberList | None
    groups: members.Groups | None

    def named(self, one: UUID) -> str:
        """A person, or a team that is a party."""
        groups = self.groups.items if self.groups else ()
        return next((group.name for group in groups if group.id == one), None) or self.names.of(one) or ""


@router.get("/tickets/{ticket_id}/mediation")
async def mediation(screen: OperatorScreen, ticket_id: UUID) -> Response:
    return await _page(screen, ticket_id)


@router.post("/tickets/{ticket_id}/mediation/{what}")
async def act(screen: OperatorScreen, ticket_id: UUID, what: str, form: PostedForm) -> Response:
    if what not in PATHS:
        raise Problem("tickets", 404, "not_found")
    required = screen.language.word("problem", "required")
    if faults := [(name, required) for name in NEEDED[what] if not form.text(name)]:
        return await _page(screen, ticket_id, trouble=refused_here(form, 422, *faults))
    body = _body(what, form, ZoneInfo(screen.parts.settings.zone))
    done = await tried(screen, form, lambda: mediations.act(screen.asks, ticket_id, PATHS[what], body, key=form.key))
    if isinstance(done, Trouble):
        return await _page(screen, ticket_id, trouble=done)
    return screen.to(f"/tickets/{ticket_id}/mediation", f"done_mediation_{what}")


def _body(what: str, form: Posted, zone: ZoneInfo) -> Mapping[str, Any]:
    if what == "begin":
        return {name: list(form.ticked[name]) for name in ("mediators", "parties")}
    if what == "settle":
        return {"outcome": form.text("outcome")}
    return {
        "held_at": moment_of(form.text("held_at"), zone),
        "present": list(form.ticked["present"]),
        "minutes": form.text("minutes"),
    }


async def _dispute(asks: Asks, ticket_id: UUID, seconds: float) -> Dispute:
    (ticket, _), known = await asyncio.gather(tickets.ticket(asks, ticket_id), mediations.of_ticket(asks, ticket_id))
    group = ticket.group_id
    team = await or_none(members.group_members(asks, group)) if group and known is None else None
    people = (*known.mediators, *known.parties) if known else (ticket.reporter_id,)
    names, groups = await asyncio.gather(names_of(asks, people, seconds=seconds), or_none(members.groups(asks)))
    return Dispute(ticket, known, names, team, groups)


async def _page(screen: Screen, ticket_id: UUID, *, trouble: Trouble | None = None) -> Response:
    wanted = {"dispute": Wanted("tickets", lambda asks: _dispute(asks, ticket_id, screen.names_seconds))}
    return await screen.show(
        "pages/mediation.html", wanted, ticket_id=ticket_id, trouble=trouble,
        values=trouble.values if trouble else {}, status=trouble.status if trouble else 200,
    )  # fmt: skip
