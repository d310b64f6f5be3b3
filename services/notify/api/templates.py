"""Templates: written by one person, approved by another, live; previewed, and on file at the providers."""

from dataclasses import asdict
from datetime import datetime, time
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.notify.api.shapes import Moved, Shape
from services.notify.domain.hours import Hours
from services.notify.domain.preview import Preview
from services.notify.domain.template import CHINESE, Template
from services.notify.handlers import templates
from services.notify.handlers.templates import Which, Words, Written
from services.notify.store import catalogue

router = APIRouter()
Reader = Annotated[Edge, permitted("notify.templates.read")]
Previewer = Annotated[Edge, permitted("notify.templates.read", key=False)]
Writer = Annotated[Edge, permitted("notify.templates.write")]
Mover = Annotated[Edge, permitted("notify.templates.write", if_match=True)]
Approver = Annotated[Edge, permitted("notify.templates.approve", if_match=True)]
Tester = Annotated[Edge, permitted("notify.templates.write", services_told="services_do_not_send")]
Texts = Annotated[dict[str, Annotated[str, Field(max_length=10_000)]], Field(max_length=5)]


class WordsBody(Body):
    """The words of a version: a body per language, of a mail its subjects too."""

    bodies: Texts
    subjects: Texts = Field(default_factory=dict)


class NewTemplate(WordsBody):
    """A template with its first version; what is fixed here holds for all versions."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)
    message_class: Literal["code", "notice", "mutual-aid", "promotion"] = Field(alias="class")
    topic: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)
    channel: Literal["sms", "email"] = "sms"
    hours_from: time | None = None
    hours_until: time | None = None
    links: bool = False
    downgrade: bool = False
    confidential: bool = False
    organization_id: UUID | None = None

    def template(self) -> Template:
        hours = Hours(self.hours_from, self.hours_until) if self.hours_from and self.hours_until else None
        return Template(
            self.name,
            1,
            self.message_class,
            self.topic,
            self.bodies,
            hours=hours,
            links=self.links,
            downgrade=self.downgrade,
            confidential=self.confidential,
            channel=self.channel,
            subjects=self.subjects,
            organization_id=self.organization_id,
        )


class Nothing(Body):
    """A command that says everything by its name."""


class Note(Body):
    """Why a version is sent back."""

    note: str = Field(min_length=1, max_length=500)


class PreviewBody(Body):
    """The values to try, and in which language."""

    values: dict[str, Any] = Field(default_factory=dict, max_length=100)
    language: str = Field(CHINESE, max_length=16)
    mainland: bool = True


class TestBody(Body):
    """The values of the one text, and for which community it is sent."""

    values: dict[str, Any] = Field(default_factory=dict, max_length=100)
    community_id: UUID


class VersionMoved(BaseModel):
    """A command's answer: the template, and the version that moved."""

    id: UUID
    version: int
    state: str
    revision: int

    @classmethod
    def of(cls, written: Written) -> Self:
        version = written.version
        return cls(id=written.template_id, version=version.version, state=str(version.state), revision=version.revision)


class TemplateShape(Shape):
    """One template: what is fixed for all versions, and the words that are live."""

    id: UUID
    name: str
    message_class: str = Field(serialization_alias="class")
    topic: str
    channel: str
    hours_begin: time | None = Field(serialization_alias="hours_from")
    hours_end: time | None = Field(serialization_alias="hours_until")
    links: bool
    downgrade: bool
    confidential: bool
    organization_id: UUID | None
    live: int | None
    versions: int
    bodies: dict[str, str] | None
    subjects: dict[str, str] | None


class VersionShape(Shape):
    """One version: its words, who wrote and who approved them, and where it stands."""

    version: int
    state: str
    bodies: dict[str, str]
    subjects: dict[str, str]
    author: UUID | None
    approver: UUID | None
    note: str
    created_at: datetime
    revision: int


class RefusalShape(BaseModel):
    """Why the text would not go out as it is."""

    code: str
    pointer: str
    detail: str


class PreviewShape(BaseModel):
    """What the handset would show, how it goes on the air, and what it costs."""

    text: str
    language: str
    encoding: str
    units: int
    segments: list[int]
    billable: int
    price_fen: float
    forces_ucs2: str
    unfiled: list[str]
    refusals: list[RefusalShape]

    @classmethod
    def of(cls, shown: Preview) -> Self:
        return cls.model_validate(asdict(shown))


