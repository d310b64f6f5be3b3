"""Keys of the Open311 door: made by the community's secretary or the keeper, told once, ended at will."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.tickets.handlers import open311 as handlers
from services.tickets.store import open311 as store

router = APIRouter(tags=["open311"], prefix="/v1/open311-keys")


class KeyBody(Body):
    community_id: UUID
    label: Annotated[str, Field(min_length=1, max_length=80)]
    rights: Annotated[list[Literal["file", "update", "handle"]], Field(min_length=1, max_length=3)]
    person_id: UUID | None = None
    per_minute: Annotated[int, Field(ge=1, le=6_000)] = 60


class KeyModel(BaseModel):
    id: UUID
    community_id: UUID
    label: str
    rights: list[str]
    person_id: UUID | None
    per_minute: int
    revoked_at: datetime | None
    api_key: str | None = None

    @classmethod
    def of(cls, key: store.ApiKey, secret: str | None = None) -> "KeyModel":
        return cls(
            id=key.id,
            community_id=key.community_id,
            label=key.label,
            rights=sorted(key.rights),
            person_id=key.person_id,
            per_minute=key.per_minute,
            revoked_at=key.revoked_at,
            api_key=secret,
        )


class Keys(BaseModel):
    items: list[KeyModel]


@router.post("", response_model=KeyModel, status_code=201)
async def make(body: KeyBody, edge: Annotated[Edge, permitted("open311.keys", key=False)]) -> Response:
    command = handlers.MakeKey(
        community_id=body.community_id,
        label=body.label,
        rights=frozenset(body.rights),
        person_id=body.person_id,
        per_minute=body.per_minute,
    )
    return await edge.command(
        lambda tx: handlers.make_key(command, tx), lambda made: KeyModel.of(made.key, made.secret), status=201
    )


@router.get("", response_model=Keys)
async def read(edge: Annotated[Edge, permitted("open311.keys")]) -> Keys:
    async with edge.reading() as tx:
        places = await store.jurisdictions(tx)
        mine = [place.id for place in places if tx.actor.may("open311.keys", area_path=place.path)]
        return Keys(items=[KeyModel.of(key) for key in await store.keys(tx, mine)])


@router.post("/{key_id}:revoke", response_model=KeyModel)
async def revoke(key_id: UUID, edge: Annotated[Edge, permitted("open311.keys")]) -> Response:
    return await edge.command(lambda tx: handlers.revoke_key(key_id, tx), KeyModel.of)
