"""Exports over HTTP: ask with a reason, look how far it is, take the file."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, BaseModel, Field, model_validator

from chassis.edge import Body, Edge, permitted
from services.tickets.handlers import exports as handlers
from services.tickets.store import exports as store
from services.tickets.store import sheets
from services.tickets.store.exports import Export

router = APIRouter(tags=["exports"], prefix="/v1/exports")
Allowed = Annotated[Edge, permitted("tickets.export")]
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": sheets.XLSX}
LISTED_MAX = 50


class ExportBody(Body):
    community_id: UUID
    format: Literal["csv", "xlsx"] = "csv"
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    filed_from: AwareDatetime
    filed_until: AwareDatetime

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.filed_from.year < 1900 or self.filed_until <= self.filed_from:
            raise ValueError("filed_until lies after filed_from, and neither before 1900")
        return self


class ExportModel(BaseModel):
    id: UUID
    community_id: UUID
    state: str
    format: str
    rows: int
    made_at: datetime
    finished_at: datetime | None
    file_url: str | None

    @classmethod
    def of(cls, export: Export) -> "ExportModel":
        names = [name for name in cls.model_fields if name != "file_url"]
        url = f"/v1/exports/{export.id}/file" if export.state == "done" else None
        return cls(**{name: getattr(export, name) for name in names}, file_url=url)


class Exports(BaseModel):
    items: list[ExportModel]


@router.post("", response_model=ExportModel, status_code=202)
async def ask(body: ExportBody, edge: Allowed) -> Response:
    command = handlers.AskForExport(**body.model_dump())
    return await edge.command(lambda tx: handlers.ask_for_export(command, tx), ExportModel.of, status=202)


@router.get("", response_model=Exports)
async def listed(edge: Allowed) -> Exports:
    async with edge.reading() as tx:
        found = await store.listed(tx, tx.actor.person_id, LISTED_MAX)
        return Exports(items=[ExportModel.of(export) for export in found])


@router.get("/{export_id}", response_model=ExportModel)
async def one(export_id: UUID, edge: Allowed) -> ExportModel:
    async with edge.reading() as tx:
        return ExportModel.of(await handlers.owned(export_id, tx))


@router.get("/{export_id}/file")
async def file(export_id: UUID, edge: Allowed) -> Response:
    """The record of this reading is committed before a byte is sent."""
    async with edge.running.transaction(edge.actor) as tx:
        export, content = await handlers.taken(export_id, tx)
    name = f'attachment; filename="tickets-{export.made_at:%Y%m%d}.{export.format}"'
    headers = {"Cache-Control": "no-store", "Content-Disposition": name}
    return Response(content, headers=headers, media_type=TYPES[export.format])
