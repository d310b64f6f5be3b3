"""`POST /v2/notifications/…`: a client's message is taken in one short transaction, and refused in Notify's words."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from chassis.edge import Edge
from chassis.transaction import Transaction
from services.notify.api.govuk.auth import Client, key_of
from services.notify.api.govuk.bodies import Asked, read_email, read_json, read_sms
from services.notify.api.govuk.errors import NotifyRoute, bad_request
from services.notify.domain.api_key import ApiKey, KeyType
from services.notify.domain.sanitising import sanitised
from services.notify.domain.template import Template
from services.notify.handlers import notifications
from services.notify.handlers.notifications import Send, Taken
from services.notify.settings import settings_of
from services.notify.store import api_keys
from services.notify.store.catalogue import Catalogue

router = APIRouter(route_class=NotifyRoute)


class Answer(BaseModel):
    """What a client gets for a message that was taken."""

    id: UUID
    reference: str | None
    content: dict[str, Any]
    uri: str
    template: dict[str, Any]
    scheduled_for: str | None
    sanitised_content: dict[str, str] | None = None


class TextAnswer(BaseModel):
    """The same, of a text."""

    id: UUID
    reference: str | None
    content: dict[str, Any]
    uri: str
    template: dict[str, Any]
    scheduled_for: str | None


@router.post("/v2/notifications/sms", response_model=TextAnswer, status_code=201)
async def send_sms(request: Request, edge: Client) -> Response:
    """Send a text."""
    body, key = await read_json(request), key_of(edge)
    number = settings_of(edge.running).sender_base_number

    async def take(tx: Transaction) -> tuple[Taken, Asked]:
        asked = read_sms(body, tx.now)
        if asked.sender_id is not None:
            raise _no_such("sms_sender_id", asked.sender_id, key)
        return await _take(asked, "sms", asked.personalisation, key, tx), asked

    def answer(taken: tuple[Taken, Asked]) -> TextAnswer:
        content = {"body": taken[0].rendered.text, "from_number": number}
        return TextAnswer(**_answer(edge, *taken, content))

    return await edge.command(take, answer, 201)


@router.post("/v2/notifications/email", response_model=Answer, status_code=201)
async def send_email(request: Request, edge: Client) -> Response:
    """Send a mail. With `sanitise_content_for` the named values lose links and Markdown before they are put in."""
    body, key = await read_json(request), key_of(edge)

    async def take(tx: Transaction) -> tuple[Taken, Asked]:
        asked = read_email(body, tx.now)
        if asked.sender_id is not None:
            raise _no_such("email_reply_to_id", asked.sender_id, key)
        personalisation = dict(asked.personalisation) | sanitised(asked.personalisation, asked.sanitise)
        return await _take(asked, "email", personalisation, key, tx), asked

    def answer(taken: tuple[Taken, Asked]) -> Answer:
        sent, asked = taken
        sender = settings_of(edge.running).mail_from
        content = {"from_email": sender, "body": sent.rendered.body, "subject": sent.subject}
        clean = sanitised(asked.personalisation, asked.sanitise) if asked.sanitise else None
        return Answer(**_answer(edge, sent, asked, content), sanitised_content=clean)

    return await edge.command(take, answer, 201)


@router.post("/v2/notifications/letter")
async def send_letter(edge: Client) -> Response:
    """We have no letters."""
    raise bad_request("Service is not allowed to send letters")


async def _take(asked: Asked, channel: str, personalisation: Mapping[str, Any], key: ApiKey, tx: Transaction) -> Taken:
    template = await _template(asked.template_id, channel, key, tx)
    if key.type is KeyType.TEAM:
        recipient_key = tx.service.sealing.index(asked.address)
        if not await api_keys.is_guest(tx, key.community_id, recipient_key):
            raise bad_request("Can’t send to this recipient using a team-only API key")
    send = Send(
        template=template,
        values=personalisation,
        community_id=key.community_id,
        address=asked.address,
        scheduled_for=asked.scheduled_for,
        reference=asked.reference,
        unsubscribe_url=asked.unsubscribe_url,
        key=key,
    )
    return await notifications.send(send, tx)


async def _template(template_id: UUID, channel: str, key: ApiKey, tx: Transaction) -> Template:
    live = (await Catalogue.of(tx)).live.values()
    template = next((t for t in live if t.id == template_id and theirs(t, key)), None)
    if template is None:
        raise bad_request("Template not found")
    if template.channel != channel:
        raise bad_request(f"{template.channel} template is not suitable for {channel} notification")
    return template


def theirs(template: Template, key: ApiKey) -> bool:
    """A template of all, or of the key's own organisation; not our own automatic answers, nor what is confidential."""
    ours = template.message_class == "auto" or template.confidential
    return not ours and template.organization_id in (None, key.community_id)


def _no_such(field: str, given: UUID, key: ApiKey) -> Exception:
    """Every organisation sends from the one address of ours, which has no id of its own."""
    return bad_request(f"{field} {given} does not exist in database for service id {key.community_id}")


def _answer(edge: Edge, taken: Taken, asked: Asked, content: dict[str, Any]) -> dict[str, Any]:
    base, message, template = str(edge.request.base_url).rstrip("/"), taken.message, taken.template
    return {
        "id": message.id,
        "reference": message.reference or None,
        "content": content,
        "uri": f"{base}/v2/notifications/{message.id}",
        "template": {
            "id": template.id,
            "version": template.version,
            "uri": f"{base}/v2/template/{template.id}/version/{template.version}",
        },
        "scheduled_for": asked.scheduled_for.isoformat() if asked.scheduled_for else None,
    }
