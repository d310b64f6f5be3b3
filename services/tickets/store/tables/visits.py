"""Visits: when somebody meant to come, and when she did."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, Uuid

from chassis.database import INTERNAL, PERSONAL
from services.tickets.store.tables.base import key, metadata, moment, ref

visits = Table(
    "visits",
    metadata,
    key(),
    Column("ticket_id", Uuid, ForeignKey("tickets.id"), nullable=False, info=INTERNAL),
    Column("round", Integer, nullable=False, info=INTERNAL),
    ref("planned_by"),
    moment("planned_at"),
    ref("made_by"),
    moment("made_at"),
    Column("result", Text, nullable=False, info=PERSONAL),
    moment("recorded_at", nullable=False),
)
Index("visits_ticket", visits.c.ticket_id)
