"""A grant: one person, one role, one scope, for a time. Nobody gives more than she holds, or to herself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from chassis.refused import Refused
from services.members.domain.period import Period

YEAR = timedelta(days=366)

# Each role, and the roles it holds: what its bearer may hand on. `resident` is everybody's and never a grant.
HOLDS: Mapping[str, frozenset[str]] = {
    "member": frozenset(),
    "leader": frozenset({"member"}),
    "operator": frozenset(),
    "secretary": frozenset({"secretary", "operator", "leader", "member"}),
    "district": frozenset({"district", "secretary", "operator", "leader", "member"}),
    "counsellor": frozenset(),
    "treasurer": frozenset(),
    "auditor": frozenset(),
    "message_manager": frozenset(),
    "keeper": frozenset(
        {
            "member",
            "leader",
            "operator",
            "secretary",
            "district",
            "counsellor",
            "treasurer",
            "auditor",
            "message_manager",
            "keeper",
        }
    ),
}
ROLES = frozenset(HOLDS)


class ScopeKind(StrEnum):
    AREA = "area"
    ORGANIZATION = "organization"


class Source(StrEnum):
    """Why a grant is there. What a post or membership gave ends with it and never by hand."""

    HAND = "hand"
    POST = "post"
    MEMBERSHIP = "membership"
    FIRST = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a grant reaches: everything whose path holds `id`. `area_path` places an organisation's scope."""

    kind: ScopeKind
    id: UUID
    path: tuple[UUID, ...]
    area_path: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A grant as its bearer holds it when she hands on."""

    role: str
    scope_kind: str
    scope_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGrant:
    id: UUID
    subject_id: UUID
    role: str
    scope: Scope
    during: Period
    source: Source
    source_id: UUID | None = None
    given_by: UUID | None = None
    reason: str = ""

    def ended(self, at: datetime) -> "RoleGrant":
        if self.during.end is not None and self.during.end <= at:
            raise Refused("cannot_end_when_ended")
        return replace(self, during=self.during.ended(at))


def check_giver(held: Iterable[Held], role: str, scope: Scope, *, giver_id: UUID | None, subject_id: UUID) -> None:
    """May she give this role there, to that person?"""
    if giver_id is not None and giver_id == subject_id:
        raise Refused("own_grant", status=403, detail="nobody gives to herself")
    if not any(role in HOLDS.get(grant.role, frozenset()) and _reaches(grant, scope) for grant in held):
        raise Refused("more_than_held", status=403, detail="nobody gives more than she holds")


def check_by_hand(role: str, during: Period) -> None:
    """By hand a grant lasts a year at most, and is of a role there is."""
    if role not in ROLES:
        raise _field("/role", "role_unknown")
    if during.end is None or during.end - during.start > YEAR:
        raise _field("/until", "longer_than_a_year")


def check_end_by_hand(grant: RoleGrant) -> None:
    if grant.source in (Source.POST, Source.MEMBERSHIP):
        raise Refused("ends_with_its_source", source=grant.source, source_id=str(grant.source_id))


def _reaches(grant: Held, scope: Scope) -> bool:
    path: Sequence[UUID] = scope.area_path if grant.scope_kind == ScopeKind.AREA else scope.path
    return grant.scope_id in path and (grant.scope_kind == ScopeKind.AREA or scope.kind is ScopeKind.ORGANIZATION)


def _field(pointer: str, code: str) -> Refused:
    return Refused(code, status=422, errors=[{"pointer": pointer, "code": code, "detail": code}])
