"""Exports: a file made of cases, sealed, for seven days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, case, insert, select, update

from chassis.transaction import Transaction
from services.tickets.domain.category import SEALED
from services.tickets.store.tables import areas, exports, organizations, tickets

_AAD = "exports.file:"
HEADER = (
    "number", "kind", "category", "class", "state", "round", "origin", "channel", "filed_at", "building", "group",
    "contact_due_at", "resolve_due_at", "resolved_at", "closed_at", "outcome", "satisfaction", "title", "description",
    "result",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What was asked for, why, and how far it is."""

    id: UUID
    community_id: UUID
    state: str
    format: str
    reason: str
    rows: int = 0
    made_by: UUID
    made_at: datetime
    filed_from: datetime
    filed_until: datetime
    finished_at: datetime | None = None


_KNOWN = tuple(exports.c[name] for name in Export.__dataclass_fields__)


async def add(tx: Transaction, new: Export) -> None:
    await tx.execute(insert(exports).values({column.name: getattr(new, column.name) for column in _KNOWN}))


async def find(tx: Transaction, export_id: UUID) -> Export | None:
    row = (await tx.execute(select(*_KNOWN).where(exports.c.id == export_id))).first()
    return Export(**row._mapping) if row else None


async def listed(tx: Transaction, made_by: UUID | None, limit: int) -> list[Export]:
    wanted = select(*_KNOWN).where(exports.c.made_by == made_by)
    return [Export(**row._mapping) for row in await tx.execute(wanted.order_by(exports.c.made_at.desc()).limit(limit))]


async def finish(tx: Transaction, export_id: UUID, *, state: str, rows: int = 0, file: bytes | None = None) -> None:
    sealed = tx.service.sealing.seal(file.decode("latin-1"), aad=f"{_AAD}{export_id}") if file is not None else None
    values = {"state": state, "rows": rows, "file_sealed": sealed, "finished_at": tx.now}
    await tx.execute(update(exports).where(exports.c.id == export_id).values(values))


async def file_of(tx: Transaction, export_id: UUID) -> bytes | None:
    row = (await tx.execute(select(exports.c.file_sealed).where(exports.c.id == export_id))).first()
    if row is None or row.file_sealed is None:
        return None
    return tx.service.sealing.unseal(row.file_sealed, aad=f"{_AAD}{export_id}").encode("latin-1")


async def lines(tx: Transaction, wanted: Export, limit: int) -> Sequence[Row[Any]]:
    """The cases of a community that were filed in this time. What is sealed stays sealed; no person is named."""
    names: dict[str, ColumnElement[Any]] = {
        "class": tickets.c.class_code,
        "building": areas.c.name,
        "group": organizations.c.name,
    }
    names["result"] = case((tickets.c.category.in_(SEALED), ""), else_=tickets.c.result)
    columns = [names.get(name, tickets.c.get(name)) for name in HEADER]
    statement = (
        select(*(column.label(name) for name, column in zip(HEADER, columns, strict=True) if column is not None))
        .outerjoin(areas, areas.c.id == tickets.c.building_id)
        .outerjoin(organizations, organizations.c.id == tickets.c.group_id)
        .where(
            tickets.c.community_id == wanted.community_id,
            tickets.c.filed_at >= wanted.filed_from,
            tickets.c.filed_at < wanted.filed_until,
        )
        .order_by(tickets.c.filed_at, tickets.c.id)
        .limit(limit)
    )
    return (await tx.execute(statement)).all()
