"""From persons and challenges to contacts, for notify at send time."""

from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, model_validator

from chassis.edge import Body, Edge, service_only
from chassis.transaction import Transaction
from services.members.handlers.identity import resolution as handlers
from services.members.views.labels import Label, labels_of

router = APIRouter(prefix="/internal", tags=["internal"])


class ItemBody(Body):
    person_id: UUID | None = None
    challenge_id: UUID | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.person_id is None) == (self.challenge_id is None):
            raise ValueError("an item is a person or a challenge")
        return self


class ResolveBody(Body):
    purpose: str = Field(min_length=1, max_length=100)
    about: UUID | None = None
    items: list[ItemBody] = Field(max_length=1_000)
    labels: list[UUID] = Field(default_factory=list, max_length=1_000)


class ResolvedShown(BaseModel):
    person_id: UUID | None
    challenge_id: UUID | None = None
    status: handlers.Status
    why: str | None = None
    channel: str | None = None
    contact_point_id: UUID | None = None
    address: str | None = None
    language: str | None = None
    salutation: str | None = None
    code: str | None = None

    @classmethod
    def of(cls, one: handlers.Resolved) -> Self:
        ok = one.status is handlers.Status.OK
        return cls(
            person_id=one.person_id,
            challenge_id=one.challenge_id,
            status=one.status,
            why=one.why,
            channel=one.channel,
            contact_point_id=one.point.id if one.point else None,
            address=one.point.value if one.point else None,
            language=one.person.languages[0] if one.person else None,
            salutation=one.person.name if one.person and ok else None,
            code=one.code,
        )


class LabelShown(BaseModel):
    role: str
    label: str


class ResolvedMany(BaseModel):
    items: list[ResolvedShown]
    labels: dict[UUID, LabelShown]

    @classmethod
    def of(cls, answer: tuple[Sequence[handlers.Resolved], dict[UUID, Label]]) -> Self:
        items, labels = answer
        return cls(
            items=[ResolvedShown.of(one) for one in items],
            labels={id: LabelShown(role=one.role, label=one.words) for id, one in labels.items()},
        )


@router.post("/contacts:resolve", response_model=ResolvedMany)
async def resolve(body: ResolveBody, edge: Annotated[Edge, service_only("notify")]) -> Response:
    command = handlers.Resolve(
        purpose=body.purpose,
        about=body.about,
        person_ids=tuple(item.person_id for item in body.items if item.person_id),
        challenge_ids=tuple(item.challenge_id for item in body.items if item.challenge_id),
    )

    async def run(tx: Transaction) -> tuple[Sequence[handlers.Resolved], dict[UUID, Label]]:
        return await handlers.resolve(command, tx), await labels_of(tx, body.labels)

    return await edge.command(run, ResolvedMany.of)
