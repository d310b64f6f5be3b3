"""What cases are found by. Sealed and confidential words never stand here."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import TSVECTOR

from chassis.database import INTERNAL, PERSONAL
from services.tickets.store.tables.base import metadata

search_words = Table(
    "search_words",
    metadata,
    Column("ticket_id", Uuid, ForeignKey("tickets.id"), primary_key=True, info=INTERNAL),
    Column("text", Text, nullable=False, info=PERSONAL),
    Column("words", TSVECTOR, nullable=False, info=PERSONAL),
)
Index("search_words_gin", search_words.c.words, postgresql_using="gin")
