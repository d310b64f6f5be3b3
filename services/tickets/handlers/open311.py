"""The second door to the same handlers: a request or an update that another system posts."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.open311 import CHANNEL
from services.tickets.domain.open311_form import Fault, Faults, Update
from services.tickets.domain.ticket import Ticket
from services.tickets.handlers.attachments import attach_new
from services.tickets.handlers.filing import FileTicket, file_ticket
from services.tickets.handlers.pictures import Cleaned
from services.tickets.handlers.work import ResolveTicket, resolve_ticket
from services.tickets.store import notes, open311, tickets
from services.tickets.store.open311 import ApiKey

RIGHTS = frozenset({"file", "update", "handle"})
DONE = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeKey:
    community_id: UUID
    label: str
    rights: frozenset[str]
    person_id: UUID | None
    per_minute: int


@dataclass(frozen=True, slots=True)
class KeyMade:
    """Told once: only its hash is kept."""

    key: ApiKey
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRequest:
    key: ApiKey
    body_hash: bytes
    filing: FileTicket
    media_url: str = ""
    attributes: Mapping[str, Sequence[str]]
    pictures: tuple[Cleaned, ...] = ()


async def make_key(command: MakeKey, tx: Transaction) -> KeyMade:
    if "handle" in command.rights and command.person_id is None:
        raise Refused("person_needed", status=422, errors=[{"pointer": "/person_id", "code": "required"}])
    place = next((each for each in await open311.jurisdictions(tx) if each.id == command.community_id), None)
    if place is None or not tx.actor.may("open311.keys", area_path=place.path):
        raise Refused("community_unknown", status=404)
    key = ApiKey(tx.new_id(), place.id, command.label, command.rights, command.person_id, command.per_minute, None)
    secret = secrets.token_urlsafe(32)
    await open311.add_key(tx, key, secret)
    await record_act(tx, action="open311.key_made", subject=key.id)
    return KeyMade(key, secret)


async def revoke_key(key_id: UUID, tx: Transaction) -> ApiKey:
    key = await open311.find_key(tx, key_id)
    places = {each.id: each.path for each in await open311.jurisdictions(tx)}
    if key is None or not tx.actor.may("open311.keys", area_path=places.get(key.community_id, ())):
        raise Refused("key_unknown", status=404)
    await open311.revoke(tx, key.id)
    await record_act(tx, action="open311.key_revoked", subject=key.id)
    return replace(key, revoked_at=key.revoked_at or tx.now)


async def file_request(command: FileRequest, tx: Transaction) -> Ticket:
    """The same words from the same key within ten minutes are the first request again."""
    await _count(command.key, tx)
    first = await open311.first_filing(tx, command.key.id, command.body_hash)
    if first is not None and (known := await tickets.find(tx, first)) is not None:
        return known
    made = (await file_ticket(replace(command.filing, channel=CHANNEL), tx)).ticket
    await open311.filed(tx, command.key.id, command.body_hash, made.id)
    await attach_new(made, command.pictures, command.key.id, tx)
    beside = _beside(command)
    if beside:
        await notes.add(tx, made, kind="note", text=beside, audience="internal")
    return made


def _beside(command: FileRequest) -> str:
    """What came with the words; an address of a picture is kept as text and never fetched."""
    lines = [f"{code}: {', '.join(given)}" for code, given in sorted(command.attributes.items())]
    return "\n".join([*lines, *([f"media_url: {command.media_url}"] if command.media_url else [])])[:4_000]


async def take_update(key: ApiKey, update: Update, tx: Transaction) -> None:
    """CLOSED from a handler's key resolves the ticket in that person's name; all else is kept as a claim."""
    await _count(key, tx)
    ticket = await tickets.by_number(tx, key.community_id, update.service_request_id)
    if ticket is None:
        raise Faults(Fault(404, "service_request_id was not found"))
    if not await open311.first_update(tx, key.id, update.update_id, ticket.id, update.status, update.at or tx.now):
        return
    told = "\n".join([f"{key.label}: {update.status}", update.description, *update.media_urls]).strip()
    await notes.add(tx, ticket, kind="note", text=told[:4_000], audience="internal")
    if resolves(key, update):
        await resolve_ticket(ResolveTicket(ticket_id=ticket.id, result=update.description), tx)


def resolves(key: ApiKey, update: Update) -> bool:
    return update.status == DONE and "handle" in key.rights and key.person_id is not None


async def _count(key: ApiKey, tx: Transaction) -> None:
    if not await open311.use(tx, key):
        raise Faults(Fault(429, "this key has called too often in this minute"), retry_after=60)
