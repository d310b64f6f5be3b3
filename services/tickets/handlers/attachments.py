"""Files are kept, attached to a case, released to everybody or taken away; what nobody attached is swept."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.refused import Refused
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain import attachment as rules
from services.tickets.domain.attachment import ORPHANED_AFTER, PDF, Attachment
from services.tickets.domain.permission import STAFF, TEXT_READERS, Who
from services.tickets.domain.ticket import Ticket
from services.tickets.handlers.pictures import Cleaned
from services.tickets.handlers.work import acting_person
from services.tickets.settings import TicketsSettings
from services.tickets.store import attachments, tickets
from services.tickets.store.blobs import Blobs
from services.tickets.views.rights import check, check_read, relations

ORPHAN_TIMER = "attachment_orphan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    attachment_id: UUID
    reason: str


def blobs(tx: Transaction) -> Blobs:
    return Blobs.of(TicketsSettings.of(tx.service.settings))


async def keep(cleaned: Cleaned, tx: Transaction, uploader_id: UUID | None = None) -> Attachment:
    """The bytes are on the disk before the row is committed. `uploader_id` where it is no person who acts."""
    by_staff = tx.actor.holds("attachments.upload_document")
    if cleaned.media_type == PDF and not by_staff:
        raise Refused("media_type_unsupported", status=415, accepted=list(rules.PHOTOS))
    sha256 = hashlib.sha256(cleaned.content).hexdigest()
    await attachments.lock(tx, sha256)
    await asyncio.to_thread(blobs(tx).put, sha256, cleaned.content)
    kept = Attachment(
        id=tx.new_id(),
        sha256=sha256,
        media_type=cleaned.media_type,
        bytes=len(cleaned.content),
        width=cleaned.width,
        height=cleaned.height,
        uploader_id=uploader_id or acting_person(tx),
        by_staff=by_staff,
        uploaded_at=tx.now,
    )
    await attachments.add(tx, kept)
    await tx.set_timer(ORPHAN_TIMER, str(kept.id), tx.now + ORPHANED_AFTER, {"sha256": sha256})
    return kept


async def attach(ticket: Ticket, ids: Sequence[UUID], tx: Transaction) -> list[Attachment]:
    """What she uploaded belongs to the case from now on."""
    if not ids:
        return []
    found = [await _own(attachment_id, tx) for attachment_id in dict.fromkeys(ids)]
    by_staff = bool(relations(tx.actor, ticket) & STAFF)
    on_ticket, of_residents = await attachments.counts(tx, ticket)
    rules.check_room(on_ticket=on_ticket, of_residents_in_round=of_residents, new=len(found), by_staff=by_staff)
    made = [
        replace(each, ticket_id=ticket.id, round=ticket.round, attached_at=tx.now, by_staff=by_staff) for each in found
    ]
    for each in made:
        await attachments.save(tx, each)
        await tx.cancel_timer(ORPHAN_TIMER, str(each.id))
    return made


async def attach_new(ticket: Ticket, pictures: Sequence[Cleaned], uploader_id: UUID, tx: Transaction) -> None:
    """What came together with the words of a new case, through a door without a person."""
    rules.check_room(on_ticket=0, of_residents_in_round=0, new=len(pictures), by_staff=False)
    for picture in pictures:
        kept = await keep(picture, tx, uploader_id)
        await attachments.save(tx, replace(kept, ticket_id=ticket.id, round=ticket.round, attached_at=tx.now))
        await tx.cancel_timer(ORPHAN_TIMER, str(kept.id))


async def attach_to(ticket_id: UUID, ids: Sequence[UUID], tx: Transaction) -> list[Attachment]:
    ticket = await tickets.load(tx, ticket_id)
    found = await check_read(tx, ticket)
    await check(tx, ticket, found & TEXT_READERS)
    return await attach(ticket, ids, tx)


async def release(attachment_id: UUID, shown: bool, tx: Transaction) -> Attachment:
    """Whether everybody may see it is the operator's to say."""
    attachment = await _on_ticket(attachment_id, {Who.OPERATOR}, tx)
    if attachment.media_type == PDF:
        raise Refused("only_pictures_are_released")
    released = replace(
        attachment, released_at=tx.now if shown else None, released_by=acting_person(tx) if shown else None
    )
    await attachments.save(tx, released)
    return released


async def remove(command: Remove, tx: Transaction) -> Attachment:
    """Taken away by the desk, with a reason; the bytes go unless another case has them."""
    attachment = await _on_ticket(command.attachment_id, {Who.OPERATOR, Who.SECRETARY}, tx)
    removed = replace(attachment, removed_at=tx.now, removed_by=acting_person(tx), reason=command.reason)
    await attachments.lock(tx, removed.sha256)
    await attachments.save(tx, replace(removed, released_at=None))
    await tx.set_timer(ORPHAN_TIMER, str(removed.id), tx.now, {"sha256": removed.sha256})
    return removed


async def sweep(timer: DueTimer, tx: Transaction) -> None:
    """What was never attached goes, and so do bytes that no row speaks of."""
    sha256 = timer.data["sha256"]
    attachment = await attachments.find(tx, UUID(timer.key), locked=True)
    if attachment is not None and attachment.ticket_id is None:
        await attachments.forget(tx, attachment.id)
    store = blobs(tx)
    abandoned = await asyncio.to_thread(lambda: list(store.older(sha256, ORPHANED_AFTER.total_seconds())))
    for name in sorted({sha256, *abandoned}):
        await attachments.lock(tx, name)
        if not await attachments.is_kept(tx, name):
            await asyncio.to_thread(store.delete, name)


async def _own(attachment_id: UUID, tx: Transaction) -> Attachment:
    attachment = await attachments.load(tx, attachment_id)
    if attachment.uploader_id != tx.actor.person_id:
        raise Refused("attachment_unknown", status=404)
    if attachment.ticket_id is not None:
        raise Refused("attached_already")
    return attachment


async def _on_ticket(attachment_id: UUID, whos: set[Who], tx: Transaction) -> Attachment:
    attachment = await attachments.load(tx, attachment_id)
    if attachment.ticket_id is None:
        raise Refused("attachment_unknown", status=404)
    ticket = await tickets.load(tx, attachment.ticket_id)
    await check(tx, ticket, relations(tx.actor, ticket) & frozenset(whos))
    return attachment
