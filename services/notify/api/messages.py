"""Messages and notifications: what went out, what became of it, and what an operator may mend."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from chassis.edge import Body, Edge, permitted
from services.notify import views
from services.notify.api.shapes import (
    MessageDetail,
    MessageShape,
    Moved,
    NotificationDetail,
    NotificationShape,
    SubmissionShape,
    actions_of,
)
from services.notify.handlers import mending

router = APIRouter()
Reader = Annotated[Edge, permitted("notify.messages.read")]
Mender = Annotated[Edge, permitted("notify.messages.mend", if_match=True)]


class Nothing(Body):
    """A command that says everything by its name."""


@router.get("/v1/messages")
async def list_messages(
    edge: Reader,
    correlation: UUID | None = None,
    state: str | None = None,
    reason: str | None = None,
    provider: str | None = None,
    channel: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Messages, newest first."""
    filters = {
        "correlation": correlation,
        "state": state,
        "reason": reason,
        "provider": provider,
        "channel": channel,
    }
    page = edge.page(limit, cursor, filters)
    async with edge.reading() as tx:
        rows = await views.messages_page(tx, edge.actor.scopes("notify.messages.read"), filters, page.limit, page.after)
        shown = [MessageShape.of(row) for row in rows]
        return edge.listed(shown, page, key=lambda m: [m.created_at, m.id], as_of=tx.now)


@router.get("/v1/messages/{message_id}", response_model=MessageDetail)
async def get_message(message_id: UUID, edge: Reader, response: Response) -> MessageDetail:
    """One message with its submissions and delivery reports."""
    async with edge.reading() as tx:
        row = await views.message(tx, edge.actor.scopes("notify.messages.read"), message_id)
        calls = [SubmissionShape.of(call) for call in await views.submissions_of(tx, message_id)]
    response.headers["ETag"] = f'"{row["revision"]}"'
    return MessageDetail.of(
        row | {"submissions": calls, "actions": actions_of(row["state"], row["reason"], row["extra"])}
    )


@router.post("/v1/messages/{message_id}:retry", response_model=Moved)
async def retry_message(message_id: UUID, body: Nothing, edge: Mender) -> Response:
    """The cause is mended: send it."""
    command = mending.Mend(message_id=message_id, expected=edge.expected)
    return await edge.command(lambda tx: mending.retry(command, tx), Moved.of)


@router.post("/v1/messages/{message_id}:close", response_model=Moved)
async def close_message(message_id: UUID, body: Nothing, edge: Mender) -> Response:
    """It is not worth sending any more."""
    command = mending.Mend(message_id=message_id, expected=edge.expected)
    return await edge.command(lambda tx: mending.close(command, tx), Moved.of)


@router.get("/v1/notifications")
async def list_notifications(
    edge: Annotated[Edge, permitted("notify.notifications.read")],
    correlation: UUID | None = None,
    about: UUID | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Notifications, newest first."""
    filters = {"correlation": correlation, "about": about}
    page = edge.page(limit, cursor, filters)
    scopes = edge.actor.scopes("notify.notifications.read")
    async with edge.reading() as tx:
        rows = await views.notifications_page(tx, scopes, filters, page.limit, page.after)
        shown = [NotificationShape.of(row) for row in rows]
        return edge.listed(shown, page, key=lambda n: [n.created_at, n.id], as_of=tx.now)


@router.get("/v1/notifications/{notification_id}", response_model=NotificationDetail)
async def get_notification(
    notification_id: UUID, edge: Annotated[Edge, permitted("notify.notifications.read")]
) -> NotificationDetail:
    """One notification with the trace of its decision and its messages."""
    async with edge.reading() as tx:
        row = await views.notification(tx, edge.actor.scopes("notify.notifications.read"), notification_id)
    return NotificationDetail.of(row)
