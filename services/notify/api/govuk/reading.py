"""What a client reads: its messages with their states in Notify's words, and the texts its organisation received."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter

from chassis.audit import record_read
from chassis.edge import Edge
from services.notify.api.govuk.auth import Client, key_of
from services.notify.api.govuk.bodies import a_uuid
from services.notify.api.govuk.errors import NotifyRoute, bad_request, invalid, nothing_found
from services.notify.domain.status import NAMES, status_of, written_time
from services.notify.handlers.opening import Words, received_words, words_of
from services.notify.store import requested
from services.notify.store.requested import Wanted

router = APIRouter(route_class=NotifyRoute)
TYPES: Final = ("sms", "email", "letter")
_PARAMETERS: Final = frozenset({"status", "template_type", "reference", "older_than", "include_jobs"})
_LETTER: Final = ("line_1", "line_2", "line_3", "line_4", "line_5", "line_6", "line_7", "postcode", "postage")


@router.get("/v2/notifications/{notification_id}")
async def get_notification(notification_id: str, edge: Client) -> dict[str, Any]:
    """One message."""
    wanted = parsed_uuid("notification_id", notification_id)
    async with edge.reading() as tx:
        message = await requested.load(tx, key_of(edge).community_id, wanted)
        if message is None:
            raise nothing_found()
        (words,) = await words_of([message], tx)
    return _shown(edge, words)


@router.get("/v2/notifications/{notification_id}/pdf")
async def get_pdf(notification_id: str, edge: Client) -> dict[str, Any]:
    """No message of ours is a letter."""
    await get_notification(notification_id, edge)
    raise bad_request("Notification is not a letter")


@router.get("/v2/notifications")
async def list_notifications(edge: Client) -> dict[str, Any]:
    """Messages of keys of the same type, newest first, 250 a page."""
    wanted = _wanted(edge)
    async with edge.reading() as tx:
        page = await words_of(await requested.page(tx, wanted), tx)
    shown = [_shown(edge, words) for words in page]
    return {"notifications": shown, "links": _links(edge, page[-1].message.id if page else None)}


@router.get("/v2/received-text-messages")
async def list_received(edge: Client) -> dict[str, Any]:
    """Texts that came from the organisation's places, newest first; each page read is on record."""
    key = key_of(edge)
    older_than = _parameter(edge, "older_than")
    async with edge.running.transaction(edge.actor) as tx:
        page = await received_words(tx, key.community_id, parsed_uuid("older_than", older_than) if older_than else None)
        await record_read(tx, action="received_listed", subject=key.id, fields=["text", "number"])
    items = [
        {
            "id": str(text.id),
            "service_id": str(key.community_id),
            "created_at": written_time(text.at),
            "notify_number": text.dest,
            "user_number": text.number.removeprefix("+"),
            "content": text.words,
        }
        for text in page
    ]
    return {"received_text_messages": items, "links": _links(edge, page[-1].id if page else None)}


def _wanted(edge: Edge) -> Wanted:
    given = edge.request.query_params
    faults = [
        f"Additional properties are not allowed ({name} was unexpected)" for name in given if name not in _PARAMETERS
    ]
    statuses, types = given.getlist("status"), given.getlist("template_type")
    faults += [f"status {status} is not one of [{', '.join(NAMES)}]" for status in statuses if status not in NAMES]
    faults += [f"template_type {one} is not one of [{', '.join(TYPES)}]" for one in types if one not in TYPES]
    if faults:
        raise invalid(*faults)
    older_than = _parameter(edge, "older_than")
    key = key_of(edge)
    return Wanted(
        community_id=key.community_id,
        type=key.type,
        statuses=statuses,
        channels=types,
        reference=_parameter(edge, "reference"),
        older_than=parsed_uuid("older_than", older_than) if older_than else None,
    )


def _parameter(edge: Edge, name: str) -> str | None:
    return edge.request.query_params.get(name)


def parsed_uuid(name: str, given: str) -> UUID:
    try:
        return a_uuid(given)
    except ValueError as error:
        raise invalid(f"{name} {error}") from error


def _links(edge: Edge, last: UUID | None) -> dict[str, str]:
    """`next` is there as long as a page holds anything."""
    here = edge.request.url
    links = {"current": str(here)}
    if last is not None:
        kept = [(name, value) for name, value in edge.request.query_params.multi_items() if name != "older_than"]
        links["next"] = str(here.replace(query=urlencode([*kept, ("older_than", str(last))])))
    return links


def _shown(edge: Edge, words: Words) -> dict[str, Any]:
    message, template = words.message, words.template
    base = str(edge.request.base_url).rstrip("/")
    template_id = str(template.id) if template else None
    is_mail = message.channel == "email"
    return {
        "id": str(message.id),
        "reference": message.reference or None,
        "email_address": words.address if is_mail else None,
        "phone_number": None if is_mail else words.address,
        **_nothing(_LETTER),
        "type": message.channel,
        "status": status_of(message),
        "template": {
            "id": template_id,
            "version": message.template_version,
            "uri": f"{base}/v2/template/{template_id}/version/{message.template_version}",
        },
        "body": words.body,
        "subject": words.subject if is_mail else None,
        "created_at": written_time(message.created_at),
        "created_by_name": None,
        "sent_at": written_time(message.submitted_at),
        "completed_at": written_time(message.closed_at),
        "scheduled_for": written_time(message.due_at) if message.due_at > message.created_at else None,
        "estimated_delivery": None,
        "one_click_unsubscribe_url": words.unsubscribe_url or None,
        "is_cost_data_ready": False,
        "cost_in_pounds": None,
        "cost_details": {} if is_mail else _cost(message.billable),
    }


def _cost(billable: int) -> dict[str, Any]:
    """We count what a carrier charges for; its price is the operator's contract."""
    return {"billable_sms_fragments": billable, "international_rate_multiplier": 1.0, "sms_rate": None}


def _nothing(names: Sequence[str]) -> dict[str, None]:
    return dict.fromkeys(names)
