"""An organisation in the tree of the federation: a federation body, a women's group, a group home, a team."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused


class Classification(StrEnum):
    FEDERATION = "federation"
    WOMENS_GROUP = "womens_group"
    GROUP_HOME = "group_home"
    ARTS_TEAM = "arts_team"
    SELF_GOVERNANCE_GROUP = "self_governance_group"
    PARTNER = "partner"
    MUTUAL_AID_CIRCLE = "mutual_aid_circle"
    COMMITTEE = "committee"


class JoinMode(StrEnum):
    OPEN = "open"
    APPROVAL = "approval"
    INVITATION = "invitation"


class OrganizationState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


class OrganizationMove(StrEnum):
    CLOSE = "close"


MOVES: Mapping[OrganizationState, Mapping[OrganizationMove, OrganizationState]] = {
    OrganizationState.ACTIVE: {OrganizationMove.CLOSE: OrganizationState.CLOSED},
    OrganizationState.CLOSED: {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """`mandate` holds the codes of the matters it takes; they are tickets' and opaque here."""

    id: UUID
    classification: Classification
    name: str
    parent_id: UUID | None
    path: tuple[UUID, ...]
    area_id: UUID
    community_id: UUID
    host_id: UUID | None = None
    mandate: tuple[str, ...] = ()
    join_mode: JoinMode = JoinMode.APPROVAL
    state: OrganizationState = OrganizationState.ACTIVE
    revision: int = 0

    def moved(self, move: OrganizationMove) -> "Organization":
        target = MOVES[self.state].get(move)
        if target is None:
            raise Refused(f"cannot_{move}_when_{self.state}", possible_moves=sorted(MOVES[self.state]))
        return replace(self, state=target)

    @property
    def active(self) -> bool:
        return self.state is OrganizationState.ACTIVE


def placed(organization: Organization, parent: Organization | None) -> Organization:
    """The organisation below its parent."""
    if parent is None:
        return replace(organization, parent_id=None, path=(organization.id,))
    if organization.id in parent.path:
        detail = "an organisation cannot be its own part"
        raise Refused("cycle", status=422, errors=[{"pointer": "/parent_id", "code": "cycle", "detail": detail}])
    return replace(organization, parent_id=parent.id, path=(*parent.path, organization.id))
