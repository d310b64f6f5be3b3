"""An estate is a named set of buildings laid over the tree: pages and statistics, but no rights and no parent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.refused import Refused
from services.members.domain.places.area import Area, AreaKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    id: UUID
    name: str
    community_id: UUID
    revision: int = 0

    def renamed(self, name: str) -> "Estate":
        return replace(self, name=name)


def check_buildings(estate_id: UUID, wanted: Collection[UUID], found: Mapping[UUID, Area]) -> None:
    """Only buildings, and each in one estate at most."""
    errors = [
        {"pointer": f"/building_ids/{index}", "code": why, "detail": why}
        for index, building_id in enumerate(wanted)
        if (why := _why_not(estate_id, found.get(building_id)))
    ]
    if errors:
        raise Refused(errors[0]["code"], status=422, errors=errors)


def _why_not(estate_id: UUID, building: Area | None) -> str | None:
    if building is None:
        return "building_unknown"
    if building.kind is not AreaKind.BUILDING:
        return "not_a_building"
    if building.estate_id not in (None, estate_id):
        return "building_in_two_estates"
    return None
