"""Facts about organisations and who answers for what."""

from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.members.domain.groups.coverage import Coverage
from services.members.domain.groups.membership import Membership
from services.members.domain.groups.organization import Organization
from services.members.domain.groups.task_force import TaskForce
from services.members.events.fact import Fact

_GROUP = UUID("01920000-0000-7000-8000-0000000000a1")
_AREA = UUID("01920000-0000-7000-8000-000000000002")
_PERSON = UUID("01920000-0000-7000-8000-0000000000b1")
_FROM = datetime(2017, 9, 1, tzinfo=UTC)


class OrganizationChanged(Fact, type="members.organization_changed.v1"):
    """An organisation is there, or has changed: its whole public state, with its path in the tree."""

    organization_id: UUID
    classification: str
    parent_id: UUID | None
    path: list[UUID]
    area_id: UUID
    host_id: UUID | None
    mandate: list[str]
    name: str
    state: str

    @classmethod
    def of(cls, organization: Organization) -> Self:
        return cls(
            organization_id=organization.id,
            classification=organization.classification,
            parent_id=organization.parent_id,
            path=list(organization.path),
            area_id=organization.area_id,
            host_id=organization.host_id,
            mandate=list(organization.mandate),
            name=organization.name,
            state=organization.state,
        )

    @classmethod
    def example(cls) -> Self:
        return cls(
            organization_id=_GROUP,
            classification="womens_group",
            parent_id=None,
            path=[_GROUP],
            area_id=_AREA,
            host_id=None,
            mandate=["hygiene"],
            name="物业管理妇女小组",
            state="active",
        )


class GroupLeaderChanged(Fact, type="members.group_leader_changed.v1"):
    """Who leads an organisation now, and who stands in for her."""

    organization_id: UUID
    leader_id: UUID | None
    deputy_id: UUID | None
    acting: bool
    from_: datetime | None = Field(alias="from")
    until: datetime | None

    @classmethod
    def of(cls, organization: Organization, leader: Membership | None, deputy: Membership | None) -> Self:
        return cls(
            organization_id=organization.id,
            leader_id=leader.person_id if leader else None,
            deputy_id=deputy.person_id if deputy else None,
            acting=False,
            from_=leader.during.start if leader else None,
            until=leader.during.end if leader else None,
        )

    @classmethod
    def example(cls) -> Self:
        return cls(organization_id=_GROUP, leader_id=_PERSON, deputy_id=None, acting=False, from_=_FROM, until=None)


class MembershipChanged(Fact, type="members.membership_changed.v1"):
    """How one person belongs to one organisation."""

    organization_id: UUID
    membership_id: UUID
    person_id: UUID
    tier: str
    state: str
    from_: datetime = Field(alias="from")
    until: datetime | None

    @classmethod
    def of(cls, membership: Membership) -> Self:
        return cls(
            organization_id=membership.organization_id,
            membership_id=membership.id,
            person_id=membership.person_id,
            tier=membership.tier,
            state=membership.state,
            from_=membership.during.start,
            until=membership.during.end,
        )

    @classmethod
    def example(cls) -> Self:
        return cls(
            organization_id=_GROUP,
            membership_id=UUID("01920000-0000-7000-8000-0000000000c1"),
            person_id=_PERSON,
            tier="core",
            state="active",
            from_=_FROM,
            until=None,
        )


class CoverageChanged(Fact, type="members.coverage_changed.v1"):
    """Which organisation answers for a kind of matter in a place."""

    coverage_id: UUID
    organization_id: UUID
    area_id: UUID
    area_path: list[UUID]
    category: str
    rank: str
    from_: datetime = Field(alias="from")
    until: datetime | None
    state: str

    @classmethod
    def of(cls, coverage: Coverage, area_path: tuple[UUID, ...], *, at: datetime) -> Self:
        over = coverage.during.end is not None and coverage.during.end <= at
        return cls(
            coverage_id=coverage.id,
            organization_id=coverage.organization_id,
            area_id=coverage.area_id,
            area_path=list(area_path),
            category=coverage.category,
            rank=coverage.rank,
            from_=coverage.during.start,
            until=coverage.during.end,
            state="ended" if over else "active",
        )

    @classmethod
    def example(cls) -> Self:
        return cls(
            coverage_id=UUID("01920000-0000-7000-8000-0000000000d1"),
            organization_id=_GROUP,
            area_id=_AREA,
            area_path=[UUID("01920000-0000-7000-8000-000000000001"), _AREA],
            category="hygiene",
            rank="lead",
            from_=_FROM,
            until=None,
            state="active",
        )


class TaskForceFormed(Fact, type="members.task_force_formed.v1"):
    """The leader has named as many people as were asked for."""

    organization_id: UUID
    ticket_id: UUID
    person_ids: list[UUID]
    size: int
    until: datetime | None

    @classmethod
    def of(cls, task_force: TaskForce) -> Self:
        return cls(
            organization_id=task_force.organization_id,
            ticket_id=task_force.ticket_id,
            person_ids=list(task_force.person_ids),
            size=task_force.size,
            until=task_force.until,
        )

    @classmethod
    def example(cls) -> Self:
        return cls(
            organization_id=_GROUP,
            ticket_id=UUID("01920000-0000-7000-8000-0000000000e1"),
            person_ids=[_PERSON],
            size=1,
            until=None,
        )
