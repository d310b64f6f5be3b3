"""Confidential cases, apart from everything else: own tables, a key per case, row-level security as second wall."""

from sqlalchemy import ARRAY, Column, ForeignKey, Integer, LargeBinary, Table, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import INTERNAL, SECRET, SENSITIVE
from services.tickets.store.tables.base import key, metadata, moment, ref

confidential_cases = Table(
    "confidential_cases",
    metadata,
    key(),
    ref("community_id"),
    Column("area_path", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("category", Text, nullable=False, info=SENSITIVE),
    Column("text_sealed", LargeBinary, nullable=False, info=SENSITIVE),
    Column("result_sealed", LargeBinary, info=SENSITIVE),
    Column("data_key", LargeBinary, nullable=False, info=SECRET),
    Column("reporter_id", Uuid, nullable=False, info=INTERNAL),
    Column("counsellor_ids", ARRAY(Uuid), nullable=False, info=INTERNAL),
    ref("handler_id"),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("round", Integer, nullable=False, info=INTERNAL),
    Column("seq", Integer, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    moment("filed_at", nullable=False),
    moment("contacted_at"),
    moment("resolved_at"),
    moment("closed_at"),
    Column("outcome", Text, info=INTERNAL),
)

confidential_moves = Table(
    "confidential_moves",
    metadata,
    Column("case_id", Uuid, ForeignKey("confidential_cases.id"), primary_key=True, info=INTERNAL),
    Column("seq", Integer, primary_key=True, info=INTERNAL),
    Column("round", Integer, nullable=False, info=INTERNAL),
    Column("move", Text, nullable=False, info=INTERNAL),
    Column("state_to", Text, nullable=False, info=INTERNAL),
    ref("actor_id"),
    Column("details", JSONB, nullable=False, info=INTERNAL),
    moment("at", nullable=False),
)

confidential_notes = Table(
    "confidential_notes",
    metadata,
    key(),
    Column("case_id", Uuid, ForeignKey("confidential_cases.id"), nullable=False, info=INTERNAL),
    Column("text_sealed", LargeBinary, nullable=False, info=SENSITIVE),
    ref("author_id"),
    moment("at", nullable=False),
)

confidential_marks = Table(
    "confidential_marks",
    metadata,
    Column("case_id", Uuid, ForeignKey("confidential_cases.id"), nullable=False, info=INTERNAL),
    Column("round", Integer, nullable=False, info=INTERNAL),
    Column("threshold", Integer, nullable=False, info=INTERNAL),
    moment("raised_at", nullable=False),
    UniqueConstraint("case_id", "round", "threshold", name="confidential_marks_once"),
)
