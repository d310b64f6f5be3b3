"""The report of a month: made once from the history, kept as it was made, read for ever."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.rates import SUPPRESSED_BELOW
from services.tickets.store import rates as store
from services.tickets.store.rates import Report
from services.tickets.store.tables import areas, communities, tickets
from services.tickets.views import figures, rated
from services.tickets.views.rights import groups_stand_in
from services.tickets.views.rounds import Asked

REPORTED_CUTS = ("community", "group", "category")
BOARD_MONTHS = 12


class ReportLine(BaseModel):
    id: UUID
    community_id: UUID
    month: str
    as_of: datetime
    made_at: datetime
    definition: str
    history_seq: int


class Reports(BaseModel):
    items: list[ReportLine]


class ReportModel(ReportLine):
    figures: dict[str, Any]


class BoardMonth(BaseModel):
    """`complaints` is nothing where they are too few to leave the community."""

    month: str
    complaints: int | None


class Board(BaseModel):
    community_id: UUID
    community: str
    reports: list[ReportModel]
    months: list[BoardMonth]


async def made(tx: Transaction, community_id: UUID, month: date, as_of: datetime) -> tuple[str, int, str, int]:
    """The figures of a month as they will stand: whole, and as the public reads them; with their stamps."""
    asked = Asked(first=month, last=month, as_of=as_of, visible=tickets.c.community_id == community_id)
    told: dict[str, dict[str, Any]] = {"whole": {}, "public": {}}
    stamp = None
    for kept in told:
        for by in REPORTED_CUTS:
            stamp = await rated.report(tx, asked, by, whole=kept == "whole")
            told[kept][by] = stamp.model_dump(mode="json")
    (counted,) = await figures.series(tx, community_id, month, month, as_of)
    told["whole"]["complaints"] = counted.complaints
    told["public"]["complaints"] = counted.complaints if counted.complaints >= SUPPRESSED_BELOW else None
    assert stamp is not None
    return json.dumps(told, ensure_ascii=False), stamp.history_seq, stamp.definition, counted.complaints


async def listed(tx: Transaction, community_id: UUID, limit: int) -> Reports:
    await _check(tx, community_id)
    return Reports(items=[ReportLine(**_stamps(each)) for each in await store.reports(tx, community_id, limit)])


async def one(tx: Transaction, report_id: UUID) -> ReportModel:
    report = await store.report(tx, report_id)
    if report is None:
        raise Refused("report_unknown", status=404)
    await _check(tx, report.community_id)
    return _model(report, "whole" if await rated.seen_whole(tx, "group") else "public")


async def board(tx: Transaction, community_id: UUID | None) -> list[Board]:
    """What everybody may read: the last months of a community, no cell below five."""
    wanted = select(areas.c.id, areas.c.name).join(communities, communities.c.id == areas.c.id)
    if community_id is not None:
        wanted = wanted.where(areas.c.id == community_id)
    rows = (await tx.execute(wanted.order_by(communities.c.code))).all()
    return [await _board(tx, row.id, row.name) for row in rows]


async def _board(tx: Transaction, community_id: UUID, name: str) -> Board:
    reports = await store.reports(tx, community_id, BOARD_MONTHS)
    months = [
        BoardMonth(month=f"{each.month:%Y-%m}", complaints=json.loads(each.figures)["public"]["complaints"])
        for each in reversed(reports)
    ]
    shown = [_model(report, "public") for report in reports[:1]]
    return Board(community_id=community_id, community=name, reports=shown, months=months)


def _stamps(report: Report) -> dict[str, Any]:
    names = ("id", "community_id", "as_of", "made_at", "definition", "history_seq")
    return {name: getattr(report, name) for name in names} | {"month": f"{report.month:%Y-%m}"}


def _model(report: Report, kept: str) -> ReportModel:
    return ReportModel(**_stamps(report), figures=json.loads(report.figures)[kept])


async def _check(tx: Transaction, community_id: UUID) -> None:
    path = (await tx.execute(select(areas.c.path).where(areas.c.id == community_id))).scalar_one_or_none()
    groups = tx.actor.scopes("tickets.figures").organizations
    allowed = tx.actor.may("tickets.figures", area_path=path or ()) or await groups_stand_in(tx, groups, community_id)
    if path is None or not allowed:
        raise Refused("community_unknown", status=404)


async def communities_known(tx: Transaction) -> list[UUID]:
    """All communities; those whose months are closed."""
    wanted = select(communities.c.id).join(areas, areas.c.id == communities.c.id).where(areas.c.state == "active")
    return list((await tx.execute(wanted)).scalars())
