"""Photographs and documents of a case: brought in, let out to neighbours, taken away, and shown."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from console.ask import attachments
from console.ask.client import Problem
from console.pages import ticket
from console.posted import PostedForm, refused_here, tried
from console.screen import OperatorScreen
from console.uploaded import UploadedForm
from console.views import Trouble

router = APIRouter()
VERBS = ("release", "withhold", "remove")
PASSED_ON = ("content-type", "content-disposition")


@router.post("/tickets/{ticket_id}/attachments")
async def add(screen: OperatorScreen, ticket_id: UUID, sent: UploadedForm) -> Response:
    form, address = sent.form, sent.form.values.get("_list")
    if not sent.content:
        trouble = refused_here(form, 422, ("file", screen.language.word("problem", "required")))
        return await ticket.page(screen, ticket_id, move="attach", key=form.key, trouble=trouble, address=address)
    done = await tried(screen, form, lambda: attachments.upload(screen.asks, ticket_id, sent.content, key=form.key))
    if isinstance(done, Trouble):
        return await ticket.page(screen, ticket_id, move="attach", key=form.key, trouble=done, address=address)
    return screen.to(ticket.ticket_path(ticket_id, address), "done_attach")


@router.post("/tickets/{ticket_id}/attachments/{attachment_id}/{verb}")
async def change(screen: OperatorScreen, ticket_id: UUID, attachment_id: UUID, verb: str, form: PostedForm) -> Response:
    if verb not in VERBS:
        raise Problem("tickets", 404, "not_found")
    address, reason = form.values.get("_list"), form.text("reason")
    if verb == "remove" and not reason:
        trouble = refused_here(form, 422, (f"remove-{attachment_id}", screen.language.word("problem", "required")))
        return await ticket.page(screen, ticket_id, move="attach", key=form.key, trouble=trouble, address=address)
    done = await tried(screen, form, lambda: attachments.change(screen.asks, attachment_id, verb, reason, key=form.key))
    if isinstance(done, Trouble):
        return await ticket.page(screen, ticket_id, move="attach", key=form.key, trouble=done, address=address)
    return screen.to(ticket.ticket_path(ticket_id, address), f"done_{verb}")


@router.get("/files/{attachment_id}")
async def file(screen: OperatorScreen, attachment_id: UUID) -> Response:
    """The file as its owner keeps it, under the reader's own rights."""
    answer = await screen.asks.file("tickets", f"/v1/attachments/{attachment_id}")
    headers = {name: answer.headers[name] for name in PASSED_ON if name in answer.headers}
    return Response(answer.content, headers=headers | {"cache-control": "private, max-age=300"})
