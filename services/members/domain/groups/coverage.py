"""Coverage: which group answers for a kind of matter in a place.

The look-up is published (`events/coverage_examples.json`), so that a copy elsewhere can prove the same answers:
the most specific area first, then the exact category before `*`. One lead per area and category leaves no ties.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused
from services.members.domain.period import Period

ANY = "*"


class Rank(StrEnum):
    LEAD = "lead"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    id: UUID
    community_id: UUID
    organization_id: UUID
    area_id: UUID
    category: str
    rank: Rank
    during: Period
    revision: int = 0

    def ended(self, at: datetime) -> "Coverage":
        if self.during.end is not None and self.during.end <= at:
            raise Refused("cannot_end_when_ended")
        return replace(self, during=self.during.ended(at))


def on_duty(path: Sequence[UUID], category: str, coverages: Iterable[Coverage], at: datetime) -> Coverage | None:
    """The lead group for a matter at a place. `path` runs from the root down to the place itself."""
    depth = {area_id: level for level, area_id in enumerate(path)}
    fitting = [
        coverage
        for coverage in coverages
        if coverage.rank is Rank.LEAD
        and coverage.area_id in depth
        and coverage.category in (category, ANY)
        and coverage.during.holds(at)
    ]
    return max(fitting, key=lambda coverage: (depth[coverage.area_id], coverage.category != ANY), default=None)
