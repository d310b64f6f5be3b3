"""Imports over HTTP: a file in, its progress, its errors; and steering it."""

import asyncio
import io
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from chassis.edge import Edge, permitted
from services.tickets.domain import mask
from services.tickets.domain.layout import FAULTS
from services.tickets.handlers import imports as handlers
from services.tickets.store import imports as store
from services.tickets.store import open311, sheets
from services.tickets.store.imports import Import

router = APIRouter(tags=["imports"], prefix="/v1/imports")
Manage = Annotated[Edge, permitted("imports.manage")]
VALUE_MAX = 60
IMPORT_BYTES_MAX = 32_000_000
ERRORS_MAX = 100_000


class ImportModel(BaseModel):
    """Rows read are tickets made, duplicates and failed ones; `seconds_left` as fast as until now."""

    id: UUID
    community_id: UUID
    state: str
    layout: str | None
    reason: str
    rows_expected: int | None
    rows_read: int
    made: int
    duplicates: int
    failed: int
    flagged: int
    rows_per_second: float | None
    seconds_left: float | None
    made_at: datetime
    finished_at: datetime | None
    activated_at: datetime | None
    revision: int

    @classmethod
    def of(cls, known: Import) -> "ImportModel":
        rate = known.rows_read / known.seconds if known.seconds else None
        left = max((known.rows_expected or 0) - known.rows_read, 0) if known.state in ("running", "paused") else 0
        plain = {name: getattr(known, name) for name in cls.model_fields if hasattr(known, name)}
        return cls(
            **plain,
            rows_per_second=round(rate, 1) if rate else None,
            seconds_left=round(left / rate, 1) if rate else None,
        )


class Imports(BaseModel):
    items: list[ImportModel]


class OnTime(BaseModel):
    kept: int
    of: int


class ImportDetail(ImportModel):
    """`on_time` compares the file's own due and closed dates."""

    flags: dict[str, int]
    on_time: OnTime


_FILE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", response_model=ImportModel, status_code=202, openapi_extra=_FILE)
async def add(community_id: UUID, edge: Manage) -> Response:
    """The file is the body. Nothing of it becomes a ticket before `:start`."""
    body = await edge.request.body()
    found, rows = await asyncio.to_thread(handlers.inspected, io.BytesIO(body))
    command = handlers.AddImport(community_id=community_id, file=body, layout=found, rows_expected=rows)
    return await edge.command(lambda tx: handlers.add_import(command, tx), ImportModel.of, status=202)


@router.get("", response_model=Imports)
async def listed(edge: Manage, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Imports:
    async with edge.reading() as tx:
        mine = [
            each.id for each in await open311.jurisdictions(tx) if tx.actor.may("imports.manage", area_path=each.path)
        ]
        return Imports(items=[ImportModel.of(each) for each in await store.listed(tx, mine, limit)])


@router.get("/{import_id}", response_model=ImportDetail)
async def one(import_id: UUID, edge: Manage) -> ImportDetail:
    async with edge.reading() as tx:
        known = await handlers.owned(import_id, tx)
        kept, of = await store.on_time(tx, known.id)
        flags = await store.flag_counts(tx, known.id)
        plain = ImportModel.of(known).model_dump()
        return ImportDetail(**plain, flags=flags, on_time=OnTime(kept=kept, of=of))


@router.get("/{import_id}/errors.csv")
async def errors(import_id: UUID, edge: Manage) -> Response:
    """A line for every row that became nothing; values are masked, no cell is a formula."""
    async with edge.reading() as tx:
        known = await handlers.owned(import_id, tx)
        rows = await store.failed_rows(tx, known.id, 0, ERRORS_MAX)
    lines = [
        (
            row.row,
            row.fault_column,
            mask.masked(raw.get(row.fault_column, ""))[:VALUE_MAX],
            row.fault,
            FAULTS[row.fault],
        )
        for row, raw in rows
    ]
    written = sheets.write_csv(("row", "column", "value", "code", "sentence"), lines)
    return Response(written, headers={"Cache-Control": "no-store"}, media_type="text/csv; charset=utf-8")


@router.post("/{import_id}:{verb}", response_model=ImportModel)
async def steer(import_id: UUID, verb: Literal["start", "pause", "resume", "activate"], edge: Manage) -> Response:
    return await edge.command(lambda tx: handlers.steer(import_id, verb, tx), ImportModel.of)
