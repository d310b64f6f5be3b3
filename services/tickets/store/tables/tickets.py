"""The cases: a row each, and the rows that hang on it. Texts of cases are personal and stand here and nowhere else."""

from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import INTERNAL, PERSONAL, PUBLIC, SECRET, SENSITIVE
from services.tickets.store.tables.base import key, metadata, moment, ref


def of_ticket(name: str = "ticket_id", *, primary_key: bool = False) -> Column[UUID]:
    return Column(name, Uuid, ForeignKey("tickets.id"), nullable=False, primary_key=primary_key, info=INTERNAL)


tickets = Table(
    "tickets",
    metadata,
    key(),
    Column("number", Text, nullable=False, unique=True, info=INTERNAL),
    Column("number_tail", Text, nullable=False, info=INTERNAL),
    ref("community_id"),
    Column("area_path", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("kind", Text, nullable=False, info=INTERNAL),
    Column("category", Text, nullable=False, info=INTERNAL),
    Column("class", Text, key="class_code", nullable=False, info=INTERNAL),
    Column("origin", Text, nullable=False, info=INTERNAL),
    Column("channel", Text, nullable=False, info=INTERNAL),
    moment("filed_at", nullable=False),
    ref("correlation", nullable=False),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("seq", Integer, nullable=False, info=INTERNAL),
    Column("round", Integer, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Column("title", Text, nullable=False, info=PERSONAL),
    Column("description", Text, nullable=False, info=PERSONAL),
    Column("description_sealed", LargeBinary, info=SENSITIVE),
    Column("room_sealed", LargeBinary, info=SENSITIVE),
    Column("words_sealed", LargeBinary, info=SENSITIVE),
    Column("data_key", LargeBinary, info=SECRET),
    ref("building_id"),
    Column("unit", Text, nullable=False, info=PERSONAL),
    Column("floor", Text, nullable=False, info=PERSONAL),
    Column("place_text", Text, nullable=False, info=PERSONAL),
    Column("lat", Double, info=PERSONAL),
    Column("long", Double, info=PERSONAL),
    ref("reporter_id"),
    ref("group_id"),
    Column("group_path", ARRAY(Uuid), nullable=False, info=INTERNAL),
    ref("handler_id"),
    ref("named_handler_id"),
    ref("first_group_id"),
    Column("binding", Boolean, nullable=False, info=INTERNAL),
    Column("returns", Integer, nullable=False, info=INTERNAL),
    moment("round_started_at"),
    Column("arbiter_required", Boolean, nullable=False, info=INTERNAL),
    moment("contacted_at"),
    Column("attempts", Integer, nullable=False, info=INTERNAL),
    moment("attempted_at"),
    Column("result", Text, nullable=False, info=PERSONAL),
    moment("resolved_at"),
    moment("closed_at"),
    Column("outcome", Text, info=INTERNAL),
    Column("satisfaction", Text, info=INTERNAL),
    Column("proposed_decision", Text, info=INTERNAL),
    ref("proposed_by"),
    ref("found_at"),
    Column("hidden", Boolean, nullable=False, info=INTERNAL, server_default=text("false")),
    ref("about_group_id"),
    moment("waiting_until"),
    ref("parent_id"),
    Column("overloaded", Boolean, nullable=False, info=INTERNAL, server_default=text("false")),
    moment("accept_due_at"),
    moment("contact_due_at"),
    moment("resolve_due_at"),
    moment("due_at"),
    Column("due_clock", Text, info=INTERNAL),
    Column("call_back", Boolean, nullable=False, info=INTERNAL, server_default=text("false")),
    Column("tags", ARRAY(Text), nullable=False, info=INTERNAL),
    Column("public_summary", Text, nullable=False, info=PUBLIC),
    Column("source_system", Text, info=INTERNAL),
    Column("source_key", Text, info=INTERNAL),
    Column("source_status", Text, nullable=False, info=INTERNAL),
    Column("household", LargeBinary, info=SECRET),
    ref("merged_into"),
    Column("answers", JSONB, nullable=False, info=PERSONAL, server_default=text("'{}'::jsonb")),
    Column("outside_area", Boolean, nullable=False, info=INTERNAL, server_default=text("false")),
    UniqueConstraint("community_id", "source_system", "source_key", name="tickets_source"),
)
_OPEN = text("state NOT IN ('closed', 'rejected', 'merged', 'withdrawn') AND origin <> 'import'")
Index("tickets_tail", tickets.c.number_tail)
Index("tickets_filed", tickets.c.filed_at, tickets.c.id)
Index("tickets_group", tickets.c.group_id, tickets.c.filed_at, tickets.c.id)
Index("tickets_reporter", tickets.c.reporter_id, tickets.c.filed_at, tickets.c.id)
Index("tickets_handler", tickets.c.handler_id, tickets.c.filed_at, tickets.c.id)
Index("tickets_community", tickets.c.community_id, tickets.c.filed_at, tickets.c.id)
Index("tickets_open", tickets.c.community_id, tickets.c.due_at, tickets.c.id, postgresql_where=_OPEN)
Index("tickets_open_group", tickets.c.group_id, tickets.c.due_at, tickets.c.id, postgresql_where=_OPEN)
_UNCLOSED = text("state <> 'closed'")
Index(
    "tickets_state",
    tickets.c.community_id,
    tickets.c.state,
    tickets.c.filed_at,
    tickets.c.id,
    postgresql_where=_UNCLOSED,
)
Index(
    "tickets_group_state",
    tickets.c.group_id,
    tickets.c.state,
    tickets.c.filed_at,
    tickets.c.id,
    postgresql_where=_UNCLOSED,
)
Index("tickets_call_back", tickets.c.community_id, postgresql_where=text("call_back"))
for _whose in ("community", "group", "handler"):
    Index(f"tickets_{_whose}_category", tickets.c[f"{_whose}_id"], tickets.c.category, tickets.c.filed_at, tickets.c.id)
Index("tickets_building", tickets.c.building_id, tickets.c.filed_at)
Index("tickets_correlation", tickets.c.correlation)
Index("tickets_parent", tickets.c.parent_id, postgresql_where=text("parent_id IS NOT NULL"))
Index("tickets_found", tickets.c.found_at, tickets.c.category, postgresql_where=text("found_at IS NOT NULL"))

moves = Table(
    "moves",
    metadata,
    of_ticket(primary_key=True),
    Column("seq", Integer, primary_key=True, info=INTERNAL),
    Column("round", Integer, nullable=False, info=INTERNAL),
    Column("move", Text, nullable=False, info=INTERNAL),
    Column("state_from", Text, info=INTERNAL),
    Column("state_to", Text, nullable=False, info=INTERNAL),
    moment("at", nullable=False),
    moment("recorded_at", nullable=False),
    ref("actor_id"),
    Column("reason", Text, nullable=False, info=INTERNAL),
    Column("details", JSONB, nullable=False, info=INTERNAL),
)

assignments = Table(
    "assignments",
    metadata,
    of_ticket(primary_key=True),
    Column("seq", Integer, primary_key=True, info=INTERNAL),
    Column("round", Integer, nullable=False, info=INTERNAL),
    ref("group_id", nullable=False),
    Column("group_name", Text, nullable=False, info=PUBLIC),
    Column("rule_id", Text, nullable=False, info=INTERNAL),
    Column("rule_version", Integer, nullable=False, info=INTERNAL),
    ref("chosen_by"),
    Column("explanation", Text, nullable=False, info=INTERNAL),
    Column("inputs", JSONB, nullable=False, info=INTERNAL),
    Column("candidates", JSONB, nullable=False, info=INTERNAL),
    Column("binding", Boolean, nullable=False, info=INTERNAL),
    moment("at", nullable=False),
)

notes = Table(
    "notes",
    metadata,
    key(),
    of_ticket(),
    Column("kind", Text, nullable=False, info=INTERNAL),
    Column("text", Text, nullable=False, info=PERSONAL),
    Column("audience", Text, nullable=False, info=INTERNAL),
    Column("result", Text, nullable=False, info=INTERNAL),
    ref("author_id"),
    Column("round", Integer, nullable=False, info=INTERNAL),
    moment("at", nullable=False),
)
Index("notes_ticket", notes.c.ticket_id, notes.c.at)

links = Table(
    "links",
    metadata,
    of_ticket("from_id", primary_key=True),
    of_ticket("to_id", primary_key=True),
    Column("type", Text, primary_key=True, info=INTERNAL),
    ref("by"),
    moment("at", nullable=False),
)
Index("links_to", links.c.to_id)

watchers = Table(
    "watchers",
    metadata,
    of_ticket(primary_key=True),
    Column("person_id", Uuid, primary_key=True, info=INTERNAL),
    Column("why", Text, nullable=False, info=INTERNAL),
    moment("filed_at", nullable=False),
)
Index("watchers_person", watchers.c.person_id, watchers.c.filed_at, watchers.c.ticket_id)

marks = Table(
    "marks",
    metadata,
    of_ticket(primary_key=True),
    Column("round", Integer, primary_key=True, info=INTERNAL),
    Column("clock", Text, primary_key=True, info=INTERNAL),
    Column("threshold", Integer, primary_key=True, info=INTERNAL),
    moment("due_at", nullable=False),
    moment("raised_at", nullable=False),
    Column("recipient_role", Text, nullable=False, info=INTERNAL),
    Column("superseded", Boolean, nullable=False, info=INTERNAL),
)

task_forces = Table(
    "task_forces",
    metadata,
    of_ticket(primary_key=True),
    Column("size", Integer, nullable=False, info=INTERNAL),
    Column("purpose_code", Text, nullable=False, info=INTERNAL),
    moment("requested_at", nullable=False),
    ref("organization_id"),
    Column("person_ids", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("until", DateTime(timezone=True), info=INTERNAL),
)
