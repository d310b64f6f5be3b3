"""Webhooks of other systems: endpoints, their secrets, what was delivered. No answer of a receiver is shown."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.notify.api.shapes import Moved, Shape
from services.notify.domain.webhook import Endpoint, Kind
from services.notify.handlers import webhooks
from services.notify.handlers.webhooks import READ, WRITE, Again, CreateEndpoint, OfEndpoint, Redeliver, WithSecret
from services.notify.store import rows
from services.notify.store import webhooks as stored

router = APIRouter(prefix="/v1/webhook-endpoints")
Reader = Annotated[Edge, permitted(READ)]
Keeper = Annotated[Edge, permitted(WRITE)]
SecretKeeper = Annotated[Edge, permitted(WRITE, key=False)]


class NewEndpoint(Body):
    """An address, and what it is told."""

    url: str = Field(min_length=1, max_length=2_000)
    area_id: UUID
    types: list[str] = Field(default=[], max_length=50)
    kind: Kind = Kind.STANDARD
    bearer: str = Field(default="", max_length=500, pattern=r"^[!-~]*$")


class WhichDeliveries(Body):
    """One delivery, or all since a time."""

    delivery_id: UUID | None = None
    since: datetime | None = None


class EndpointShape(Shape):
    """One endpoint, without its secrets."""

    id: UUID
    kind: str
    area_id: UUID
    owner_id: UUID
    url: str
    types: list[str]
    state: str
    reason: str
    failing_since: datetime | None
    old_secret_until: datetime | None
    created_at: datetime
    revision: int


class DeliveryShape(Shape):
    """One line of the log: `event_id` is the `webhook-id` the receiver saw."""

    id: UUID
    event_id: UUID
    event_type: str
    subject: UUID
    sequence: int
    state: str
    attempt: int
    status: int | None
    reason: str
    next_at: datetime | None
    created_at: datetime
    closed_at: datetime | None


class Secret(BaseModel):
    """An endpoint's secret, told this once."""

    id: UUID
    state: str
    revision: int
    secret: str

    @classmethod
    def of(cls, made: WithSecret) -> "Secret":
        return cls(id=made.endpoint.id, state=made.endpoint.state, revision=made.endpoint.revision, secret=made.secret)


class AgainShape(Moved):
    """How many deliveries are on their way again."""

    many: int

    @classmethod
    def of(cls, again: Again) -> "AgainShape":
        return cls(id=again.id, state=again.state, revision=again.revision, many=again.many)


@router.get("")
async def list_endpoints(edge: Reader) -> dict[str, Any]:
    """Every endpoint of the reader's areas."""
    async with edge.reading() as tx:
        shown = [_shape(one) for one in await webhooks.all_seen(tx)]
        return {"items": shown, "next": None, "as_of": tx.now}


@router.post("", response_model=Secret)
async def create_endpoint(body: NewEndpoint, edge: SecretKeeper) -> Response:
    """A new endpoint; its secret is in this answer and in no other."""
    command = CreateEndpoint(**body.model_dump())
    return await edge.command(lambda tx: webhooks.create(command, tx), Secret.of, 201)


@router.get("/{endpoint_id}", response_model=EndpointShape)
async def get_endpoint(endpoint_id: UUID, edge: Reader, response: Response) -> EndpointShape:
    """One endpoint."""
    async with edge.reading() as tx:
        found = await webhooks.seen(endpoint_id, tx)
    response.headers["ETag"] = f'"{found.revision}"'
    return _shape(found)


@router.get("/{endpoint_id}/deliveries")
async def list_deliveries(
    endpoint_id: UUID, edge: Reader, limit: int | None = None, cursor: str | None = None
) -> dict[str, Any]:
    """What was delivered in the last 30 days, newest first."""
    page = edge.page(limit, cursor)
    async with edge.reading() as tx:
        endpoint = await webhooks.seen(endpoint_id, tx)
        found = await stored.page(tx, endpoint.id, page.limit, page.after)
        shown = [DeliveryShape.of(rows.values(one)) for one in found]
        return edge.listed(shown, page, key=lambda d: [d.created_at, d.id], as_of=tx.now)


@router.post("/{endpoint_id}:test", response_model=Moved, status_code=202)
async def test_endpoint(endpoint_id: UUID, edge: Keeper) -> Response:
    """Send a tiding about nothing; the log says how it went."""
    return await edge.command(lambda tx: webhooks.test(OfEndpoint(endpoint_id), tx), Moved.of, 202)


@router.post("/{endpoint_id}:rotate-secret", response_model=Secret)
async def rotate_secret(endpoint_id: UUID, edge: SecretKeeper) -> Response:
    """A new secret, told this once; for a day both sign."""
    command = OfEndpoint(endpoint_id, edge.expected)
    return await edge.command(lambda tx: webhooks.rotate(command, tx), Secret.of)


@router.post("/{endpoint_id}:disable", response_model=Moved)
async def disable_endpoint(endpoint_id: UUID, edge: Keeper) -> Response:
    """Tell it nothing more."""
    command = OfEndpoint(endpoint_id, edge.expected)
    return await edge.command(lambda tx: webhooks.disable(command, tx), Moved.of)


@router.post("/{endpoint_id}:enable", response_model=Moved)
async def enable_endpoint(endpoint_id: UUID, edge: Keeper) -> Response:
    """Tell it again."""
    command = OfEndpoint(endpoint_id, edge.expected)
    return await edge.command(lambda tx: webhooks.enable(command, tx), Moved.of)


@router.post("/{endpoint_id}:redeliver", response_model=AgainShape)
async def redeliver(endpoint_id: UUID, body: WhichDeliveries, edge: Keeper) -> Response:
    """One delivery, or all since a time, once more under the same ids."""
    command = Redeliver(endpoint_id=endpoint_id, delivery_id=body.delivery_id, since=body.since)
    return await edge.command(lambda tx: webhooks.redeliver(command, tx), AgainShape.of)


def _shape(endpoint: Endpoint) -> EndpointShape:
    return EndpointShape.of(rows.values(endpoint) | {"types": list(endpoint.types)})
