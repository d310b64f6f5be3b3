"""Documents: evidence and slips, as raw bytes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from chassis.edge import Edge, permitted
from services.funds.api.answers import Answer
from services.funds.api.applications import ReasonBody
from services.funds.domain.document import Document
from services.funds.handlers.documents import KeepDocument, cleaned, keep_document
from services.funds.handlers.reveals import Reveal, reveal_document

router = APIRouter()


class DocumentAnswer(Answer):
    id: UUID
    sha256: str
    media_type: str
    size: int

    @classmethod
    def of(cls, kept: tuple[UUID, Document]) -> "DocumentAnswer":
        id, document = kept
        return cls(id=id, sha256=document.sha256, media_type=document.media_type, size=len(document.content))


@router.post("/v1/documents", response_model=DocumentAnswer, status_code=201)
async def post_document(
    fund: UUID,
    request: Request,
    edge: Annotated[Edge, permitted("funds.document")],
    x_content_sha256: Annotated[str | None, Header()] = None,
) -> Response:
    document = await cleaned(await request.body(), stated_sha256=x_content_sha256)
    command = KeepDocument(fund_id=fund, document=document)
    return await edge.command(lambda tx: keep_document(command, tx), DocumentAnswer.of, 201)


@router.post("/v1/documents/{document_id}:reveal")
async def post_reveal_document(
    document_id: UUID, body: ReasonBody, edge: Annotated[Edge, permitted("funds.read_private", key=False)]
) -> Response:
    """The file itself, after the read has been put on record."""
    found: list[Document] = []
    command = Reveal(id=document_id, reason=body.reason)
    async with edge.running.transaction(edge.actor) as tx:
        found.append(await reveal_document(command, tx))
    headers = {"Content-Disposition": "attachment", "Cache-Control": "no-store"}
    return Response(found[0].content, headers=headers, media_type=found[0].media_type)
