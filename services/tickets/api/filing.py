"""The doors by which matters come in."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AwareDatetime, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from chassis.edge import Body, Edge, permitted, public
from chassis.refused import Refused
from services.tickets.api.answers import FiledModel
from services.tickets.domain.link import LinkType
from services.tickets.domain.profile import Kind, Origin
from services.tickets.handlers.filing import FileTicket, file_ticket
from services.tickets.handlers.reporters import identify
from services.tickets.settings import TicketsSettings

router = APIRouter(tags=["tickets"])
Short = Annotated[str, Field(max_length=120)]
Words = Annotated[str, Field(min_length=1, max_length=4_000)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
AnswerText = Annotated[str, Field(max_length=400)]
AnswerValue = AnswerText | float | Annotated[list[AnswerText], Field(max_length=50)]
Phone = Annotated[str, Field(min_length=5, max_length=32)]
FILED_EARLY_ENOUGH = timedelta(minutes=5)


class Source(Body):
    """Where an imported matter was kept before."""

    system: Annotated[str, Field(min_length=1, max_length=40)]
    key: Annotated[str, Field(min_length=1, max_length=120)]
    status: Annotated[str, Field(max_length=80)] = ""
    place: Annotated[str, Field(max_length=400)] = ""


class LinkTo(Body):
    type: LinkType
    to: UUID


class FileBody(Body):
    """Words, or photographs that speak for themselves: then the desk finds out what the matter is."""

    attachments: Annotated[tuple[UUID, ...], Field(max_length=9)] = ()
    kind: Kind = Kind.COMPLAINT
    category: Annotated[str, Field(max_length=40)] = "other"
    title: Short = ""
    description: Annotated[str, Field(max_length=4_000)]
    building_id: UUID | None = None
    community_id: UUID | None = None
    unit: Short = ""
    floor: Short = ""
    room: Short = ""
    place: Annotated[str, Field(max_length=400)] = ""
    lat: Annotated[float, Field(ge=-90, le=90)] | None = None
    long: Annotated[float, Field(ge=-180, le=180)] | None = None
    danger: bool = False
    reporter_id: UUID | None = None
    reporter_phone: Phone | None = None
    anonymous: bool = False
    hidden: bool | None = None
    about_group_id: UUID | None = None
    origin: Origin | None = None
    channel: Literal["page", "telephone", "api", "console", "import"] = "api"
    links: Annotated[tuple[LinkTo, ...], Field(max_length=5)] = ()
    answers: Annotated[dict[Code, AnswerValue], Field(max_length=20)] = Field(default_factory=dict)
    filed_at: AwareDatetime | None = None
    source: Source | None = None

    @field_validator("description")
    @classmethod
    def _says_something(cls, words: str, so_far: ValidationInfo) -> str:
        if not words and not so_far.data.get("attachments"):
            raise PydanticCustomError("string_too_short", "Words or a photograph are needed")
        return words

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.lat is None) != (self.long is None):
            raise ValueError("lat and long come together")
        if (self.origin is Origin.IMPORT) != (self.source is not None):
            raise ValueError("origin import and source come together")
        if self.origin in (Origin.PATROL, Origin.HOT_SPOT):
            raise ValueError("this origin is not given at this door")
        if self.about_group_id is not None and self.kind is not Kind.REPORT:
            raise ValueError("only a report is about a group")
        if self.filed_at is not None and self.source is None:
            raise ValueError("filed_at belongs to an import")
        return self


class PublicBody(Body):
    """The residents' page: what, where, and a telephone if she likes."""

    category: Annotated[str, Field(max_length=40)] = "other"
    description: Words
    building_id: UUID
    phone: Phone | None = None
    danger: bool = False


@router.post("/v1/tickets", response_model=FiledModel, status_code=201)
async def file(body: FileBody, edge: Annotated[Edge, permitted("tickets.file")]) -> Response:
    command = await _command(body, edge)
    return await edge.command(lambda tx: file_ticket(command, tx), FiledModel.of_filed, status=201)


@router.post("/v1/public/tickets", response_model=FiledModel, status_code=201)
async def file_from_page(body: PublicBody, edge: Annotated[Edge, public()]) -> Response:
    who = await _by_phone(body.phone, edge)
    command = FileTicket(
        category=body.category,
        description=body.description,
        building_id=body.building_id,
        danger=body.danger,
        channel="page",
        **who,
    )
    return await edge.command(lambda tx: file_ticket(command, tx), FiledModel.of_filed, status=201)


async def _command(body: FileBody, edge: Edge) -> FileTicket:
    who = await _reporter(body, edge)
    source = body.source
    if body.filed_at is not None and body.filed_at > datetime.now(UTC) + FILED_EARLY_ENOUGH:
        raise Refused("filed_in_the_future", status=422, errors=[{"pointer": "/filed_at", "code": "future"}])
    return FileTicket(
        kind=body.kind,
        category=body.category,
        title=body.title,
        description=body.description,
        building_id=body.building_id,
        community_id=body.community_id,
        unit=body.unit,
        floor=body.floor,
        room=body.room,
        place_text=source.place if source else body.place,
        lat=body.lat,
        long=body.long,
        danger=body.danger,
        hidden=body.kind is Kind.REPORT if body.hidden is None else body.hidden,
        about_group_id=body.about_group_id,
        origin=_origin(body, edge),
        channel=body.channel,
        links=tuple((link.type, link.to) for link in body.links),
        attachments=body.attachments,
        draft=not body.description,
        answers=body.answers,
        filed_at=body.filed_at,
        source_system=source.system if source else None,
        source_key=source.key if source else None,
        source_status=source.status if source else "",
        **who,
    )


def _for_another(body: FileBody, edge: Edge) -> bool:
    return body.reporter_id not in (None, edge.actor.person_id) or body.reporter_phone is not None


def _origin(body: FileBody, edge: Edge) -> Origin:
    """What is said for another is never called her own."""
    if body.origin in (None, Origin.RESIDENT):
        return Origin.ON_BEHALF if _for_another(body, edge) else Origin.RESIDENT
    return body.origin


async def _reporter(body: FileBody, edge: Edge) -> dict[str, Any]:
    """Herself; or another person, whom only staff may name; or nobody."""
    if _for_another(body, edge) and not edge.actor.holds("tickets.file_for_another"):
        raise Refused("not_permitted", status=403, permission="tickets.file_for_another")
    if body.origin is Origin.IMPORT or body.anonymous:
        if body.origin is Origin.IMPORT and not edge.actor.holds("tickets.import"):
            raise Refused("not_permitted", status=403, permission="tickets.import")
        return {}
    if body.reporter_phone is not None:
        return await _by_phone(body.reporter_phone, edge)
    return {"reporter_id": body.reporter_id or edge.actor.person_id}


async def _by_phone(phone: str | None, edge: Edge) -> dict[str, Any]:
    """The person of a telephone; when members does not answer in time, the telephone waits sealed."""
    if phone is None:
        return {}
    person = await identify(edge.running, phone, TicketsSettings.of(edge.running.settings).identify_seconds)
    return {"reporter_id": person.id} if person else {"pending_phone": phone}
