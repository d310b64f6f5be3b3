"""The days that differ from Monday to Friday, a year at a time."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import delete, extract, func, insert, select

from chassis.transaction import Transaction
from services.tickets.domain.calendar import DayKind
from services.tickets.domain.state import STATE_TYPES, StateType
from services.tickets.store.tables import calendar_days, tickets

NOT_CLOSED = sorted(state for state, type_ in STATE_TYPES.items() if type_ is not StateType.CLOSED)


async def put_year(
    tx: Transaction, year: int, days: Mapping[date, tuple[DayKind, str]], *, source: str, version: str
) -> None:
    """The year as the notice says, in place of what stood there."""
    await tx.execute(delete(calendar_days).where(extract("year", calendar_days.c.day) == year))
    rows = [
        {"day": day, "kind": kind, "name": name, "source": source, "version": version}
        for day, (kind, name) in sorted(days.items())
    ]
    await tx.execute(insert(calendar_days), rows)


async def has_year(tx: Transaction, year: int) -> bool:
    statement = select(func.count()).where(extract("year", calendar_days.c.day) == year)
    return bool((await tx.execute(statement)).scalar_one())


async def running_tickets(tx: Transaction, after: UUID | None, limit: int) -> list[UUID]:
    """Cases that are not closed and have clocks, in the order of their ids."""
    statement = select(tickets.c.id).where(tickets.c.state.in_(NOT_CLOSED), tickets.c.origin != "import")
    if after is not None:
        statement = statement.where(tickets.c.id > after)
    return [row.id for row in await tx.execute(statement.order_by(tickets.c.id).limit(limit))]
