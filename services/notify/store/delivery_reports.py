"""Delivery reports as they came, and the strays that match nothing yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.notify.domain.delivery_report import DeliveryReport
from services.notify.store import rows
from services.notify.store.tables import delivery_reports, stray_reports

STRAY_HOURS: Final = 24
STRAY_EVERY_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Judged:
    """A report with the submission it names and what it does to it."""

    report: DeliveryReport
    submission_id: UUID
    verdict: str


async def add(tx: Transaction, provider: str, judged: Sequence[Judged]) -> None:
    """Keep reports that match; one that came before is not kept twice."""
    if not judged:
        return
    values = [
        {
            "provider": provider,
            "provider_ref": one.report.provider_ref,
            "status": one.report.status,
            "submission_id": one.submission_id,
            "code": one.report.code,
            "verdict": one.verdict,
            "at": one.report.at,
            "received_at": tx.now,
        }
        for one in judged
    ]
    await tx.execute(upsert(delivery_reports).on_conflict_do_nothing(), values)


async def add_stray(
    tx: Transaction, provider: str, report: DeliveryReport | None, *, verdict: str, recipient_key: bytes | None
) -> None:
    """Keep a line that matches nothing: for a day it is matched again each minute, then only counted."""
    waits = verdict == "stray" and report is not None and bool(report.client_ref or report.provider_ref)
    row = {
        "id": tx.new_id(),
        "provider": provider,
        "verdict": verdict,
        "client_ref": report and report.client_ref,
        "provider_ref": report.provider_ref if report else "",
        "recipient_key": recipient_key,
        "status": report.status if report else "",
        "code": report.code if report else "",
        "at": report and report.at,
        "billed": report and report.billed,
        "received_at": tx.now,
        "match_at": tx.now + timedelta(seconds=STRAY_EVERY_SECONDS) if waits else None,
    }
    await rows.add(tx, stray_reports, [row])


@dataclass(frozen=True, slots=True)
class Stray:
    """A stray whose next match is due."""

    id: UUID
    provider: str
    client_ref: UUID | None
    provider_ref: str
    recipient_key: bytes
    status: str
    code: str
    at: datetime | None
    billed: int | None
    received_at: datetime


async def lock_strays(tx: Transaction, limit: int) -> list[Stray]:
    """Strays to match again, oldest first."""
    statement = (
        select(stray_reports)
        .where(stray_reports.c.match_at <= tx.now)
        .order_by(stray_reports.c.match_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [Stray(**{f: row._mapping[f] for f in Stray.__dataclass_fields__}) for row in await tx.execute(statement)]


async def settle_stray(tx: Transaction, stray: Stray, *, matched: bool) -> None:
    """Matched: gone. Not matched: again in a minute, for a day."""
    if matched:
        await tx.execute(delete(stray_reports).where(stray_reports.c.id == stray.id))
        return
    over = tx.now >= stray.received_at + timedelta(hours=STRAY_HOURS)
    match_at = None if over else tx.now + timedelta(seconds=STRAY_EVERY_SECONDS)
    statement = update(stray_reports).where(stray_reports.c.id == stray.id).values(match_at=match_at)
    await tx.execute(statement)
