"""Providers, the routes between them and the senders: who looks, who pauses, who adds. No credential is ever shown."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID, uuid4

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from chassis.refused import Refused
from services.notify.api.pushes import channels_of
from services.notify.api.shapes import Moved, Shape
from services.notify.domain.outcome import CannotSay
from services.notify.domain.provider import Move, Provider
from services.notify.domain.routing import Pair, Route
from services.notify.handlers import providers as handlers
from services.notify.handlers.providers import OPERATED_KINDS, AddProvider, SetRoute
from services.notify.store import health
from services.notify.store.providers import Carriers, NumberedSender

router = APIRouter()
Reader = Annotated[Edge, permitted("notify.providers.read")]
Pauser = Annotated[Edge, permitted("notify.providers.pause", if_match=True)]
Checker = Annotated[Edge, permitted("notify.providers.pause")]
Keeper = Annotated[Edge, permitted("notify.providers.write")]
Maker = Annotated[Edge, permitted("notify.providers.write", key=False)]
Signer = Annotated[Edge, permitted("notify.senders.write")]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{1,31}$")]
Word = Annotated[str, Field(max_length=200)]
NOBODY = "+8613800000000"
ASKED_KINDS = frozenset({"aliyun"})
"""Kinds whose query tells a text they do not know from no answer at all."""


class NewProvider(Body):
    """An account: its kind, address, credentials, and how fast it may be given texts."""

    id: Id
    kind: str
    base_url: str = Field(pattern=r"^https?://\S+$", max_length=500)
    in_flight: int = Field(default=20, ge=1, le=200)
    rate: int = Field(default=0, ge=0, le=10_000)
    credentials: dict[Word, Word] = Field(default_factory=dict)
    push_addresses: list[Word] = Field(default_factory=list, max_length=50)
    options: dict[str, Any] = Field(default_factory=dict)


class ProviderShape(Shape):
    """A provider without its credentials, and how it fares."""

    id: str
    kind: str
    base_url: str
    in_flight: int
    rate: int
    state: str
    left_out_until: datetime | None
    left_out_for: str
    breaker: str = "closed"
    revision: int


class AddedProvider(BaseModel):
    """The new provider, and the address it shall push to: shown once."""

    id: str
    push_url: str
    revision: int


class Reason(Body):
    """Why."""

    reason: str = Field(min_length=1, max_length=500)


class Nothing(Body):
    """A command that says everything by its name."""


class Checked(BaseModel):
    """Whether it answers: `answers`, `silent`, or `cannot_say` where its kind has nothing that could be asked."""

    id: str
    result: str


class PairBody(Body):
    """A provider and sender with their weight."""

    provider: Id
    sender: Word
    weight: int = Field(ge=0, le=1_000)


class RouteBody(Body):
    """Which messages, and who carries them; an empty field fits everything."""

    channel: str = Field(default="sms", pattern=r"^[a-z]{2,16}$")
    message_class: str = Field(default="", max_length=20, alias="class")
    prefix: str = Field(default="", pattern=r"^(\+\d{1,15})?$")
    market: str = Field(default="", pattern=r"^(cn|other)?$")
    organization_id: UUID | None = None
    pairs: list[PairBody] = Field(min_length=1, max_length=10)


class PairShape(Shape):
    provider: str
    sender: str
    weight: int
    resting: int


class RouteShape(Shape):
    """A route with its weights now and at rest."""

    id: UUID
    channel: str
    message_class: str = Field(serialization_alias="class")
    prefix: str
    market: str
    organization_id: UUID | None
    pairs: list[PairShape]
    revision: int

    @classmethod
    def of_route(cls, route: Route) -> Self:
        values = {name: getattr(route, name) for name in cls.model_fields if name != "pairs"}
        return cls.of(values | {"pairs": [_pair(pair) for pair in route.pairs]})


class SenderBody(Body):
    """A signature and the number under which it is seen."""

    base_number: str = Field(pattern=r"^\+?[0-9]{3,20}$")
    signature: str = Field(min_length=2, max_length=20, pattern=r"^[^【】\s]+$")
    ext_width: int = Field(ge=0, le=4)
    market: str = Field(default="cn", pattern=r"^(cn|other)$")
    organization_id: UUID | None = None


class SenderShape(Shape):
    base_number: str
    signature: str
    ext_width: int
    market: str
    organization_id: UUID | None
    revision: int

    @classmethod
    def of_sender(cls, sender: NumberedSender) -> Self:
        return cls.of({name: getattr(sender, name) for name in cls.model_fields})


def _pair(pair: Pair) -> PairShape:
    return PairShape.of({name: getattr(pair, name) for name in PairShape.model_fields})


@router.get("/v1/providers")
async def list_providers(edge: Reader) -> dict[str, Any]:
    """Every provider, and how it fares."""
    async with edge.reading() as tx:
        known = (await Carriers.of(tx, fresh=True)).providers
        fares = await health.of(tx, known)
        items = [_shown(provider, str(fares[name].state)) for name, provider in sorted(known.items())]
        return {"items": items, "next": None, "as_of": tx.now}


def _shown(provider: Provider, breaker: str) -> ProviderShape:
    values = {name: getattr(provider, name) for name in ProviderShape.model_fields if name != "breaker"}
    return ProviderShape.of(values | {"breaker": breaker})


@router.post("/v1/providers", response_model=AddedProvider, status_code=201)
async def add_provider(body: NewProvider, edge: Maker) -> Response:
    """Add an account. It hands out a secret, so it takes no Idempotency-Key; a second one of this id is refused."""
    if body.kind not in OPERATED_KINDS:
        raise Refused("kind_unknown", status=422, errors=[{"pointer": "/kind", "code": "unknown", "detail": ""}])
    command = AddProvider(**body.model_dump() | {"push_addresses": tuple(body.push_addresses)})
    channels = channels_of(edge.running)

    def added(provider: Provider) -> AddedProvider:
        return AddedProvider(id=provider.id, push_url=channels.push_url(provider), revision=provider.revision)

    return await edge.command(lambda tx: handlers.add(command, tx), added, 201)


@router.post("/v1/providers/{provider_id}:pause", response_model=Moved)
async def pause_provider(provider_id: str, body: Reason, edge: Pauser) -> Response:
    """Give it nothing more."""
    return await edge.command(lambda tx: handlers.move(provider_id, Move.PAUSE, edge.expected, body.reason, tx), _moved)


@router.post("/v1/providers/{provider_id}:resume", response_model=Moved)
async def resume_provider(provider_id: str, body: Reason, edge: Pauser) -> Response:
    """Give it texts again."""
    how = Move.RESUME
    return await edge.command(lambda tx: handlers.move(provider_id, how, edge.expected, body.reason, tx), _moved)


def _moved(provider: Provider) -> Moved:
    return Moved(id=provider.uuid, state=str(provider.state), revision=provider.revision)


@router.post("/v1/providers/{provider_id}:check", response_model=Checked)
async def check_provider(provider_id: str, body: Nothing, edge: Checker) -> Checked:
    """Ask it about a text that was never sent. Nothing is sent, and nothing is written."""
    async with edge.reading() as tx:
        provider, now = (await Carriers.of(tx, fresh=True)).providers.get(provider_id), tx.now
    if provider is None:
        raise Refused("provider_unknown", status=404)
    if provider.kind not in ASKED_KINDS:
        return Checked(id=provider_id, result="cannot_say")
    finding = await channels_of(edge.running).of(provider).find(uuid4(), NOBODY, now)
    return Checked(id=provider_id, result="silent" if isinstance(finding, CannotSay) else "answers")


@router.get("/v1/routes")
async def list_routes(edge: Reader) -> dict[str, Any]:
    """Every route with its weights now and at rest."""
    async with edge.reading() as tx:
        known = (await Carriers.of(tx, fresh=True)).routes
        return {"items": [RouteShape.of_route(route) for route in known], "next": None, "as_of": tx.now}


@router.post("/v1/routes", response_model=RouteShape)
async def set_route(body: RouteBody, edge: Keeper) -> Response:
    """Write the route for exactly these fields."""
    pairs = [(pair.provider, pair.sender, pair.weight) for pair in body.pairs]
    command = SetRoute(**body.model_dump(exclude={"pairs"}), pairs=pairs)
    return await edge.command(lambda tx: handlers.set_route(command, tx), RouteShape.of_route)


@router.get("/v1/senders")
async def list_senders(edge: Reader) -> dict[str, Any]:
    """Every sender."""
    async with edge.reading() as tx:
        known = (await Carriers.of(tx, fresh=True)).senders
        items = [SenderShape.of_sender(sender) for _, sender in sorted(known.items())]
        return {"items": items, "next": None, "as_of": tx.now}


@router.post("/v1/senders", response_model=SenderShape)
async def set_sender(body: SenderBody, edge: Signer) -> Response:
    """Write a sender."""
    sender = NumberedSender(**body.model_dump())
    return await edge.command(lambda tx: handlers.set_sender(sender, tx), SenderShape.of_sender)
