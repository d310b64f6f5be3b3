"""The chronicle's two tables."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import INTERNAL

metadata = MetaData()

chronicle_head = Table(
    "chronicle_head",
    metadata,
    Column("one", Boolean, primary_key=True, info=INTERNAL),
    Column("epoch", Text, nullable=False, info=INTERNAL),
    Column("seq", BigInteger, nullable=False, info=INTERNAL),
)

entries = Table(
    "entries",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False, info=INTERNAL),
    Column("service", Text, nullable=False, info=INTERNAL),
    Column("epoch", Text, nullable=False, info=INTERNAL),
    Column("lane", Integer, nullable=False, info=INTERNAL),
    Column("position", BigInteger, nullable=False, info=INTERNAL),
    Column("event_id", Uuid, nullable=False, unique=True, info=INTERNAL),
    Column("type", Text, nullable=False, info=INTERNAL),
    Column("subject", Uuid, nullable=False, info=INTERNAL),
    Column("correlation", Uuid, nullable=False, info=INTERNAL),
    Column("community", Uuid, info=INTERNAL),
    Column("restricted", Boolean, nullable=False, info=INTERNAL),
    Column("restated", Boolean, nullable=False, info=INTERNAL),
    Column("time", DateTime(timezone=True), nullable=False, info=INTERNAL),
    Column("traceparent", Text, nullable=False, info=INTERNAL),
    Column("body", JSONB, nullable=False, info=INTERNAL),
    Column("received_at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    UniqueConstraint("service", "epoch", "lane", "position", name="entries_place"),
    Index("entries_correlation", "correlation", "seq"),
    Index("entries_subject", "subject", "seq"),
    Index("entries_community", "community", "seq"),
    Index("entries_received_at", "received_at"),
)
