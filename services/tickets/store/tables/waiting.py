"""What waits for an answer from elsewhere, and what is counted so that nobody tries for ever."""

from sqlalchemy import ARRAY, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, text

from chassis.database import INTERNAL, SENSITIVE
from services.tickets.store.tables.base import key, metadata, moment, ref

pending_contacts = Table(
    "pending_contacts",
    metadata,
    Column("ticket_id", Uuid, ForeignKey("tickets.id"), primary_key=True, info=INTERNAL),
    Column("phone_sealed", LargeBinary, nullable=False, info=SENSITIVE),
    Column("attempts", Integer, nullable=False, info=INTERNAL),
    moment("next_at", nullable=False),
    moment("made_at", nullable=False),
    moment("gave_up_at"),
)
Index("pending_contacts_due", pending_contacts.c.next_at)

received_texts = Table(
    "received_texts",
    metadata,
    key(),
    ref("person_id"),
    Column("hints", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("prompt_purpose", Text, info=INTERNAL),
    ref("community_id"),
    Column("confidential", Boolean, nullable=False, info=INTERNAL, server_default=text("false")),
    Column("attempts", Integer, nullable=False, info=INTERNAL),
    moment("next_at", nullable=False),
    moment("made_at", nullable=False),
    ref("taken_as"),
    moment("taken_at"),
)
Index("received_texts_due", received_texts.c.next_at, postgresql_where=text("taken_at IS NULL"))

tracking_tries = Table(
    "tracking_tries",
    metadata,
    Column("number", Text, primary_key=True, info=INTERNAL),
    Column("wrong", Integer, nullable=False, info=INTERNAL),
    moment("since", nullable=False),
)
