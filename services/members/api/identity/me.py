"""What a person is here, over HTTP: for herself and for the pages she sees."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.edge import Edge, signed_in
from services.members.store.people import people
from services.members.views import identity as views
from services.members.views import memberships as membership_views
from services.members.views import scopes

router = APIRouter(tags=["sign-in"])


class OwnGrant(BaseModel):
    id: UUID
    role: str
    scope_kind: str
    scope_id: UUID
    scope_name: str
    until: datetime | None


class OwnMembership(BaseModel):
    id: UUID
    organization_id: UUID
    name: str
    tier: str
    state: str


class Me(BaseModel):
    person_id: UUID
    name: str
    state: str
    community_id: UUID
    languages: list[str]
    level: str
    authenticated_at: datetime | None
    grants: list[OwnGrant]
    memberships: list[OwnMembership]
    permissions: list[str]


@router.get("/v1/me")
async def me(edge: Annotated[Edge, signed_in()]) -> Me:
    actor = edge.actor
    assert actor.person_id is not None
    async with edge.reading() as tx:
        person = await people.load(tx, actor.person_id)
        grants = await views.grants_of(tx, actor.person_id)
        mine = await membership_views.named_of(tx, actor.person_id)
        names = await scopes.names_of(tx, [grant.scope.id for grant in grants])
    return Me(
        person_id=person.id,
        name=person.name,
        state=person.state,
        community_id=person.community_id,
        languages=list(person.languages),
        level=actor.level,
        authenticated_at=actor.authenticated_at,
        grants=[
            OwnGrant(
                id=grant.id,
                role=grant.role,
                scope_kind=grant.scope.kind,
                scope_id=grant.scope.id,
                scope_name=names.get(grant.scope.id, ""),
                until=grant.during.end,
            )
            for grant in grants
        ],
        memberships=[OwnMembership.model_validate(one) for one in mine],
        permissions=sorted(permission for permission in actor.permissions if actor.holds(permission)),
    )
