"""Provider templates: what is on file where, for each language and combination of conditionals of a version."""

from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.notify.api.shapes import Moved
from services.notify.api.templates import Nothing, Reader, Writer
from services.notify.domain.filing import Filing, Move
from services.notify.handlers import filings
from services.notify.handlers.filings import File, ToFile

router = APIRouter()
Mover = Annotated[Edge, permitted("notify.templates.write", if_match=True)]
Name = Annotated[str, Field(min_length=1, max_length=100)]


class FileBody(Body):
    """What was filed: the provider's code and words; our names in the order of its variables."""

    provider: Name
    language: Name
    shown: list[Name] = Field(default_factory=list, max_length=3)
    code: Name
    text: str = Field(min_length=1, max_length=2_000)
    parameters: list[Name] = Field(default_factory=list, max_length=20)


class FilingShape(BaseModel):
    """One text on file at one provider."""

    id: UUID
    provider: str
    language: str
    shown: list[str]
    code: str
    text: str
    parameters: list[str]
    state: str
    revision: int

    @classmethod
    def of(cls, filed: Filing) -> Self:
        return cls(
            id=filed.id,
            provider=filed.provider,
            language=filed.language,
            shown=sorted(filed.shown),
            code=filed.code,
            text=filed.text,
            parameters=list(filed.parameters),
            state=str(filed.state),
            revision=filed.revision,
        )


class ToFileShape(BaseModel):
    """One text that nobody has filed yet, as this provider wants it."""

    provider: str
    language: str
    shown: list[str]
    text: str
    parameters: list[str]

    @classmethod
    def of(cls, wanted: ToFile) -> Self:
        return cls(
            provider=wanted.provider,
            language=wanted.language,
            shown=sorted(wanted.shown),
            text=wanted.text,
            parameters=list(wanted.parameters),
        )


@router.get("/v1/templates/{template_id}/versions/{version}/provider-templates")
async def list_provider_templates(template_id: UUID, version: int, edge: Reader) -> dict[str, Any]:
    """What is on file of a version, and what is still to be filed."""
    async with edge.reading() as tx:
        filed, wanted = await filings.listed(template_id, version, tx)
        shown = [FilingShape.of(one) for one in filed]
        return {"items": shown, "to_file": [ToFileShape.of(one) for one in wanted], "next": None, "as_of": tx.now}


@router.post("/v1/templates/{template_id}/versions/{version}/provider-templates", response_model=Moved, status_code=201)
async def file_provider_template(template_id: UUID, version: int, body: FileBody, edge: Writer) -> Response:
    """Put on record what was filed at a provider."""
    command = File(
        template_id=template_id,
        version=version,
        provider=body.provider,
        language=body.language,
        shown=frozenset(body.shown),
        code=body.code,
        text=body.text,
        parameters=tuple(body.parameters),
    )
    return await edge.command(lambda tx: filings.file(command, tx), Moved.of, 201)


@router.post("/v1/provider-templates/{filing_id}:approve", response_model=Moved)
async def approve_provider_template(filing_id: UUID, body: Nothing, edge: Mover) -> Response:
    """The provider has approved it."""
    return await edge.command(lambda tx: filings.answer(filing_id, Move.APPROVE, edge.expected, tx), Moved.of)


@router.post("/v1/provider-templates/{filing_id}:reject", response_model=Moved)
async def reject_provider_template(filing_id: UUID, body: Nothing, edge: Mover) -> Response:
    """The provider does not want it."""
    return await edge.command(lambda tx: filings.answer(filing_id, Move.REJECT, edge.expected, tx), Moved.of)


@router.post("/v1/provider-templates/{filing_id}:revoke", response_model=Moved)
async def revoke_provider_template(filing_id: UUID, body: Nothing, edge: Mover) -> Response:
    """The provider has taken its approval back."""
    return await edge.command(lambda tx: filings.answer(filing_id, Move.REVOKE, edge.expected, tx), Moved.of)
