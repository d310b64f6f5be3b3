"""Frozen dataclasses to rows and back: fields and columns bear the same names.

Every message is written a handful of times, so writes go to the driver without SQLAlchemy between.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, Table, any_, literal
from sqlalchemy.dialects.postgresql import JSONB

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
        names = tuple(rows[0])
        await tx.driver.executemany(_insert(table, names), [_plain(table, names, row) for row in rows])


async def add_once(tx: Transaction, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row; False where one of the table's unique keys had it already."""
    statement = f"{_insert(table, tuple(row))} ON CONFLICT DO NOTHING RETURNING true"
    return bool(await tx.driver.fetchval(statement, *_plain(table, tuple(row), row)))


async def add_each(tx: Transaction, *new: tuple[Table, dict[str, Any]]) -> None:
    """Insert one row into each of some tables, all in one statement: for the path that must be short."""
    arguments = [value for table, row in new for value in _plain(table, tuple(row), row)]
    await tx.driver.execute(_insert_each(tuple((table, tuple(row)) for table, row in new)), *arguments)


async def put(tx: Transaction, table: Table, rows: Sequence[dict[str, Any]], columns: tuple[str, ...]) -> None:
    """Write the named columns of rows found by id, in one round trip."""
    if rows:
        names = ("id", *columns)
        await tx.driver.executemany(_update(table, names), [_plain(table, names, row) for row in rows])


@cache
def _insert_each(each: tuple[tuple[Table, tuple[str, ...]], ...]) -> str:
    statements, at = [], 1
    for table, names in each:
        places = ", ".join(f"${place}" for place in range(at, at + len(names)))
        statements.append(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})")  # noqa: S608
        at += len(names)
    *before, last = statements
    with_ = ", ".join(f"row_{i} AS ({statement})" for i, statement in enumerate(before))
    return f"WITH {with_} {last}" if before else last


@cache
def _insert(table: Table, names: tuple[str, ...]) -> str:
    places = ", ".join(f"${at}" for at in range(1, len(names) + 1))
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})"  # noqa: S608


@cache
def _update(table: Table, names: tuple[str, ...]) -> str:
    changes = ", ".join(f"{name} = ${at}" for at, name in enumerate(names[1:], 2))
    return f"UPDATE {table.name} SET {changes} WHERE id = $1"  # noqa: S608


def _plain(table: Table, names: tuple[str, ...], row: dict[str, Any]) -> list[Any]:
    """A row's values as the driver takes them: JSON goes as text."""
    json_names = _json(table)
    return [json.dumps(row[name]) if name in json_names else row[name] for name in names]


@cache
def _json(table: Table) -> frozenset[str]:
    return frozenset(column.name for column in table.columns if isinstance(column.type, JSONB))


def ids(things: Iterable[UUID | None]) -> list[UUID]:
    """Each id once, in order, so that rows are locked in the same order everywhere."""
    return sorted({thing for thing in things if thing is not None})
