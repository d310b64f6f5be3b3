"""Posts and their holders over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.members.api.answers import Saved
from services.members.domain.groups.post import Holding, Post, PostRole
from services.members.handlers.groups import posts as handlers
from services.members.handlers.groups.organizations import editable
from services.members.store.groups import posts as store

router = APIRouter(tags=["groups"])


class PostBody(Body):
    role: PostRole
    title: str = Field("", max_length=100)
    area_id: UUID | None = None
    seats: int = Field(1, ge=1, le=500)


class HoldingBody(Body):
    person_id: UUID
    from_: datetime | None = Field(None, alias="from")
    until: datetime | None = None


class HoldingShown(BaseModel):
    id: UUID
    person_id: UUID
    from_: datetime = Field(serialization_alias="from")
    until: datetime | None
    revision: int

    @classmethod
    def of(cls, holding: Holding) -> Self:
        return cls(
            id=holding.id,
            person_id=holding.person_id,
            from_=holding.during.start,
            until=holding.during.end,
            revision=holding.revision,
        )


class PostShown(BaseModel):
    id: UUID
    role: PostRole
    title: str
    area_id: UUID
    seats: int
    holdings: list[HoldingShown]
    revision: int

    @classmethod
    def of(cls, post: Post, holdings: list[Holding]) -> Self:
        return cls(
            id=post.id,
            role=post.role,
            title=post.title,
            area_id=post.area_id,
            seats=post.seats,
            holdings=[HoldingShown.of(one) for one in holdings if one.post_id == post.id],
            revision=post.revision,
        )


@router.get("/v1/organizations/{organization_id}/posts")
async def list_posts(organization_id: UUID, edge: Annotated[Edge, permitted("memberships.read")]) -> dict[str, Any]:
    async with edge.reading() as tx:
        await editable(organization_id, tx, permission="memberships.read", lock=False)
        found = await store.of_organization(tx, organization_id)
        holdings = await store.holdings_of(tx, [post.id for post in found])
        return {"items": [PostShown.of(post, holdings) for post in found], "next": None, "as_of": tx.now}


@router.post("/v1/organizations/{organization_id}/posts", response_model=Saved, status_code=201)
async def make_post(
    organization_id: UUID, body: PostBody, edge: Annotated[Edge, permitted("organizations.edit")]
) -> Response:
    command = handlers.MakePost(organization_id=organization_id, **body.model_dump())
    return await edge.command(lambda tx: handlers.make_post(command, tx), Saved.of, status=201)


@router.post("/v1/posts/{post_id}/holdings", response_model=HoldingShown, status_code=201)
async def fill_post(
    post_id: UUID, body: HoldingBody, edge: Annotated[Edge, permitted("organizations.edit")]
) -> Response:
    command = handlers.FillPost(post_id=post_id, person_id=body.person_id, start=body.from_, end=body.until)
    return await edge.command(lambda tx: handlers.fill_post(command, tx), HoldingShown.of, status=201)


@router.post("/v1/posts/{post_id}/holdings/{holding_id}:end", response_model=HoldingShown)
async def end_holding(
    post_id: UUID, holding_id: UUID, edge: Annotated[Edge, permitted("organizations.edit")]
) -> Response:
    command = handlers.EndHolding(post_id=post_id, holding_id=holding_id)
    return await edge.command(lambda tx: handlers.end_holding(command, tx), HoldingShown.of)
