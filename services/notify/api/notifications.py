"""Sending by hand: one text to one person or address; stopped, sent again, and explained check by check."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, model_validator

from chassis.edge import Body, Edge, permitted
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify import views
from services.notify.api.shapes import Moved
from services.notify.domain.explaining import explained
from services.notify.domain.mailbox import address_of, channel_of
from services.notify.domain.template import Template
from services.notify.handlers import notifications, opening, repeating
from services.notify.handlers.notifications import Send, Taken
from services.notify.store.catalogue import Catalogue

router = APIRouter()
Reader = Annotated[Edge, permitted("notify.notifications.read")]
Sender = Annotated[Edge, permitted("notify.messages.send", services_told="services_do_not_send")]
Revealer = Annotated[Edge, permitted("notify.messages.reveal", key=False)]
VALUES_MAX = 40
VALID_DAYS_MAX = 7
SCHEDULED_DAYS_MAX = 30


class NewNotification(Body):
    """What to send: a person or an address, a template by its name, and its values."""

    community_id: UUID
    person_id: UUID | None = None
    address: str | None = Field(default=None, max_length=254)
    template: str = Field(min_length=1, max_length=100)
    values: dict[Annotated[str, Field(max_length=100)], Any] = Field(default_factory=dict, max_length=VALUES_MAX)
    about: UUID | None = None
    scheduled_for: datetime | None = None
    valid_for: timedelta | None = Field(default=None, gt=timedelta(0), le=timedelta(days=VALID_DAYS_MAX))
    emergency_id: UUID | None = None

    @model_validator(mode="after")
    def _one_recipient(self) -> Self:
        if (self.person_id is None) == (self.address is None):
            raise ValueError("either a person_id or an address")
        return self


class Sent(BaseModel):
    """The notification that was taken, and its message."""

    id: UUID
    message_id: UUID
    state: str
    revision: int

    @classmethod
    def of(cls, taken: Taken) -> Self:
        message = taken.message
        return cls(
            id=message.notification_id, message_id=message.id, state=str(message.state), revision=message.revision
        )


class Nothing(Body):
    """A command that says everything by its name."""


class Why(Body):
    """Why somebody reads the words of a message."""

    reason: str = Field(min_length=1, max_length=500)


class RevealedShape(BaseModel):
    """The words of one message and, where we hold it, its address."""

    id: UUID
    text: str
    number: str | None


@router.post("/v1/notifications", response_model=Sent, status_code=201)
async def send_notification(body: NewNotification, edge: Sender) -> Response:
    """Send one text."""
    address = address_of(body.address) if body.address is not None else ""

    async def take(tx: Transaction) -> Taken:
        if body.scheduled_for and body.scheduled_for > tx.now + timedelta(days=SCHEDULED_DAYS_MAX):
            raise Refused("scheduled_too_far", status=422)
        template = await _template(body, address, tx)
        return await notifications.send_for_person(_command(body, address, template), tx)

    return await edge.command(take, Sent.of, 201)


def _command(body: NewNotification, address: str, template: Template) -> Send:
    return Send(
        template=template,
        values=body.values,
        community_id=body.community_id,
        person_id=body.person_id,
        address=address,
        about=body.about,
        scheduled_for=body.scheduled_for,
        valid_for=body.valid_for,
        emergency_id=body.emergency_id,
    )


async def _template(body: NewNotification, address: str, tx: Transaction) -> Template:
    template = (await Catalogue.of(tx)).live.get(body.template)
    if template is None or template.message_class == "auto":
        raise Refused("template_unknown", status=404)
    if template.confidential:
        raise Refused("confidential", status=403)
    if template.organization_id not in (None, body.community_id):
        raise Refused("template_unknown", status=404)
    if address and template.channel != channel_of(address):
        raise Refused("channel_differs", status=422)
    return template


@router.post("/v1/notifications/{notification_id}:cancel", response_model=Moved)
async def cancel_notification(notification_id: UUID, body: Nothing, edge: Sender) -> Response:
    """What has not left yet does not leave."""
    return await edge.command(lambda tx: repeating.cancel(notification_id, tx), Moved.of)


@router.post("/v1/notifications/{notification_id}:resend", response_model=Moved, status_code=201)
async def resend_notification(notification_id: UUID, body: Nothing, edge: Sender) -> Response:
    """Send it once more, as a new message that names the one it repeats."""
    return await edge.command(lambda tx: repeating.resend(notification_id, tx), Moved.of, 201)


@router.get("/v1/notifications/{notification_id}/explain")
async def explain_notification(notification_id: UUID, edge: Reader) -> dict[str, Any]:
    """Each check of each decision with what it saw, in words."""
    async with edge.reading() as tx:
        found = await views.notification(tx, edge.actor.scopes("notify.notifications.read"), notification_id)
    sent = sorted(found["messages"], key=lambda m: m["id"])
    return {
        "id": found["id"],
        "first": [explained(step) for step in found["trace"]],
        "messages": [
            {
                "id": message["id"],
                "channel": message["channel"],
                "state": message["state"],
                "reason": message["reason"],
                "resends": message["resends"],
                "checks": [explained(step) for step in message["trace"]],
            }
            for message in sent
        ],
    }


@router.post("/v1/messages/{message_id}:reveal", response_model=RevealedShape)
async def reveal_message(message_id: UUID, body: Why, edge: Revealer) -> Response:
    """The words of one message; who read them and why is on record before they are answered."""

    def shown(revealed: opening.Revealed) -> RevealedShape:
        return RevealedShape(id=revealed.id, text=revealed.text, number=revealed.number)

    return await edge.command(lambda tx: opening.reveal(message_id, body.reason, tx), shown)
