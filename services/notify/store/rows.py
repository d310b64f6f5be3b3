"""Frozen dataclasses to rows and back: fields and columns bear the same names."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, update

from chassis.transaction import Transaction


def values(thing: Any) -> dict[str, Any]:
    """All fields of a dataclass by name, not descending into them."""
    return {f.name: getattr(thing, f.name) for f in fields(thing)}


async def add(tx: Transaction, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows in one round trip."""
    if rows:
        await tx.execute(insert(table), list(rows))


async def put(tx: Transaction, table: Table, rows: Sequence[dict[str, Any]], columns: Iterable[str]) -> None:
    """Write the named columns of rows found by id, in one round trip."""
    if not rows:
        return
    names = list(columns)
    statement = update(table).where(table.c.id == bindparam("row_id")).values({n: bindparam(f"v_{n}") for n in names})
    await tx.connection.execute(statement, [{"row_id": r["id"], **{f"v_{n}": r[n] for n in names}} for r in rows])


def ids(things: Iterable[UUID | None]) -> list[UUID]:
    """Each id once, in order, so that rows are locked in the same order everywhere."""
    return sorted({thing for thing in things if thing is not None})
