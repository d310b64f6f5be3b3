"""Open311 GeoReport v2: what a category, a ticket and a change are in that language. One mapping, whatever the format.

Source: GeoReport v2 and the bulk layout of wiki.open311.org; updates as mySociety extended it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from services.tickets.domain import mask, sentence
from services.tickets.domain.category import Category
from services.tickets.domain.question import Question
from services.tickets.domain.state import STATE_TYPES, State, StateType

NEVER_PUBLIC = frozenset({"rights", "counselling", "hardship"})
NEVER_PUBLIC_KINDS = frozenset({"report"})
STATUSES: Mapping[StateType, str] = {
    StateType.OPEN: "open",
    StateType.PAUSED: "open",
    StateType.AWAITING: "closed",
    StateType.CLOSED: "closed",
}
AWAITING_NOTE = "等居民确认"
ROUGH_DECIMALS = 3
CHANNEL = "open311"
BULK = (
    "service_request_id",
    "requested_datetime",
    "updated_datetime",
    "closed_date",
    "status_description",
    "status_notes",
    "source",
    "service_name",
    "service_subtype",
    "description",
    "agency_responsible",
    "address",
    "lat",
    "long",
)  # fmt: skip

# What a list's members are called where a format names them one by one.
SINGULAR: Mapping[str, str] = {
    "discovery": "discovery",
    "endpoints": "endpoint",
    "formats": "format",
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "notes": "note",
    "photos": "photo",
    "service_request_updates": "request_update",
    "errors": "error",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a ticket's state, as anybody may know it."""

    number: str
    seq: int
    state: State
    outcome: str | None
    group_name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTicket:
    """Exactly what leaves: no reporter, no handler, no note, no place finer than a building."""

    number: str
    state: State
    outcome: str | None
    category: str
    category_label: str
    channel: str
    words: str
    group_name: str
    requested_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    expected_at: datetime | None
    address: str
    address_id: str | None
    lat: float | None
    long: float | None
    photos: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


def is_public(category: Category) -> bool:
    """Whether its tickets may be seen by everybody."""
    return category.public and category.code not in NEVER_PUBLIC


def is_offered(category: Category) -> bool:
    """Whether one can file under it here."""
    return is_public(category) and category.visible


def service(category: Category) -> dict[str, Any]:
    return {
        "service_code": category.code,
        "service_name": category.label,
        "description": category.label_en or None,
        "metadata": bool(category.questions),
        "type": "realtime",
        "keywords": ",".join(category.keywords) or None,
        "group": category.parent or category.class_code,
    }


def definition(category: Category) -> dict[str, Any]:
    return {"service_code": category.code, "attributes": [_attribute(question) for question in category.questions]}


def _attribute(question: Question) -> dict[str, Any]:
    return {
        "variable": True,
        "code": question.code,
        "datatype": question.datatype.value,
        "required": question.required,
        "datatype_description": None,
        "order": question.order,
        "description": question.label,
        "values": [{"key": key, "name": name} for key, name in question.values],
    }


def status(state: State) -> str:
    return STATUSES[STATE_TYPES[state]]


def words_of(state: State, group_name: str, outcome: str | None, zone: tzinfo) -> str:
    """Where it stands, in the sentence that residents read."""
    if STATE_TYPES[state] is StateType.AWAITING:
        return AWAITING_NOTE
    return sentence.plain(state, group=group_name, outcome=outcome, due_at=None, zone=zone, urgent=False)


def request(ticket: PublicTicket, zone: tzinfo, *, extensions: bool = False) -> dict[str, Any]:
    plain = {
        "service_request_id": ticket.number,
        "status": status(ticket.state),
        "status_notes": words_of(ticket.state, ticket.group_name, ticket.outcome, zone),
        "service_name": ticket.category_label,
        "service_code": ticket.category,
        "description": ticket.words or None,
        "agency_responsible": ticket.group_name or None,
        "service_notice": None,
        "requested_datetime": moment(ticket.requested_at, zone),
        "updated_datetime": moment(ticket.closed_at or ticket.updated_at, zone),
        "expected_datetime": moment(ticket.expected_at, zone),
        "address": ticket.address or None,
        "address_id": ticket.address_id,
        "zipcode": None,
        "lat": ticket.lat,
        "long": ticket.long,
        "media_url": ticket.photos[0] if ticket.photos else None,
    }
    return plain | (_extended(ticket, zone) if extensions else {})


def _extended(ticket: PublicTicket, zone: tzinfo) -> dict[str, Any]:
    notes = [
        {"datetime": moment(change.at, zone), "description": _said(change, zone), "type": change.state.value}
        for change in ticket.changes
    ]
    return {"notes": notes, "extended_attributes": {"channel": ticket.channel, "photos": list(ticket.photos)}}


def update(change: Change, zone: tzinfo) -> dict[str, Any]:
    return {
        "update_id": f"{change.number}-{change.seq}",
        "service_request_id": change.number,
        "status": status(change.state),
        "updated_datetime": moment(change.at, zone),
        "description": _said(change, zone),
        "media_url": None,
    }


def _said(change: Change, zone: tzinfo) -> str:
    return words_of(change.state, change.group_name, change.outcome, zone)


def bulk_row(ticket: PublicTicket, zone: tzinfo) -> list[str]:
    known = request(ticket, zone) | {
        "closed_date": moment(ticket.closed_at, zone),
        "status_description": status(ticket.state),
        "source": ticket.channel,
        "service_subtype": None,
    }
    return ["" if known[name] is None else str(known[name]) for name in BULK]


def rough(value: float | None) -> float | None:
    """About a hundred metres: where no building is known, no nearer."""
    return None if value is None else round(value, ROUGH_DECIMALS)


def moment(at: datetime | None, zone: tzinfo) -> str | None:
    return None if at is None else at.astimezone(zone).isoformat(timespec="seconds")


def shown_words(*, filed_here: bool, description: str, public_summary: str) -> str:
    """The operator's summary, else the words that came through this door, masked; the words of other doors never."""
    if public_summary:
        return mask.masked(public_summary)
    return mask.masked(description) if filed_here else ""