@router.get("/v1/templates")
async def list_templates(edge: Reader) -> dict[str, Any]:
    """Every template, with the words that are live."""
    async with edge.reading() as tx:
        rows = await catalogue.shown_templates(tx, edge.actor.scopes("notify.templates.read"))
        return {"items": [TemplateShape.of(row) for row in rows], "next": None, "as_of": tx.now}


@router.post("/v1/templates", response_model=VersionMoved, status_code=201)
async def create_template(body: NewTemplate, edge: Writer) -> Response:
    """A new template with the draft of its first version."""
    return await edge.command(lambda tx: templates.create(body.template(), tx), VersionMoved.of, 201)


@router.get("/v1/templates/{template_id}/versions")
async def list_versions(template_id: UUID, edge: Reader) -> dict[str, Any]:
    """Every version of a template, newest first."""
    async with edge.reading() as tx:
        rows = await catalogue.shown_versions(tx, edge.actor.scopes("notify.templates.read"), template_id)
        return {"items": [VersionShape.of(row) for row in rows], "next": None, "as_of": tx.now}


@router.post("/v1/templates/{template_id}/versions", response_model=VersionMoved, status_code=201)
async def draft_version(template_id: UUID, body: WordsBody, edge: Writer) -> Response:
    """The draft of the next version."""
    words = Words(body.bodies, body.subjects)
    return await edge.command(lambda tx: templates.draft(template_id, words, tx), VersionMoved.of, 201)


@router.put("/v1/templates/{template_id}/versions/{version}", response_model=VersionMoved)
async def edit_version(template_id: UUID, version: int, body: WordsBody, edge: Mover) -> Response:
    """Other words for a draft."""
    which, words = Which(template_id, version, edge.expected), Words(body.bodies, body.subjects)
    return await edge.command(lambda tx: templates.edit(which, words, tx), VersionMoved.of)


@router.post("/v1/templates/{template_id}/versions/{version}:preview", response_model=PreviewShape)
async def preview_version(template_id: UUID, version: int, body: PreviewBody, edge: Previewer) -> PreviewShape:
    """What a version would look like with these values; nothing is sent."""
    which = Which(template_id, version)
    async with edge.reading() as tx:
        return PreviewShape.of(await templates.preview(which, body.values, body.language, body.mainland, tx))


@router.post("/v1/templates/{template_id}/versions/{version}:submit", response_model=VersionMoved)
async def submit_version(template_id: UUID, version: int, body: Nothing, edge: Mover) -> Response:
    """Ask for approval; from here on its words stay as they are."""
    which = Which(template_id, version, edge.expected)
    return await edge.command(lambda tx: templates.submit(which, tx), VersionMoved.of)


@router.post("/v1/templates/{template_id}/versions/{version}:approve", response_model=VersionMoved)
async def approve_version(template_id: UUID, version: int, body: Nothing, edge: Approver) -> Response:
    """Say yes to another person's words."""
    which = Which(template_id, version, edge.expected)
    return await edge.command(lambda tx: templates.approve(which, tx), VersionMoved.of)


@router.post("/v1/templates/{template_id}/versions/{version}:reject", response_model=VersionMoved)
async def reject_version(template_id: UUID, version: int, body: Note, edge: Approver) -> Response:
    """Send another person's words back to her."""
    which = Which(template_id, version, edge.expected)
    return await edge.command(lambda tx: templates.reject(which, body.note, tx), VersionMoved.of)


@router.post("/v1/templates/{template_id}/versions/{version}:go-live", response_model=VersionMoved)
async def go_live(template_id: UUID, version: int, body: Nothing, edge: Mover) -> Response:
    """From now on send this version."""
    which = Which(template_id, version, edge.expected)
    return await edge.command(lambda tx: templates.go_live(which, tx), VersionMoved.of)


@router.post("/v1/templates/{template_id}/versions/{version}:retire", response_model=VersionMoved)
async def retire_version(template_id: UUID, version: int, body: Nothing, edge: Mover) -> Response:
    """Send this text no more."""
    which = Which(template_id, version, edge.expected)
    return await edge.command(lambda tx: templates.retire(which, tx), VersionMoved.of)


@router.post("/v1/templates/{template_id}/versions/{version}:test-send", response_model=Moved, status_code=201)
async def test_send(template_id: UUID, version: int, body: TestBody, edge: Tester) -> Response:
    """One text of this version to oneself."""
    which = Which(template_id, version)
    return await edge.command(lambda tx: templates.test_send(which, body.values, body.community_id, tx), Moved.of, 201)
