"""API keys and guest lists: the keeper makes and revokes them, the auditor looks."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.notify import views
from services.notify.api.shapes import Moved, Shape
from services.notify.domain.api_key import KeyType
from services.notify.handlers import keys
from services.notify.handlers.keys import MadeKey, MakeKey
from services.notify.store import api_keys

router = APIRouter()
Reader = Annotated[Edge, permitted("notify.keys.read")]
Keeper = Annotated[Edge, permitted("notify.keys.write")]
Maker = Annotated[Edge, permitted("notify.keys.write", key=False)]


class NewKey(Body):
    """The client's name and what it may do."""

    community_id: UUID
    name: str = Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")
    type: KeyType


class KeyShape(Shape):
    """A key without its secret."""

    id: UUID
    community_id: UUID
    name: str
    type: KeyType
    state: str
    created_at: datetime
    revoked_at: datetime | None
    revision: int


class NewKeyShape(BaseModel):
    """The new key, whole: nobody can read its secret again."""

    id: UUID
    type: KeyType
    key: str
    revision: int

    @classmethod
    def of(cls, made: MadeKey) -> Self:
        return cls(id=made.key.id, type=made.key.type, key=made.written, revision=made.key.revision)


class Guests(Body):
    """Numbers and mail addresses."""

    community_id: UUID
    recipients: list[Annotated[str, Field(min_length=3, max_length=254)]] = Field(max_length=keys.GUESTS_MAX)


class Set(BaseModel):
    """The list is as it was sent."""

    community_id: UUID
    recipients: int


@router.post("/v1/api-keys", response_model=NewKeyShape, status_code=201)
async def make_key(body: NewKey, edge: Maker) -> Response:
    """Make a key. It hands out a secret, so it takes no Idempotency-Key: ask again and you have another key."""
    command = MakeKey(body.community_id, body.name, body.type)
    return await edge.command(lambda tx: keys.make_key(command, tx), NewKeyShape.of, 201)


@router.get("/v1/api-keys")
async def list_keys(edge: Reader, limit: int | None = None, cursor: str | None = None) -> dict[str, Any]:
    """Keys, newest first, without their secrets."""
    page = edge.page(limit, cursor)
    async with edge.reading() as tx:
        rows = await views.keys_page(tx, edge.actor.scopes("notify.keys.read"), page.limit, page.after)
        shown = [KeyShape.of(row) for row in rows]
        return edge.listed(shown, page, key=lambda k: [k.created_at, k.id], as_of=tx.now)


@router.post("/v1/api-keys/{key_id}:revoke", response_model=Moved)
async def revoke_key(key_id: UUID, edge: Keeper) -> Response:
    """Refuse its tokens from now on."""
    return await edge.command(lambda tx: keys.revoke_key(key_id, tx), Moved.of)


@router.get("/v1/guest-list")
async def get_guests(edge: Reader, community_id: UUID) -> dict[str, Any]:
    """Whom team keys of an organisation may write to, masked."""
    async with edge.reading() as tx:
        await views.community_seen(tx, edge.actor.scopes("notify.keys.read"), community_id)
        return {"community_id": community_id, "recipients": await api_keys.guests(tx, community_id)}


@router.put("/v1/guest-list", response_model=Set)
async def set_guests(body: Guests, edge: Keeper) -> Response:
    """Set the whole list."""
    answer = Set(community_id=body.community_id, recipients=len(body.recipients))
    return await edge.command(lambda tx: keys.set_guests(body.community_id, body.recipients, tx), lambda _: answer)
