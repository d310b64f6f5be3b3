"""What if: last month under another calendar, or with other limits."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from chassis.edge import Body, Edge, permitted
from chassis.refused import Refused
from services.tickets.domain.calendar import Calendar
from services.tickets.domain.clock import CLASSES, Class, Clock, Limit, Unit
from services.tickets.domain.notice import read_notice
from services.tickets.handlers.rule_sets import check_community
from services.tickets.store.reference import load_reference
from services.tickets.views import simulations

router = APIRouter(tags=["references"], prefix="/v1/clock-simulations")
Code = Literal["urgent", "utility", "general", "complex", "idea", "inquiry"]


class LimitBody(Body):
    """`minutes` of working or wall time; of calendar days 1,440 each."""

    minutes: Annotated[int, Field(ge=1, le=200_000)]
    unit: Unit


class NoticeBody(Body):
    year: Annotated[int, Field(ge=2000, le=2100)]
    csv: Annotated[str, Field(min_length=1, max_length=100_000)]


class SimulationBody(Body):
    community_id: UUID
    month: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
    classes: Mapping[Code, Mapping[Clock, LimitBody]] = Field(default_factory=dict)
    calendar: NoticeBody | None = None


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
        otherwise = simulations.Otherwise(_with_limits(body), calendar)
        return await simulations.simulate(tx, body.community_id, month, otherwise)


def _with_notice(calendar: Calendar, notice: NoticeBody) -> Calendar:
    """The calendar with this notice in place of what its year says."""
    days = {day: kind for day, (kind, _) in read_notice(notice.csv, notice.year).items()}
    others = {day: kind for day, kind in calendar.exceptions.items() if day.year != notice.year}
    return replace(calendar, exceptions=others | days, years=calendar.years | {notice.year}, version="simulated")


def _with_limits(body: SimulationBody) -> Mapping[str, Class]:
    changed: dict[str, Class] = dict(CLASSES)
    for code, limits in body.classes.items():
        wanted = {clock: Limit(timedelta(minutes=each.minutes), each.unit) for clock, each in limits.items()}
        if any(limit.unit is Unit.CALENDAR_DAYS and limit.amount % timedelta(days=1) for limit in wanted.values()):
            raise Refused("whole_days_needed", status=422, errors=[{"pointer": f"/classes/{code}", "code": "days"}])
        changed[code] = Class(code, {**CLASSES[code].limits, **wanted})
    return changed
