"""A household lives in a dwelling; a person resides in a household, in one of them mainly."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused
from services.members.domain.period import Period
from services.members.domain.places.address import normalised


class Tenure(StrEnum):
    PUBLIC_RENTAL = "public_rental"
    OWNED = "owned"
    RENTED = "rented"
    OTHER = "other"
    UNKNOWN = "unknown"


class Relation(StrEnum):
    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    RELATIVE = "relative"
    TENANT = "tenant"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """`dwelling` is where exactly in the building: sensitive, sealed, and in no event."""

    id: UUID
    community_id: UUID
    building_id: UUID
    dwelling: str
    during: Period
    tenure: Tenure = Tenure.UNKNOWN
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Residency:
    id: UUID
    community_id: UUID
    person_id: UUID
    household_id: UUID
    during: Period
    relation: Relation = Relation.OTHER
    main: bool = True

    def ended(self, at: datetime) -> "Residency":
        if self.during.end is not None and self.during.end <= at:
            raise Refused("cannot_end_when_ended")
        return replace(self, during=self.during.ended(at))


def dwelling_key(dwelling: str) -> str:
    """The form a dwelling is compared in; an unknown dwelling is its own household each time."""
    return normalised(dwelling).casefold()
