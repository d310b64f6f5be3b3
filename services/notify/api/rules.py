"""Rules: who is told what. A new version is a row, tried on a past event before it is put in effect."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, model_validator

from chassis.edge import Body, Edge, permitted
from services.notify.api.shapes import Moved, Shape
from services.notify.api.templates import Nothing
from services.notify.handlers import rules
from services.notify.handlers.rules import Past, Which, Would
from services.notify.store import catalogue

router = APIRouter()
Reader = Annotated[Edge, permitted("notify.rules.read")]
Trier = Annotated[Edge, permitted("notify.rules.read", key=False)]
Writer = Annotated[Edge, permitted("notify.rules.write")]
Switcher = Annotated[Edge, permitted("notify.rules.write", if_match=True)]


class RuleBody(Body):
    """A rule as a plain row: the fields of a seeded rule."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)
    event: str = Field(max_length=100)
    when: list[tuple[str, str, Any]] = Field(default_factory=list, max_length=10)
    audience: str = Field(max_length=100)
    fallback: str | None = Field(None, max_length=100)
    template: str = Field(max_length=64)
    priority: int = Field(2, ge=0, le=3)
    about: str = Field("", max_length=64)
    channels: list[dict[str, str]] = Field(default_factory=lambda: [{"channel": "sms"}], max_length=5)
    question: dict[str, Any] | None = None
    once_per_prompt: bool = False
    on_unknown: str = Field("", max_length=16)
    withdraw_on: list[str] = Field(default_factory=list, max_length=20)


class EventBody(Body):
    """A past event: by its id where somebody was told of it, or described by its type and data."""

    event_id: UUID | None = None
    type: str | None = Field(None, max_length=100)
    data: dict[str, Any] | None = None
    community_id: UUID | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.event_id is None) == (self.type is None or self.data is None):
            raise ValueError("either event_id, or type with data")
        return self

    def event(self) -> UUID | Past:
        if self.event_id is not None:
            return self.event_id
        return Past(str(self.type), self.data or {}, self.community_id)


class RuleShape(Shape):
    """One version of a rule."""

    id: UUID
    name: str
    version: int
    event: str
    enabled: bool
    body: dict[str, Any]
    author: UUID | None
    created_at: datetime
    revision: int


class WouldShape(BaseModel):
    """One text that would go out, or why not; what is asked for only at the sending stands as it is written."""

    rule: str
    template: str
    version: int
    channels: list[str]
    person_id: UUID | None
    challenge_id: UUID | None
    verdict: str
    reason: str
    until: datetime | None
    text: str

    @classmethod
    def of(cls, would: Would) -> Self:
        return cls(
            rule=would.rule.name,
            template=would.template.name,
            version=would.template.version,
            channels=[step.channel for step in would.rule.channels],
            person_id=would.person_id,
            challenge_id=would.challenge_id,
            verdict=str(would.decision.verdict),
            reason=would.decision.reason,
            until=would.decision.until,
            text=would.text,
        )


@router.get("/v1/rules")
async def list_rules(edge: Reader) -> dict[str, Any]:
    """Every version of every rule: whom an event is told to."""
    async with edge.reading() as tx:
        rows = await catalogue.shown_rules(tx)
        return {"items": [RuleShape.of(row) for row in rows], "next": None, "as_of": tx.now}


@router.post("/v1/rules", response_model=Moved, status_code=201)
async def write_rule(body: RuleBody, edge: Writer) -> Response:
    """A rule, or the next version of one; not in effect until it is enabled."""
    return await edge.command(lambda tx: rules.create(body.model_dump(mode="json"), tx), Moved.of, 201)


@router.post("/v1/rules/{rule_id}:dry-run")
async def try_rule(rule_id: UUID, body: EventBody, edge: Trier) -> dict[str, Any]:
    """What this version would send for a past event, and to whom; nothing is sent."""
    async with edge.reading() as tx:
        would = await rules.dry_run(rule_id, body.event(), tx)
        return {"items": [WouldShape.of(one) for one in would], "next": None, "as_of": tx.now}


@router.post("/v1/rules/{rule_id}:enable", response_model=Moved)
async def enable_rule(rule_id: UUID, body: Nothing, edge: Switcher) -> Response:
    """Put this version in effect in place of any other of its name."""
    which = Which(rule_id, edge.expected)
    return await edge.command(lambda tx: rules.switch(which, tx, on=True), Moved.of)


@router.post("/v1/rules/{rule_id}:disable", response_model=Moved)
async def disable_rule(rule_id: UUID, body: Nothing, edge: Switcher) -> Response:
    """Tell nobody by this rule any more."""
    which = Which(rule_id, edge.expected)
    return await edge.command(lambda tx: rules.switch(which, tx, on=False), Moved.of)
