"""A membership: how one person belongs to one organisation, and who leads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused
from services.members.domain.groups.organization import Classification, JoinMode, Organization
from services.members.domain.period import Period, covers


class Tier(StrEnum):
    LEADER = "leader"
    DEPUTY = "deputy"
    CORE = "core"
    MEMBER = "member"


class MembershipState(StrEnum):
    INVITED = "invited"
    APPLIED = "applied"
    ACTIVE = "active"
    PAUSED = "paused"
    DECLINED = "declined"
    ENDED = "ended"


class MembershipMove(StrEnum):
    ACCEPT = "accept"
    APPROVE = "approve"
    DECLINE = "decline"
    EXPIRE = "expire"
    PAUSE = "pause"
    RESUME = "resume"
    LEAVE = "leave"
    REMOVE = "remove"
    MOVE_AWAY = "move_away"


_ENDINGS = {
    MembershipMove.LEAVE: MembershipState.ENDED,
    MembershipMove.REMOVE: MembershipState.ENDED,
    MembershipMove.MOVE_AWAY: MembershipState.ENDED,
}
MOVES: Mapping[MembershipState, Mapping[MembershipMove, MembershipState]] = {
    MembershipState.INVITED: {
        MembershipMove.ACCEPT: MembershipState.ACTIVE,
        MembershipMove.DECLINE: MembershipState.DECLINED,
        MembershipMove.EXPIRE: MembershipState.DECLINED,
    },
    MembershipState.APPLIED: {
        MembershipMove.APPROVE: MembershipState.ACTIVE,
        MembershipMove.DECLINE: MembershipState.DECLINED,
        MembershipMove.EXPIRE: MembershipState.DECLINED,
    },
    MembershipState.ACTIVE: {MembershipMove.PAUSE: MembershipState.PAUSED, **_ENDINGS},
    MembershipState.PAUSED: {MembershipMove.RESUME: MembershipState.ACTIVE, **_ENDINGS},
    MembershipState.DECLINED: {},
    MembershipState.ENDED: {},
}

# Whose word it is: the person's own, or that of whoever decides in the group.
OWN_MOVES = frozenset({MembershipMove.ACCEPT, MembershipMove.LEAVE, MembershipMove.PAUSE, MembershipMove.RESUME})
ASKED_MOVES = frozenset(MembershipMove) - {MembershipMove.EXPIRE, MembershipMove.ACCEPT}

# The role a tier gives on the organisation. A deputy stands in for her leader.
GIVES: Mapping[Tier, str] = {Tier.LEADER: "leader", Tier.DEPUTY: "leader", Tier.CORE: "member"}

_ENDS = frozenset({MembershipState.ENDED, MembershipState.DECLINED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    id: UUID
    community_id: UUID
    person_id: UUID
    organization_id: UUID
    tier: Tier
    state: MembershipState
    during: Period
    proposed_by: UUID | None = None
    reason: str = ""
    revision: int = 0

    def moved(self, move: MembershipMove, *, at: datetime, reason: str = "") -> "Membership":
        target = MOVES[self.state].get(move)
        if target is None:
            raise Refused(f"cannot_{move}_when_{self.state}", possible_moves=sorted(MOVES[self.state]))
        if move is MembershipMove.REMOVE and not reason.strip():
            raise _missing_reason()
        if self.tier is Tier.LEADER and target is not MembershipState.ACTIVE:
            raise Refused("leader_hands_over_first", detail="the group would stand without a leader")
        return replace(self, state=target, during=self._period(target, at), reason=reason or self.reason)

    def handed_over(self, at: datetime) -> "Membership":
        """The end of a term as leader: the only way out of that tier."""
        return replace(self, state=MembershipState.ENDED, during=self.during.ended(at))

    @property
    def gives(self) -> str | None:
        return GIVES.get(self.tier) if self.state is MembershipState.ACTIVE else None

    def _period(self, target: MembershipState, at: datetime) -> Period:
        if target in _ENDS:
            return self.during.ended(at)
        if self.state in (MembershipState.INVITED, MembershipState.APPLIED):
            return Period(at, self.during.end)
        return self.during


def first_state(mode: JoinMode, *, by_herself: bool, invited: bool) -> MembershipState:
    """How a membership begins: decided for her, invited, or asked for by herself."""
    if not by_herself:
        return MembershipState.INVITED if invited else MembershipState.ACTIVE
    if mode is JoinMode.INVITATION:
        raise Refused("join_by_invitation", status=403)
    return MembershipState.ACTIVE if mode is JoinMode.OPEN else MembershipState.APPLIED


def check_leader(group: Organization, term: Period, executive_posts: Iterable[Period]) -> None:
    """A women's group is led by an executive of a federation body that covers it, for her whole term."""
    if group.classification is Classification.WOMENS_GROUP and not covers(executive_posts, term):
        raise Refused("leader_needs_executive_post", organization_ids=[str(group.id)])


def _missing_reason() -> Refused:
    detail = "she is told why"
    return Refused("reason_missing", status=422, errors=[{"pointer": "/reason", "code": "missing", "detail": detail}])
