"""Class tables as communities have made them, the newest first."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from chassis.transaction import Transaction
from services.tickets.domain.class_table import ClassTable
from services.tickets.domain.clock import Class, Clock, Limit, Unit
from services.tickets.store.tables import class_versions


async def all_tables(tx: Transaction) -> list[ClassTable]:
    ordered = (class_versions.c.effective_from.desc(), class_versions.c.version.desc())
    rows = await tx.execute(select(class_versions).order_by(*ordered))
    return [ClassTable(str(row.version), _classes(row.classes), row.community_id, row.effective_from) for row in rows]


async def add(
    tx: Transaction, community_id: UUID, classes: Mapping[str, Class], effective_from: datetime
) -> ClassTable:
    newest = select(func.max(class_versions.c.version)).where(class_versions.c.community_id == community_id)
    version = int((await tx.execute(newest)).scalar() or 0) + 1
    values = {
        "community_id": community_id,
        "version": version,
        "effective_from": effective_from,
        "classes": {code: _plain(each) for code, each in classes.items()},
        "made_by": tx.actor.person_id,
        "made_at": tx.now,
    }
    await tx.execute(insert(class_versions).values(values))
    return ClassTable(str(version), classes, community_id, effective_from)


def _plain(of_class: Class) -> dict[str, Any]:
    return {
        clock: {"minutes": round(limit.amount / timedelta(minutes=1)), "unit": limit.unit}
        for clock, limit in of_class.limits.items()
    }


def _classes(plain: Mapping[str, Any]) -> Mapping[str, Class]:
    return {
        code: Class(code, {Clock(clock): _limit(each) for clock, each in own.items()}) for code, own in plain.items()
    }


def _limit(plain: Mapping[str, Any]) -> Limit:
    return Limit(timedelta(minutes=plain["minutes"]), Unit(plain["unit"]))
