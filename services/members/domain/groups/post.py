"""A post in an organisation or at an area, who holds it and when, and the role that goes with it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused
from services.members.domain.period import Period


class PostRole(StrEnum):
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    EXECUTIVE = "executive"
    SECRETARY = "secretary"
    OPERATOR = "operator"
    COUNSELLOR = "counsellor"
    TREASURER = "treasurer"
    AUDITOR = "auditor"
    DISTRICT_OFFICER = "district_officer"
    MESSAGE_MANAGER = "message_manager"
    BUILDING_HEAD = "building_head"
    GRID_WORKER = "grid_worker"
    STAFF = "staff"


# The role a post gives, on the area of the post; the others give none.
GIVES: Mapping[PostRole, str] = {
    PostRole.CHAIR: "secretary",
    PostRole.SECRETARY: "secretary",
    PostRole.OPERATOR: "operator",
    PostRole.COUNSELLOR: "counsellor",
    PostRole.TREASURER: "treasurer",
    PostRole.AUDITOR: "auditor",
    PostRole.DISTRICT_OFFICER: "district",
    PostRole.MESSAGE_MANAGER: "message_manager",
}

# Chairs and their deputies are executives of their federation.
EXECUTIVES = frozenset({PostRole.CHAIR, PostRole.VICE_CHAIR, PostRole.EXECUTIVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    id: UUID
    organization_id: UUID
    area_id: UUID
    role: PostRole
    title: str = ""
    seats: int = 1
    revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    id: UUID
    post_id: UUID
    person_id: UUID
    community_id: UUID
    during: Period
    revision: int = 0

    def ended(self, at: datetime) -> "Holding":
        if self.during.end is not None and self.during.end <= at:
            raise Refused("cannot_end_when_ended")
        return replace(self, during=self.during.ended(at))


def check_seats(post: Post, during: Period, others: list[Holding]) -> None:
    """A post has at most its seats."""
    taken = [holding for holding in others if holding.during.overlaps(during)]
    if len(taken) >= post.seats:
        raise Refused("seats_full", holding_ids=[str(holding.id) for holding in taken])
