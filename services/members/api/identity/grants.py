"""Grants over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, signed_in
from services.members.domain.identity.grant import RoleGrant, ScopeKind, Source
from services.members.handlers.identity import grants as handlers
from services.members.views import identity as views

router = APIRouter(tags=["grants"])

Words = Annotated[str, Field(max_length=500)]


class GrantBody(Body):
    subject_id: UUID
    role: str = Field(max_length=40)
    scope_kind: ScopeKind = ScopeKind.AREA
    scope_id: UUID
    until: datetime | None = None
    reason: Words = ""


class ReasonBody(Body):
    reason: Words = ""


class GrantShown(BaseModel):
    id: UUID
    subject_id: UUID
    role: str
    scope_kind: ScopeKind
    scope_id: UUID
    from_: datetime = Field(serialization_alias="from")
    until: datetime | None
    source: Source
    reason: str

    @classmethod
    def of(cls, grant: RoleGrant) -> Self:
        return cls(
            id=grant.id,
            subject_id=grant.subject_id,
            role=grant.role,
            scope_kind=grant.scope.kind,
            scope_id=grant.scope.id,
            from_=grant.during.start,
            until=grant.during.end,
            source=grant.source,
            reason=grant.reason,
        )


@router.get("/v1/grants")
async def list_grants(
    edge: Annotated[Edge, signed_in()],
    subject_id: UUID | None = None,
    scope_id: UUID | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    page = edge.page(limit, cursor, (subject_id, scope_id))
    async with edge.reading() as tx:
        found = await views.list_grants(tx, page, subject_id=subject_id, scope_id=scope_id)
        return edge.listed([GrantShown.of(one) for one in found], page, key=lambda one: [one.id], as_of=tx.now)


@router.post("/v1/grants", response_model=GrantShown, status_code=201)
async def give_grant(body: GrantBody, edge: Annotated[Edge, permitted("grants.give")]) -> Response:
    command = handlers.GiveGrant(**body.model_dump())
    return await edge.command(lambda tx: handlers.give_by_hand(command, tx), GrantShown.of, status=201)


@router.post("/v1/grants/{grant_id}:end", response_model=GrantShown)
async def end_grant(grant_id: UUID, body: ReasonBody, edge: Annotated[Edge, permitted("grants.end")]) -> Response:
    command = handlers.EndGrant(grant_id=grant_id, reason=body.reason)
    return await edge.command(lambda tx: handlers.end_by_hand(command, tx), GrantShown.of)
