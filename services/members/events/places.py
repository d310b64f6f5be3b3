"""Facts about places."""

from typing import Self
from uuid import UUID

from services.members.domain.places.area import Area
from services.members.events.fact import Fact


class AreaChanged(Fact, type="members.area_changed.v1"):
    """A place is there, or has changed: its whole public state, with the path down to it."""

    area_id: UUID
    kind: str
    parent_id: UUID | None
    path: list[UUID]
    estate_id: UUID | None
    name: str
    has_property_management: bool | None
    lat: float | None
    lon: float | None
    state: str

    @classmethod
    def of(cls, area: Area) -> Self:
        return cls(
            area_id=area.id,
            kind=area.kind,
            parent_id=area.parent_id,
            path=list(area.path),
            estate_id=area.estate_id,
            name=area.name,
            has_property_management=area.has_property_management,
            lat=area.lat,
            lon=area.lon,
            state=area.state,
        )

    @classmethod
    def example(cls) -> Self:
        return cls(
            area_id=UUID("01920000-0000-7000-8000-000000000003"),
            kind="cluster",
            parent_id=UUID("01920000-0000-7000-8000-000000000002"),
            path=[UUID(f"01920000-0000-7000-8000-00000000000{n}") for n in (1, 2, 3)],
            estate_id=None,
            name="东坪一村",
            has_property_management=False,
            lat=29.58,
            lon=106.58,
            state="active",
        )
