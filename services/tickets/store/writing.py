"""Several rows in one statement: a round trip to the database costs more than a row."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, Update, bindparam, insert, literal, select, update

from chassis.transaction import Transaction
from services.tickets.store.tables import tickets

Row = tuple[Table, Mapping[str, Any]]


async def insert_together(tx: Transaction, rows: Sequence[Row]) -> None:
    """Write rows of several tables at once."""
    await tx.execute(_inserts(_shape(rows)), _values(rows))


async def update_ticket_together(tx: Transaction, values: Mapping[str, Any], rows: Sequence[Row]) -> int | None:
    """Move a ticket's row on by one revision and write what hangs on the move; the new revision."""
    columns = tuple(sorted(set(values) - {"id"}))
    statement = _update(columns, _shape(rows))
    bound = {f"t_{name}": value for name, value in values.items()}
    return (await tx.execute(statement, bound | _values(rows))).scalar_one_or_none()


def _shape(rows: Sequence[Row]) -> tuple[tuple[Table, tuple[str, ...]], ...]:
    return tuple((table, tuple(sorted(row))) for table, row in rows)


def _values(rows: Sequence[Row]) -> dict[str, Any]:
    return {f"r{at}_{name}": value for at, (_, row) in enumerate(rows) for name, value in row.items()}


def _ctes(shape: tuple[tuple[Table, tuple[str, ...]], ...]) -> list[Any]:
    return [
        insert(table)
        .values({table.c[name]: bindparam(f"r{at}_{name}", type_=table.c[name].type) for name in columns})
        .cte(f"w{at}")
        for at, (table, columns) in enumerate(shape)
    ]


@cache
def _inserts(shape: tuple[tuple[Table, tuple[str, ...]], ...]) -> Any:
    return select(literal(1)).add_cte(*_ctes(shape))


@cache
def _update(columns: tuple[str, ...], shape: tuple[tuple[Table, tuple[str, ...]], ...]) -> Update:
    changed: dict[Any, Any] = {tickets.c[name]: bindparam(f"t_{name}", type_=tickets.c[name].type) for name in columns}
    statement = (
        update(tickets)
        .where(tickets.c.id == bindparam("t_id"))
        .values(changed | {tickets.c.revision: tickets.c.revision + 1})
    )
    return statement.add_cte(*_ctes(shape)).returning(tickets.c.revision)
