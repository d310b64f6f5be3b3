"""What the desk does beside the moves: calls, co-handling groups, leave, the settings of a group, sets of rules."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import INTERNAL, PUBLIC
from services.tickets.store.tables.base import key, metadata, moment, ref

call_tasks = Table(
    "call_tasks",
    metadata,
    key(),
    Column("ticket_id", Uuid, ForeignKey("tickets.id"), nullable=False, info=INTERNAL),
    Column("round", Integer, nullable=False, info=INTERNAL),
    Column("purpose", Text, nullable=False, info=INTERNAL),
    Column("why", Text, nullable=False, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    moment("opened_at", nullable=False),
    ref("claimed_by"),
    moment("claimed_until"),
    moment("not_before", nullable=False),
    Column("calls", SmallInteger, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    UniqueConstraint("ticket_id", "round", "purpose", name="call_tasks_once"),
)
Index("call_tasks_open", call_tasks.c.not_before, call_tasks.c.id, postgresql_where=call_tasks.c.state == "open")

calls = Table(
    "calls",
    metadata,
    key(),
    Column("task_id", Uuid, ForeignKey("call_tasks.id"), nullable=False, info=INTERNAL),
    ref("by", nullable=False),
    Column("result", Text, nullable=False, info=INTERNAL),
    moment("at", nullable=False),
)
Index("calls_task", calls.c.task_id, calls.c.at)

cohandlers = Table(
    "cohandlers",
    metadata,
    Column("child_id", Uuid, ForeignKey("tickets.id"), primary_key=True, info=INTERNAL),
    Column("ticket_id", Uuid, ForeignKey("tickets.id"), nullable=False, info=INTERNAL),
    ref("group_id", nullable=False),
    Column("required", Boolean, nullable=False, info=INTERNAL),
)
Index("cohandlers_ticket", cohandlers.c.ticket_id)

group_settings = Table(
    "group_settings",
    metadata,
    key("organization_id"),
    Column("cap", SmallInteger, nullable=False, info=INTERNAL),
    Column("chooses_at_once", Boolean, nullable=False, info=INTERNAL),
    Column("members_accept", Boolean, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
)

routing_sets = Table(
    "routing_sets",
    metadata,
    Column("community_id", Uuid, primary_key=True, info=INTERNAL),
    Column("version", Integer, primary_key=True, info=PUBLIC),
    Column("rules", JSONB, nullable=False, info=PUBLIC),
    moment("effective_from", nullable=False),
    ref("made_by"),
    moment("made_at", nullable=False),
)
