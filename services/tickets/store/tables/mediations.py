"""Disputes talked over. Minutes and outcome are text of the case."""

from sqlalchemy import ARRAY, Column, ForeignKey, Index, Table, Text, Uuid

from chassis.database import INTERNAL, PERSONAL
from services.tickets.store.tables.base import key, metadata, moment, ref

mediations = Table(
    "mediations",
    metadata,
    Column("ticket_id", Uuid, ForeignKey("tickets.id"), primary_key=True, info=INTERNAL),
    Column("mediators", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("parties", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    moment("opened_at", nullable=False),
    moment("settled_at"),
    Column("outcome", Text, nullable=False, info=PERSONAL),
    ref("agreement_ref"),
)

mediation_sessions = Table(
    "mediation_sessions",
    metadata,
    key(),
    Column("ticket_id", Uuid, ForeignKey("mediations.ticket_id"), nullable=False, info=INTERNAL),
    moment("held_at", nullable=False),
    Column("present", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("minutes", Text, nullable=False, info=PERSONAL),
    ref("noted_by"),
)
Index("mediation_sessions_ticket", mediation_sessions.c.ticket_id, mediation_sessions.c.held_at)
