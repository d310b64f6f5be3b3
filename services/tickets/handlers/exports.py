"""Cases leave as a file: asked for with a reason, made as a job, on record, gone after a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.audit import record_act, record_read
from chassis.refused import Refused
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.handlers.imports import place_of
from services.tickets.handlers.work import acting_person
from services.tickets.store import exports as store
from services.tickets.store import sheets
from services.tickets.store.exports import Export
from services.tickets.store.reference import ZONE

MAKE_TIMER = "export_makes"
FORGET_TIMER = "export_forgets"
KEPT = timedelta(days=7)
ROWS_MAX = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForExport:
    community_id: UUID
    format: str
    reason: str
    filed_from: datetime
    filed_until: datetime


async def ask_for_export(command: AskForExport, tx: Transaction) -> Export:
    place = await place_of(command.community_id, tx)
    if not tx.actor.may("tickets.export", area_path=place.path):
        raise Refused("community_unknown", status=404)
    new = Export(
        id=tx.new_id(),
        community_id=place.id,
        state="waiting",
        format=command.format,
        reason=command.reason,
        made_by=acting_person(tx),
        made_at=tx.now,
        filed_from=command.filed_from,
        filed_until=command.filed_until,
    )
    await store.add(tx, new)
    await record_act(tx, action="export.asked", subject=new.id, reason=command.reason, fields=store.HEADER)
    await tx.set_timer(MAKE_TIMER, str(new.id), tx.now)
    return new


async def make(timer: DueTimer, tx: Transaction) -> None:
    """The file; or a word that it would be too long."""
    export = await store.find(tx, UUID(timer.key))
    if export is None or export.state != "waiting":
        return None
    rows = await store.lines(tx, export, ROWS_MAX + 1)
    if len(rows) > ROWS_MAX:
        return await store.finish(tx, export.id, state="too_many_rows", rows=len(rows))
    write = sheets.write_xlsx if export.format == "xlsx" else sheets.write_csv
    file = write(store.HEADER, ([_cell(value) for value in row] for row in rows))
    await store.finish(tx, export.id, state="done", rows=len(rows), file=file)
    await tx.set_timer(FORGET_TIMER, timer.key, tx.now + KEPT)
    return None


async def forget(timer: DueTimer, tx: Transaction) -> None:
    await store.finish(tx, UUID(timer.key), state="gone")


async def owned(export_id: UUID, tx: Transaction) -> Export:
    """An export, for the one who asked for it and may still have it."""
    export = await store.find(tx, export_id)
    mine = export is not None and export.made_by == tx.actor.person_id
    if export is None or not mine or not tx.actor.may("tickets.export", area_path=await _path(export, tx)):
        raise Refused("export_unknown", status=404)
    return export


async def taken(export_id: UUID, tx: Transaction) -> tuple[Export, bytes]:
    """The file, once the reading of it stands on record."""
    export = await owned(export_id, tx)
    file = await store.file_of(tx, export.id)
    if file is None:
        raise Refused(f"export_{export.state}", status=409 if export.state == "waiting" else 410)
    await record_read(tx, action="export.taken", subject=export.id, reason=export.reason, fields=store.HEADER)
    return export, file


async def _path(export: Export, tx: Transaction) -> Sequence[UUID]:
    return (await place_of(export.community_id, tx)).path


def _cell(value: Any) -> Any:
    return value.astimezone(ZONE).isoformat(timespec="seconds") if isinstance(value, datetime) else value
