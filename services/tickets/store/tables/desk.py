"""What a desk keeps at hand: named lists of commands, and ready words."""

from sqlalchemy import Column, Index, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import INTERNAL
from services.tickets.store.tables.base import key, metadata, moment, ref

macros = Table(
    "macros",
    metadata,
    key(),
    ref("community_id", nullable=False),
    Column("name", Text, nullable=False, info=INTERNAL),
    Column("commands", JSONB, nullable=False, info=INTERNAL),
    ref("made_by"),
    moment("made_at", nullable=False),
    moment("retired_at"),
)
Index("macros_community", macros.c.community_id)

canned_replies = Table(
    "canned_replies",
    metadata,
    key(),
    ref("community_id", nullable=False),
    Column("name", Text, nullable=False, info=INTERNAL),
    Column("text", Text, nullable=False, info=INTERNAL),
    ref("made_by"),
    moment("made_at", nullable=False),
    moment("retired_at"),
)
Index("canned_replies_community", canned_replies.c.community_id)
