"""How a row is written once and a period stands in a column; and which rule a refused row has broken."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Table, Update, any_, insert, literal, update
from sqlalchemy.dialects.postgresql import ARRAY, Range
from sqlalchemy.exc import IntegrityError

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.period import Period

# The handlers look first and name the row in the way. What two transactions do at once, the constraints refuse.
CLASHES: Final[Mapping[str, str]] = {
    "areas_pkey": "id_taken",
    "estate_buildings_pkey": "building_in_two_estates",
    "memberships_once": "overlaps",
    "memberships_one_leader": "leader_exists",
    "post_holdings_once": "overlaps",
    "coverage_one_lead": "overlaps",
    "residencies_one_main": "overlaps",
    "contact_points_signs_in": "phone_signs_in_another",
    "contact_points_once": "contact_point_exists",
    "accounts_login_index_key": "login_taken",
}


async def write(tx: Transaction, table: Table, values: Mapping[str, Any], revision: int) -> int:
    """Insert a new row, or update exactly the version that was loaded. Answers the new revision."""
    try:
        if revision == 0:
            await tx.execute(insert(table).values(**values, revision=1))
            return 1
        changed = await tx.execute(
            update(table)
            .where(table.c.id == values["id"], table.c.revision == revision)
            .values(**values, revision=revision + 1)
        )
    except IntegrityError as error:
        raise clash(error) from error
    if changed.rowcount != 1:
        raise Refused("stale", status=412)
    return revision + 1


async def change(tx: Transaction, statement: Update) -> int:
    """Run an update; answers how many rows it changed."""
    try:
        return int((await tx.execute(statement)).rowcount)
    except IntegrityError as error:
        raise clash(error) from error


async def put(tx: Transaction, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert many rows in one statement."""
    if not rows:
        return
    try:
        await tx.execute(insert(table), rows)
    except IntegrityError as error:
        raise clash(error) from error


def among(column: Column[Any], ids: Collection[Any]) -> ColumnElement[bool]:
    """Is it one of these? One parameter however many they are: a thousand would cost more than their rows."""
    return column == any_(literal(list(ids), ARRAY(column.type)))


def clash(error: IntegrityError) -> Exception:
    """The word for the broken rule; what has no word is a defect of ours and stays as it is."""
    name = getattr(getattr(error.orig, "__cause__", None), "constraint_name", None)
    code = CLASHES.get(str(name))
    return Refused(code) if code else error


def not_found() -> Refused:
    return Refused("not_found", status=404)


def as_range(period: Period) -> Range[Any]:
    return Range(period.start, period.end, bounds="[)")


def as_period(value: Range[Any]) -> Period:
    assert value.lower is not None
    return Period(value.lower, value.upper)
