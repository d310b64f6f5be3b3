"""Facts about households: how many, never whose."""

from typing import Self
from uuid import UUID

from services.members.events.fact import Fact


class HouseholdsCounted(Fact, type="members.households_counted.v1"):
    """So many households lived in this building at the end of the month. Can be restated."""

    area_id: UUID
    month: str
    households: int

    @classmethod
    def example(cls) -> Self:
        return cls(area_id=UUID("01920000-0000-7000-8000-000000000003"), month="2018-08", households=42)
