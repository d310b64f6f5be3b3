"""Commands about areas: add, change, move, close."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.places import address
from services.members.domain.places import area as rules
from services.members.domain.places.area import Area, AreaKind
from services.members.events.fact import About
from services.members.events.places import AreaChanged
from services.members.store.places import areas
from services.members.views import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class AddArea:
    id: UUID | None
    kind: AreaKind
    parent_id: UUID
    name: str
    local_code: str | None = None
    division_code: str | None = None
    has_property_management: bool | None = None
    dwelling_count: int | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeArea:
    area_id: UUID
    expected: int | None
    changes: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveArea:
    area_id: UUID
    expected: int | None
    parent_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseArea:
    area_id: UUID
    expected: int | None


async def add_areas(commands: Sequence[AddArea], tx: Transaction) -> list[Area]:
    """New places, parents before what lies in them."""
    known = await areas.load_many(tx, {command.parent_id for command in commands})
    new: list[Area] = []
    for index, command in enumerate(commands):
        parent = known.get(command.parent_id)
        if parent is None:
            raise _unknown_parent(index)
        reach.require(tx.actor, "places.edit", area_path=parent.path)
        added = rules.placed(_area(command, tx.new_id()), parent)
        known[added.id] = added
        new.append(added)
    saved = await areas.add(tx, new)
    announce(saved, tx)
    return saved


async def change_area(command: ChangeArea, tx: Transaction) -> Area:
    """Another name, number, position or property management."""
    area = await _loaded(command.area_id, command.expected, tx)
    changed = replace(area, **command.changes)  # type: ignore[arg-type]
    number = address.number_of(changed.kind, changed.name, changed.local_code)
    saved = await areas.save(tx, replace(changed, number=number))
    announce([saved], tx)
    return saved


async def move_area(command: MoveArea, tx: Transaction) -> list[Area]:
    """The place and everything in it come to lie elsewhere: each gets its new path, the place itself first."""
    area = await _loaded(command.area_id, command.expected, tx)
    parent = await areas.load(tx, command.parent_id)
    reach.require(tx.actor, "places.edit", area_path=parent.path)
    inside = await areas.below(tx, area.id)
    moved = {area.id: await areas.save(tx, rules.moved(area, parent))}
    for each in inside:
        assert each.parent_id is not None
        moved[each.id] = await areas.save(tx, rules.below(each, moved[each.parent_id]))
    announce(list(moved.values()), tx)
    return list(moved.values())


async def close_area(command: CloseArea, tx: Transaction) -> Area:
    """The place is no more; nothing may lie in it."""
    area = await _loaded(command.area_id, command.expected, tx)
    closed = rules.closed(area, open_children=await areas.open_children(tx, area.id))
    saved = await areas.save(tx, closed)
    announce([saved], tx)
    return saved


def announce(saved: Sequence[Area], tx: Transaction) -> None:
    for area in saved:
        tx.announce(AreaChanged.of(area), About.of(area))


async def _loaded(area_id: UUID, expected: int | None, tx: Transaction) -> Area:
    area = await areas.load(tx, area_id, lock=True)
    reach.require(tx.actor, "places.edit", area_path=area.path)
    reach.check_revision(area.revision, expected)
    return area


def _area(command: AddArea, new_id: UUID) -> Area:
    return Area(
        id=command.id or new_id,
        kind=command.kind,
        parent_id=command.parent_id,
        path=(),
        name=command.name,
        community_id=None,
        division_code=command.division_code,
        local_code=command.local_code,
        number=address.number_of(command.kind, command.name, command.local_code),
        has_property_management=command.has_property_management,
        dwelling_count=command.dwelling_count,
        lat=command.lat,
        lon=command.lon,
    )


def _unknown_parent(index: int) -> Refused:
    error = {"pointer": f"/items/{index}/parent_id", "code": "unknown", "detail": "no such place"}
    return Refused("parent_unknown", status=422, errors=[error])
