"""Memberships over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, signed_in
from chassis.refused import Refused
from services.members.api.answers import Saved, SavedMany
from services.members.domain.groups.membership import ASKED_MOVES, Membership, MembershipMove, MembershipState, Tier
from services.members.domain.people.person import masked
from services.members.handlers.groups import memberships as handlers
from services.members.handlers.groups.organizations import editable
from services.members.store.groups import memberships as store
from services.members.store.people import people
from services.members.views import groups as views
from services.members.views import people as people_views

router = APIRouter(tags=["groups"])

Words = Annotated[str, Field(max_length=500)]


class JoiningBody(Body):
    person_id: UUID
    tier: Literal["core", "member", "deputy"] = "member"
    proposed_by: UUID | None = None
    reason: Words = ""
    invite: bool = False

    def joining(self) -> handlers.Joining:
        return handlers.Joining(
            person_id=self.person_id,
            tier=Tier(self.tier),
            proposed_by=self.proposed_by,
            reason=self.reason,
            invite=self.invite,
        )


class JoiningsBody(Body):
    items: list[JoiningBody] = Field(min_length=1, max_length=200)


class ReasonBody(Body):
    reason: Words = ""


class MembershipShown(BaseModel):
    id: UUID
    organization_id: UUID
    person_id: UUID
    name: str
    tier: Tier
    state: MembershipState
    from_: datetime = Field(serialization_alias="from")
    until: datetime | None
    revision: int

    @classmethod
    def of(cls, one: Membership, name: str) -> Self:
        return cls(
            id=one.id,
            organization_id=one.organization_id,
            person_id=one.person_id,
            name=name,
            tier=one.tier,
            state=one.state,
            from_=one.during.start,
            until=one.during.end,
            revision=one.revision,
        )


@router.get("/v1/organizations/{organization_id}/memberships")
async def list_memberships(
    organization_id: UUID,
    edge: Annotated[Edge, permitted("memberships.read")],
    tier: Tier | None = None,
    state: MembershipState | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    page = edge.page(limit, cursor, (tier, state))
    async with edge.reading() as tx:
        await editable(organization_id, tx, permission="memberships.read", lock=False)
        found = await views.list_memberships(tx, page, organization_id, tier=tier, state=state)
        known = await people.load_many(tx, [one.person_id for one in found])
        shown = [MembershipShown.of(one, masked(known[one.person_id].name)) for one in found]
        return edge.listed(shown, page, key=lambda one: [one.id], as_of=tx.now)


@router.get("/v1/people/{person_id}/memberships")
async def memberships_of(person_id: UUID, edge: Annotated[Edge, signed_in()]) -> dict[str, Any]:
    async with edge.reading() as tx:
        person = (await people_views.seen(tx, [person_id])).get(person_id)
        if person is None:
            raise Refused("not_found", status=404)
        name = person.name if edge.actor.person_id == person_id else masked(person.name)
        found = await store.of_person(tx, person_id)
        return {"items": [MembershipShown.of(one, name) for one in found], "next": None, "as_of": tx.now}


@router.post("/v1/organizations/{organization_id}/memberships", response_model=Saved, status_code=201)
async def join(organization_id: UUID, body: JoiningBody, edge: Annotated[Edge, signed_in()]) -> Response:
    return await edge.command(
        lambda tx: handlers.join(organization_id, [body.joining()], tx), lambda saved: Saved.of(saved[0]), status=201
    )


@router.post("/v1/organizations/{organization_id}/memberships:batch", response_model=SavedMany, status_code=201)
async def join_many(
    organization_id: UUID, body: JoiningsBody, edge: Annotated[Edge, permitted("memberships.decide")]
) -> Response:
    joining = [item.joining() for item in body.items]
    return await edge.command(lambda tx: handlers.join(organization_id, joining, tx), SavedMany.of, status=201)


@router.post("/v1/memberships/{membership_id}:{move}", response_model=Saved)
async def move_membership(
    membership_id: UUID, move: MembershipMove, body: ReasonBody, edge: Annotated[Edge, signed_in(if_match=True)]
) -> Response:
    if move not in ASKED_MOVES | {MembershipMove.ACCEPT}:
        raise Refused("not_found", status=404)
    command = handlers.MoveMembership(
        membership_id=membership_id, expected=edge.expected, move=move, reason=body.reason
    )
    return await edge.command(lambda tx: handlers.move_membership(command, tx), Saved.of)
