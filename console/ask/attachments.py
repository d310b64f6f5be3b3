"""Photographs and documents of a case. The files themselves stay with tickets and pass through."""

from datetime import datetime
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Answer, Shape, shaped
from console.ask.tickets import SERVICE


class Attachment(Shape):
    id: UUID
    media_type: str
    bytes: int
    by_staff: bool = False
    released: bool = False
    round: int | None = None
    uploaded_at: datetime

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


class Attachments(Shape):
    items: tuple[Attachment, ...]


async def of_ticket(asks: Asks, ticket_id: UUID) -> Attachments:
    return shaped(Attachments, await asks.read(SERVICE, f"/v1/tickets/{ticket_id}/attachments"), SERVICE)


async def upload(asks: Asks, ticket_id: UUID, content: bytes, *, key: str) -> Answer:
    """The file, then its place in the case: both under keys of the one form, so that pressing again is safe."""
    kept = shaped(Attachment, await asks.send(SERVICE, "/v1/attachments", content, key=key), SERVICE)
    body = {"attachment_ids": [str(kept.id)]}
    return await asks.command(SERVICE, f"/v1/tickets/{ticket_id}/attachments", body, key=f"{key}-attach")


async def change(asks: Asks, attachment_id: UUID, verb: str, reason: str, *, key: str) -> Answer:
    """Release, withhold or remove; only a removal takes a reason."""
    body = {"reason": reason} if verb == "remove" else {}
    return await asks.command(SERVICE, f"/v1/attachments/{attachment_id}:{verb}", body, key=key)
