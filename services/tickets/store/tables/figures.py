"""Definitions of the rates, what is left out of them, the reports as they were published, and households as counted."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from chassis.database import INTERNAL, PUBLIC
from services.tickets.store.tables.base import key, metadata, moment, ref

rate_definitions = Table(
    "rate_definitions",
    metadata,
    key(),
    ref("community_id", nullable=False),
    Column("version", Integer, nullable=False, info=PUBLIC),
    Column("weights", ARRAY(Integer), nullable=False, info=PUBLIC),
    Column("partly_counts_half", Boolean, nullable=False, info=PUBLIC),
    Column("kinds", ARRAY(Text), nullable=False, info=PUBLIC),
    Column("effective_from", Date, nullable=False, info=PUBLIC),
    ref("made_by"),
    moment("made_at", nullable=False),
    UniqueConstraint("community_id", "version", name="rate_definitions_version"),
)

rate_exclusions = Table(
    "rate_exclusions",
    metadata,
    Column("ticket_id", Uuid, ForeignKey("tickets.id"), primary_key=True, info=INTERNAL),
    Column("round", Integer, primary_key=True, info=INTERNAL),
    Column("reason", Text, nullable=False, info=INTERNAL),
    ref("by", nullable=False),
    moment("at", nullable=False),
)

rate_reports = Table(
    "rate_reports",
    metadata,
    key(),
    ref("community_id", nullable=False),
    Column("month", Date, nullable=False, info=PUBLIC),
    moment("as_of", nullable=False),
    moment("made_at", nullable=False),
    Column("definition", Text, nullable=False, info=PUBLIC),
    Column("history_seq", BigInteger, nullable=False, info=INTERNAL),
    Column("figures", Text, nullable=False, info=INTERNAL),
    UniqueConstraint("community_id", "month", name="rate_reports_month"),
)

household_counts = Table(
    "household_counts",
    metadata,
    Column("area_id", Uuid, primary_key=True, info=INTERNAL),
    Column("month", Date, primary_key=True, info=INTERNAL),
    Column("households", Integer, nullable=False, info=INTERNAL),
)
Index("rate_reports_newest", rate_reports.c.community_id, rate_reports.c.month)
