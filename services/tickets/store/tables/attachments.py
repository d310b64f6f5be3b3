"""Photographs and documents: what is known of them. Their bytes lie in the blob store."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, Uuid

from chassis.database import INTERNAL, PERSONAL
from services.tickets.store.tables.base import key, metadata, moment, ref

attachments = Table(
    "attachments",
    metadata,
    key(),
    Column("sha256", Text, nullable=False, info=INTERNAL),
    Column("media_type", Text, nullable=False, info=INTERNAL),
    Column("bytes", Integer, nullable=False, info=INTERNAL),
    Column("width", Integer, info=INTERNAL),
    Column("height", Integer, info=INTERNAL),
    ref("uploader_id"),
    Column("by_staff", Boolean, nullable=False, info=INTERNAL),
    moment("uploaded_at", nullable=False),
    Column("ticket_id", Uuid, ForeignKey("tickets.id"), info=INTERNAL),
    Column("round", Integer, info=INTERNAL),
    moment("attached_at"),
    moment("released_at"),
    ref("released_by"),
    moment("removed_at"),
    ref("removed_by"),
    Column("reason", Text, nullable=False, info=PERSONAL),
)
Index("attachments_ticket", attachments.c.ticket_id)
Index("attachments_content", attachments.c.sha256)
