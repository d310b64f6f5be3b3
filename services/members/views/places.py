"""Places as anybody may see them, and the places that words may mean."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import String, func, literal, select

from chassis.edge import Page
from chassis.transaction import Transaction
from services.members.domain.places.address import Place
from services.members.domain.places.area import Area, AreaKind, AreaState
from services.members.domain.places.estate import Estate
from services.members.store.places import areas as area_rows
from services.members.store.places.estates import estate_of
from services.members.store.places.tables import areas, estate_buildings, estates

_NUMBERED_MAX = 200


async def list_areas(
    tx: Transaction, page: Page, *, parent_id: UUID | None, under: UUID | None, kind: AreaKind | None, name: str | None
) -> list[Area]:
    """Areas below one, of one kind, with a word in their name."""
    statement = area_rows.chosen().order_by(areas.c.id).limit(page.limit + 1)
    if parent_id:
        statement = statement.where(areas.c.parent_id == parent_id)
    if under:
        statement = statement.where(areas.c.path.contains([under]))
    if kind:
        statement = statement.where(areas.c.kind == kind)
    if name:
        statement = statement.where(areas.c.name.contains(name, autoescape=True))
    if page.after:
        statement = statement.where(areas.c.id > UUID(page.after[0]))
    return [area_rows.area_of(row) for row in await tx.execute(statement)]


async def list_estates(tx: Transaction) -> list[tuple[Estate, int]]:
    """All estates, each with the number of its buildings."""
    counted = (
        select(estates, func.count(estate_buildings.c.building_id).label("buildings"))
        .outerjoin(estate_buildings, estate_buildings.c.estate_id == estates.c.id)
        .group_by(estates.c.id)
        .order_by(estates.c.id)
    )
    return [(estate_of(row), row.buildings) for row in await tx.execute(counted)]


async def buildings_of(tx: Transaction, estate_id: UUID) -> list[UUID]:
    chosen = select(estate_buildings.c.building_id).where(estate_buildings.c.estate_id == estate_id)
    return list((await tx.execute(chosen.order_by(estate_buildings.c.building_id))).scalars())


async def named_in(tx: Transaction, text: str, within: UUID | None) -> list[Place]:
    """Open places above a building whose whole name stands in the text."""
    statement = area_rows.chosen().where(
        areas.c.kind.not_in([AreaKind.BUILDING, AreaKind.ENTRANCE]),
        areas.c.state == AreaState.ACTIVE,
        literal(text, String).contains(areas.c.name),
    )
    return [place_of(row) for row in await tx.execute(_inside(statement, within))]


async def estates_in(tx: Transaction, text: str) -> list[UUID]:
    """Estates whose whole name stands in the text."""
    return list(
        (await tx.execute(select(estates.c.id).where(literal(text, String).contains(estates.c.name)))).scalars()
    )


async def numbered(tx: Transaction, number: str, within: UUID | None) -> list[Place]:
    """Open buildings of that number."""
    statement = area_rows.chosen().where(
        areas.c.kind == AreaKind.BUILDING, areas.c.number == number, areas.c.state == AreaState.ACTIVE
    )
    return [place_of(row) for row in await tx.execute(_inside(statement, within).limit(_NUMBERED_MAX))]


async def names_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of areas."""
    return {row.id: row.name for row in await tx.execute(select(areas.c.id, areas.c.name).where(areas.c.id.in_(ids)))}


async def estate_names(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    chosen = select(estates.c.id, estates.c.name).where(estates.c.id.in_(ids))
    return {row.id: row.name for row in await tx.execute(chosen)}


def place_of(row: Any) -> Place:
    return Place(row.id, AreaKind(row.kind), tuple(row.path), row.estate_id)


def _inside(statement: Any, within: UUID | None) -> Any:
    ordered = statement.order_by(areas.c.id)
    return ordered.where(areas.c.path.contains([within])) if within else ordered
