"""What if: last month under another calendar, with other limits, or with other hands."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.edge import Body, Edge, permitted
from services.tickets.api.classes import LimitsBody, limits
from services.tickets.domain.calendar import Calendar
from services.tickets.domain.notice import read_notice
from services.tickets.handlers.rule_sets import check_community
from services.tickets.store.reference import load_reference
from services.tickets.views import simulations

router = APIRouter(tags=["references"], prefix="/v1/clock-simulations")


class NoticeBody(Body):
    year: Annotated[int, Field(ge=2000, le=2100)]
    csv: Annotated[str, Field(min_length=1, max_length=100_000)]


class SimulationBody(Body):
    """`staffing` is how many people a group would have, by its id."""

    community_id: UUID
    month: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
    classes: LimitsBody = Field(default_factory=dict)
    calendar: NoticeBody | None = None
    staffing: Annotated[Mapping[UUID, Annotated[int, Field(ge=1, le=200)]], Field(max_length=20)] = Field(
        default_factory=dict
    )


@router.post("", response_model=simulations.Simulation)
async def simulate(
    body: SimulationBody, edge: Annotated[Edge, permitted("tickets.manage_rules", key=False)]
) -> simulations.Simulation:
    """Writes nothing: each case's history is read once as it was, and once as it would have been."""
    month = date.fromisoformat(f"{body.month}-01")
    async with edge.reading() as tx:
        await check_community(body.community_id, tx)
        known = (await load_reference(tx)).calendar
        calendar = _with_notice(known, body.calendar) if body.calendar else known
        otherwise = simulations.Otherwise(limits(body.classes), calendar, body.staffing)
        return await simulations.simulate(tx, body.community_id, month, otherwise)


def _with_notice(calendar: Calendar, notice: NoticeBody) -> Calendar:
    """The calendar with this notice in place of what its year says."""
    days = {day: kind for day, (kind, _) in read_notice(notice.csv, notice.year).items()}
    others = {day: kind for day, kind in calendar.exceptions.items() if day.year != notice.year}
    return replace(calendar, exceptions=others | days, years=calendar.years | {notice.year}, version="simulated")
