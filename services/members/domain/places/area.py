"""A place in the tree, from the province down to the entrance of a building."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused


class AreaKind(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    COMMUNITY = "community"
    VILLAGE = "village"
    GRID = "grid"
    VILLAGER_GROUP = "villager_group"
    NATURAL_VILLAGE = "natural_village"
    CLUSTER = "cluster"
    COURTYARD = "courtyard"
    BUILDING = "building"
    ENTRANCE = "entrance"


# A kind may be skipped on the way down, never inverted: a child's level is always deeper than its parent's.
LEVEL: Mapping[AreaKind, int] = {
    AreaKind.PROVINCE: 0,
    AreaKind.CITY: 1,
    AreaKind.COUNTY: 2,
    AreaKind.TOWNSHIP: 3,
    AreaKind.COMMUNITY: 4,
    AreaKind.VILLAGE: 4,
    AreaKind.GRID: 5,
    AreaKind.VILLAGER_GROUP: 6,
    AreaKind.NATURAL_VILLAGE: 7,
    AreaKind.CLUSTER: 8,
    AreaKind.COURTYARD: 9,
    AreaKind.BUILDING: 10,
    AreaKind.ENTRANCE: 11,
}

COMMUNITIES = frozenset({AreaKind.COMMUNITY, AreaKind.VILLAGE})


class AreaState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    id: UUID
    kind: AreaKind
    parent_id: UUID | None
    path: tuple[UUID, ...]
    name: str
    community_id: UUID | None
    division_code: str | None = None
    local_code: str | None = None
    number: str | None = None
    has_property_management: bool | None = None
    dwelling_count: int | None = None
    lat: float | None = None
    lon: float | None = None
    estate_id: UUID | None = None
    state: AreaState = AreaState.ACTIVE
    revision: int = 0


def placed(area: Area, parent: Area | None) -> Area:
    """The area below its parent: the path grows by its own id, the community is the nearest one upwards."""
    if parent is None:
        return replace(area, parent_id=None, path=(area.id,), community_id=_community(area, None))
    if parent.state is AreaState.CLOSED:
        raise _wrong_parent("closed", "the place above is closed")
    if LEVEL[area.kind] <= LEVEL[parent.kind]:
        raise _wrong_parent("kind_inverted", f"a {area.kind} does not lie inside a {parent.kind}")
    return replace(
        area, parent_id=parent.id, path=(*parent.path, area.id), community_id=_community(area, parent.community_id)
    )


def moved(area: Area, parent: Area) -> Area:
    """The area under another parent. Nothing can come to lie inside itself."""
    if area.parent_id is None:
        raise Refused("root_stays")
    if area.id in parent.path:
        raise _wrong_parent("cycle", "a place cannot lie inside itself")
    return placed(area, parent)


def below(area: Area, parent: Area) -> Area:
    """A descendant after its ancestor has moved: same parent, new path and community."""
    return replace(area, path=(*parent.path, area.id), community_id=_community(area, parent.community_id))


def closed(area: Area, *, open_children: int) -> Area:
    if area.state is AreaState.CLOSED:
        raise Refused("cannot_close_when_closed")
    if open_children:
        raise Refused("area_not_empty", detail="places inside it are still open", count=open_children)
    return replace(area, state=AreaState.CLOSED)


def _community(area: Area, inherited: UUID | None) -> UUID | None:
    return area.id if area.kind in COMMUNITIES else inherited


def _wrong_parent(code: str, detail: str) -> Refused:
    return Refused(code, status=422, detail=detail, errors=[{"pointer": "/parent_id", "code": code, "detail": detail}])
