"""Uploading and showing photographs and documents. A body is the file's bytes, nothing around them."""

import asyncio
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted, public, signed_in
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.api.moves import Nothing
from services.tickets.domain.attachment import Attachment
from services.tickets.domain.permission import TEXT_READERS
from services.tickets.handlers import attachments as keeping
from services.tickets.handlers.pictures import cleaned
from services.tickets.store import attachments
from services.tickets.views import detail
from services.tickets.views.rights import check

router = APIRouter(tags=["attachments"])
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}
_FILE = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class AttachmentModel(BaseModel):
    id: UUID
    sha256: str
    media_type: str
    bytes: int
    width: int | None
    height: int | None
    ticket_id: UUID | None
    round: int | None
    by_staff: bool
    released: bool
    uploaded_at: datetime

    @classmethod
    def of(cls, attachment: Attachment) -> Self:
        return cls(
            id=attachment.id,
            sha256=attachment.sha256,
            media_type=attachment.media_type,
            bytes=attachment.bytes,
            width=attachment.width,
            height=attachment.height,
            ticket_id=attachment.ticket_id,
            round=attachment.round,
            by_staff=attachment.by_staff,
            released=attachment.released_at is not None,
            uploaded_at=attachment.uploaded_at,
        )


class Attachments(BaseModel):
    items: list[AttachmentModel]

    @classmethod
    def of(cls, found: list[Attachment]) -> Self:
        return cls(items=[AttachmentModel.of(each) for each in found])


class AttachBody(Body):
    attachment_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=40)]


class RemoveBody(Body):
    reason: Annotated[str, Field(min_length=1, max_length=400)]


@router.post("/v1/attachments", response_model=AttachmentModel, status_code=201, openapi_extra=_FILE)
async def upload(edge: Annotated[Edge, permitted("attachments.upload")]) -> Response:
    picture = await cleaned(await edge.request.body())
    return await edge.command(lambda tx: keeping.keep(picture, tx), AttachmentModel.of, status=201)


@router.get("/v1/attachments/{attachment_id}", response_class=Response)
async def show(attachment_id: UUID, edge: Annotated[Edge, public()]) -> Response:
    async with edge.reading() as tx:
        attachment = await attachments.find(tx, attachment_id)
        if attachment is None or attachment.removed_at is not None:
            raise Refused("attachment_unknown", status=404)
        if attachment.released_at is None:
            await _check_may_see(attachment, tx)
        store = keeping.blobs(tx)
    content = await asyncio.to_thread(store.get, attachment.sha256)
    name = f"{attachment.id}.{ENDINGS[attachment.media_type]}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, max-age=300",
    }
    return Response(content, media_type=attachment.media_type, headers=headers)


async def _check_may_see(attachment: Attachment, tx: Transaction) -> None:
    """Who reads the case; before it is attached, only she who uploaded it."""
    if attachment.ticket_id is not None:
        ticket, found = await detail.read(tx, attachment.ticket_id)
        await check(tx, ticket, found & TEXT_READERS)
    elif tx.actor.person_id is None or attachment.uploader_id != tx.actor.person_id:
        raise Refused("attachment_unknown", status=404)


@router.get("/v1/tickets/{ticket_id}/attachments", response_model=Attachments)
async def of_ticket(ticket_id: UUID, edge: Annotated[Edge, signed_in()]) -> Attachments:
    async with edge.reading() as tx:
        ticket, found = await detail.read(tx, ticket_id)
        await check(tx, ticket, found & TEXT_READERS)
        return Attachments.of(await attachments.of_ticket(tx, ticket_id))


@router.post("/v1/tickets/{ticket_id}/attachments", response_model=Attachments)
async def attach(ticket_id: UUID, body: AttachBody, edge: Annotated[Edge, permitted("attachments.upload")]) -> Response:
    return await edge.command(lambda tx: keeping.attach_to(ticket_id, body.attachment_ids, tx), Attachments.of)


@router.post("/v1/attachments/{attachment_id}:release", response_model=AttachmentModel)
async def release(
    attachment_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("attachments.release")]
) -> Response:
    return await edge.command(lambda tx: keeping.release(attachment_id, True, tx), AttachmentModel.of)


@router.post("/v1/attachments/{attachment_id}:withhold", response_model=AttachmentModel)
async def withhold(
    attachment_id: UUID, body: Nothing, edge: Annotated[Edge, permitted("attachments.release")]
) -> Response:
    return await edge.command(lambda tx: keeping.release(attachment_id, False, tx), AttachmentModel.of)


@router.post("/v1/attachments/{attachment_id}:remove", response_model=AttachmentModel)
async def remove(
    attachment_id: UUID, body: RemoveBody, edge: Annotated[Edge, permitted("attachments.remove")]
) -> Response:
    command = keeping.Remove(attachment_id=attachment_id, reason=body.reason)
    return await edge.command(lambda tx: keeping.remove(command, tx), AttachmentModel.of)
