"""People as answers: masked, unless she asks herself."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from services.members.api.answers import Action
from services.members.domain.people import contact
from services.members.domain.people.contact import ContactKind, ContactPoint
from services.members.domain.people.household import Relation, Residency
from services.members.domain.people.person import Person, PersonState, masked
from services.members.handlers.people import people as handlers


class EnrolledShown(BaseModel):
    id: UUID
    state: str
    revision: int
    contact_point_ids: list[UUID]
    household_id: UUID | None

    @classmethod
    def of(cls, enrolled: handlers.Enrolled) -> Self:
        person = enrolled.person
        return cls(
            id=person.id,
            state=person.state,
            revision=person.revision,
            contact_point_ids=list(enrolled.contact_point_ids),
            household_id=enrolled.household_id,
        )


class EnrolledMany(BaseModel):
    items: list[EnrolledShown]


class PersonShown(BaseModel):
    """A person as others may see her."""

    id: UUID
    name: str
    state: PersonState
    community_id: UUID
    languages: list[str]
    birth_year: int | None
    revision: int

    @classmethod
    def of(cls, person: Person, *, whole: bool = False) -> Self:
        return cls(
            id=person.id,
            name=person.name if whole else masked(person.name),
            state=person.state,
            community_id=person.community_id,
            languages=list(person.languages),
            birth_year=person.birth_year,
            revision=person.revision,
        )


class ContactShown(BaseModel):
    id: UUID
    kind: ContactKind
    value: str
    verified: bool
    signs_in: bool
    preferred: bool
    unreachable: bool

    @classmethod
    def of(cls, point: ContactPoint, *, whole: bool) -> Self:
        return cls(
            id=point.id,
            kind=point.kind,
            value=point.value if whole else contact.masked(point.kind, point.value),
            verified=point.verified_at is not None,
            signs_in=point.signs_in,
            preferred=point.preferred,
            unreachable=point.unreachable_at is not None,
        )


class ResidencyShown(BaseModel):
    id: UUID
    household_id: UUID
    relation: Relation
    main: bool
    from_: datetime = Field(serialization_alias="from")
    until: datetime | None

    @classmethod
    def of(cls, residency: Residency) -> Self:
        return cls(
            id=residency.id,
            household_id=residency.household_id,
            relation=residency.relation,
            main=residency.main,
            from_=residency.during.start,
            until=residency.during.end,
        )


class PersonDetail(PersonShown):
    building_id: UUID | None
    contact_points: list[ContactShown]
    residencies: list[ResidencyShown]
    actions: list[Action]
