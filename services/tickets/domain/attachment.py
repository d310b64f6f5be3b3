"""Photographs and documents on a case: how many, how large, of what kind. The kind is read from the bytes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.refused import Refused

BYTES_MAX = 10_000_000
PER_ROUND_OF_RESIDENTS = 9
PER_TICKET = 40
ORPHANED_AFTER = timedelta(hours=24)
PDF = "application/pdf"
PHOTOS = ("image/jpeg", "image/png", "image/webp")

# Where readers of other formats look for themselves: at the head, and for an archive at the end.
_HEAD, _TAIL = 4_096, 65_600
_ACTIVE = (b"<html", b"<script", b"<svg", b"<?php", b"<!doctype")
_ARCHIVE_END = b"pk\x05\x06"


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file. The same bytes are kept once, by their SHA-256, however often they are attached."""

    id: UUID
    sha256: str
    media_type: str
    bytes: int
    width: int | None
    height: int | None
    uploader_id: UUID | None
    by_staff: bool
    uploaded_at: datetime
    ticket_id: UUID | None = None
    round: int | None = None
    attached_at: datetime | None = None
    released_at: datetime | None = None
    released_by: UUID | None = None
    removed_at: datetime | None = None
    removed_by: UUID | None = None
    reason: str = ""


def media_type(content: bytes) -> str:
    """What the bytes are; refused when they are nothing we keep, or could be read as something else as well."""
    found = _by_signature(content)
    if found is None or _is_something_else_too(content, found):
        raise Refused("media_type_unsupported", status=415, accepted=[*PHOTOS, PDF])
    return found


def _by_signature(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return PDF if content.startswith(b"%PDF-") else None


def _is_something_else_too(content: bytes, found: str) -> bool:
    head, tail = content[:_HEAD].lower(), content[-_TAIL:].lower()
    active = any(sign in part for sign in _ACTIVE for part in (head, tail))
    document = found != PDF and b"%pdf-" in head
    return active or document or _ARCHIVE_END in tail


def check_room(*, on_ticket: int, of_residents_in_round: int, new: int, by_staff: bool) -> None:
    """Nine a round from residents, forty a ticket."""
    if on_ticket + new > PER_TICKET:
        raise Refused("too_many_attachments", status=422, most=PER_TICKET)
    if not by_staff and of_residents_in_round + new > PER_ROUND_OF_RESIDENTS:
        raise Refused("too_many_attachments", status=422, most=PER_ROUND_OF_RESIDENTS)
