"""What residents were asked and what they answered."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, UniqueConstraint

from chassis.database import INTERNAL
from services.tickets.store.tables.base import key, metadata, moment, ref
from services.tickets.store.tables.tickets import of_ticket

follow_ups = Table(
    "follow_ups",
    metadata,
    key(),
    of_ticket(),
    Column("round", Integer, nullable=False, info=INTERNAL),
    Column("asks", Integer, nullable=False, info=INTERNAL),
    moment("asked_at"),
    Column("undelivered", Boolean, nullable=False, info=INTERNAL),
    moment("answered_at"),
    Column("answered_by", Text, info=INTERNAL),
    ref("person_id"),
    Column("channel", Text, info=INTERNAL),
    Column("solved", Text, info=INTERNAL),
    Column("satisfaction", Text, info=INTERNAL),
    Column("reason", Text, info=INTERNAL),
    UniqueConstraint("ticket_id", "round", name="follow_ups_one_per_round"),
)

stray_answers = Table(
    "stray_answers",
    metadata,
    key(),
    of_ticket(),
    Column("round", Integer, nullable=False, info=INTERNAL),
    Column("purpose", Text, nullable=False, info=INTERNAL),
    Column("option", Text, nullable=False, info=INTERNAL),
    ref("person_id"),
    Column("why", Text, nullable=False, info=INTERNAL),
    moment("at", nullable=False),
)
Index("stray_answers_ticket", stray_answers.c.ticket_id)
