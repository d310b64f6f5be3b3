"""The Open311 door: its keys, what came through it, and the tokens of what is not clear yet."""

from sqlalchemy import ARRAY, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid

from chassis.database import INTERNAL, SECRET
from services.tickets.store.tables.base import key, metadata, moment, ref

open311_keys = Table(
    "open311_keys",
    metadata,
    key(),
    ref("community_id", nullable=False),
    Column("label", Text, nullable=False, info=INTERNAL),
    Column("key_hash", LargeBinary, nullable=False, unique=True, info=SECRET),
    Column("rights", ARRAY(Text), nullable=False, info=INTERNAL),
    ref("person_id"),
    Column("per_minute", Integer, nullable=False, info=INTERNAL),
    Column("used", Integer, nullable=False, info=INTERNAL),
    moment("used_since", nullable=False),
    ref("made_by"),
    moment("made_at", nullable=False),
    moment("revoked_at"),
)

open311_filings = Table(
    "open311_filings",
    metadata,
    Column("key_id", Uuid, ForeignKey("open311_keys.id"), primary_key=True, info=INTERNAL),
    Column("body_hash", LargeBinary, primary_key=True, info=INTERNAL),
    Column("ticket_id", Uuid, ForeignKey("tickets.id"), info=INTERNAL),
    moment("at", nullable=False),
)
Index("open311_filings_ticket", open311_filings.c.ticket_id)

open311_updates = Table(
    "open311_updates",
    metadata,
    Column("key_id", Uuid, ForeignKey("open311_keys.id"), primary_key=True, info=INTERNAL),
    Column("update_id", Text, primary_key=True, info=INTERNAL),
    Column("ticket_id", Uuid, ForeignKey("tickets.id"), nullable=False, info=INTERNAL),
    Column("status", Text, nullable=False, info=INTERNAL),
    moment("at", nullable=False),
)
Index("open311_updates_ticket", open311_updates.c.ticket_id)
