"""Frozen dataclasses to rows and back: fields and columns bear the same names."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, Insert, Table, Update, any_, bindparam, insert, literal, update

from chassis.transaction import Transaction


def values(thing: Any) -> dict[str, Any]:
    """All fields of a dataclass by name, not descending into them."""
    return {f.name: getattr(thing, f.name) for f in fields(thing)}


def among(column: Column[Any], wanted: Iterable[Any]) -> ColumnElement[bool]:
    """`column = ANY(…)`: the same statement however many are wanted, so that it is prepared once."""
    return column == any_(literal(list(wanted), ARRAY(column.type)))


async def add(tx: Transaction, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows in one round trip."""
    if rows:
        await tx.connection.execute(_insert(table), list(rows))


async def put(tx: Transaction, table: Table, rows: Sequence[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """Write the named columns of rows found by id, in one round trip."""
    if rows:
        changed = [{"row_id": r["id"], **{f"v_{n}": r[n] for n in columns}} for r in rows]
        await tx.connection.execute(_update(table, columns), changed)


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(table: Table, columns: tuple[str, ...]) -> Update:
    return update(table).where(table.c.id == bindparam("row_id")).values({n: bindparam(f"v_{n}") for n in columns})


def ids(things: Iterable[UUID | None]) -> list[UUID]:
    """Each id once, in order, so that rows are locked in the same order everywhere."""
    return sorted({thing for thing in things if thing is not None})
