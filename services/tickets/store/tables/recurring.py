"""Walks that come round by themselves, and results that were noted without a network."""

from sqlalchemy import ARRAY, Column, Date, ForeignKey, SmallInteger, Table, Text, Time, Uuid

from chassis.database import INTERNAL
from services.tickets.store.tables.base import metadata, moment, ref

patrol_recurrences = Table(
    "patrol_recurrences",
    metadata,
    Column("patrol_id", Uuid, ForeignKey("patrols.id"), primary_key=True, info=INTERNAL),
    Column("rule", Text, nullable=False, info=INTERNAL),
    Column("first_day", Date, nullable=False, info=INTERNAL),
    Column("starts_at", Time, nullable=False, info=INTERNAL),
    Column("minutes", SmallInteger, nullable=False, info=INTERNAL),
    Column("person_ids", ARRAY(Uuid), nullable=False, info=INTERNAL),
)

recurring_rounds = Table(
    "recurring_rounds",
    metadata,
    Column("patrol_id", Uuid, ForeignKey("patrols.id"), primary_key=True, info=INTERNAL),
    Column("day", Date, primary_key=True, info=INTERNAL),
    ref("round_id", nullable=False),
)

offline_checks = Table(
    "offline_checks",
    metadata,
    Column("client_id", Uuid, primary_key=True, info=INTERNAL),
    Column("round_id", Uuid, ForeignKey("patrol_rounds.id"), nullable=False, info=INTERNAL),
    ref("ticket_id"),
    moment("noted_at", nullable=False),
)
