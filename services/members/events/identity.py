"""Facts about signing in and what each may do."""

from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

from pydantic import Field

from services.members.domain.identity.challenge import Challenge
from services.members.domain.identity.grant import RoleGrant
from services.members.domain.identity.session import TOKEN_LIFE, Session
from services.members.events.fact import Fact

_PERSON = UUID("01920000-0000-7000-8000-0000000000b1")
_AT = datetime(2018, 8, 30, 9, 22, tzinfo=UTC)


class GrantGiven(Fact, type="members.grant_given.v1"):
    """A person has a role in a scope, whole."""

    grant_id: UUID
    subject_id: UUID
    role: str
    scope_kind: str
    scope_id: UUID
    scope_path: list[UUID]
    from_: datetime = Field(alias="from")
    until: datetime | None

    @classmethod
    def of(cls, grant: RoleGrant) -> Self:
        return cls(
            grant_id=grant.id,
            subject_id=grant.subject_id,
            role=grant.role,
            scope_kind=grant.scope.kind,
            scope_id=grant.scope.id,
            scope_path=list(grant.scope.path),
            from_=grant.during.start,
            until=grant.during.end,
        )

    @classmethod
    def example(cls) -> Self:
        return cls(
            grant_id=UUID("01920000-0000-7000-8000-0000000000f1"),
            subject_id=_PERSON,
            role="leader",
            scope_kind="organization",
            scope_id=UUID("01920000-0000-7000-8000-0000000000a1"),
            scope_path=[UUID("01920000-0000-7000-8000-0000000000a1")],
            from_=_AT,
            until=_AT + timedelta(days=365),
        )


class GrantEnded(GrantGiven, type="members.grant_ended.v1"):
    """A role that a person no longer has from `until` on."""


class SessionEnded(Fact, type="members.session_ended.v1"):
    """A session is over; its tokens are refused until the last of them has run out."""

    session_id: UUID
    person_id: UUID
    until: datetime

    @classmethod
    def of(cls, session: Session, *, at: datetime) -> Self:
        return cls(session_id=session.id, person_id=session.person_id, until=at + TOKEN_LIFE)

    @classmethod
    def example(cls) -> Self:
        return cls(session_id=UUID("01920000-0000-7000-8000-0000000000f2"), person_id=_PERSON, until=_AT)


class SignInCodeRequested(Fact, type="members.sign_in_code_requested.v1"):
    """Somebody asks for a code to sign in with. The code itself is in no event: it is asked for when it is sent."""

    challenge_id: UUID
    expires_at: datetime

    @classmethod
    def of(cls, challenge: Challenge) -> Self:
        return cls(challenge_id=challenge.id, expires_at=challenge.expires_at)

    @classmethod
    def example(cls) -> Self:
        return cls(challenge_id=UUID("01920000-0000-7000-8000-0000000000f3"), expires_at=_AT)


class SignInCodeUsed(Fact, type="members.sign_in_code_used.v1"):
    """The code was right; it is of no more use."""

    challenge_id: UUID

    @classmethod
    def of(cls, challenge: Challenge) -> Self:
        return cls(challenge_id=challenge.id)

    @classmethod
    def example(cls) -> Self:
        return cls(challenge_id=UUID("01920000-0000-7000-8000-0000000000f3"))
