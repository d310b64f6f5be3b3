"""What communities have changed of the seeded references, and the mark by which every process notices."""

from sqlalchemy import ARRAY, Boolean, Column, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import INTERNAL, PUBLIC
from services.tickets.store.tables.base import metadata, moment, ref

reference_version = Table(
    "reference_version",
    metadata,
    Column("one", Boolean, primary_key=True, info=INTERNAL),
    Column("version", Uuid, nullable=False, info=INTERNAL),
)

class_versions = Table(
    "class_versions",
    metadata,
    Column("community_id", Uuid, primary_key=True, info=INTERNAL),
    Column("version", Integer, primary_key=True, info=PUBLIC),
    moment("effective_from", nullable=False),
    Column("classes", JSONB, nullable=False, info=PUBLIC),
    ref("made_by"),
    moment("made_at", nullable=False),
)

category_versions = Table(
    "category_versions",
    metadata,
    Column("community_id", Uuid, primary_key=True, info=INTERNAL),
    Column("code", Text, primary_key=True, info=PUBLIC),
    Column("version", Integer, primary_key=True, info=PUBLIC),
    moment("effective_from", nullable=False),
    Column("parent", Text, info=PUBLIC),
    Column("label", Text, nullable=False, info=PUBLIC),
    Column("label_en", Text, nullable=False, info=PUBLIC),
    Column("class", Text, key="class_code", nullable=False, info=PUBLIC),
    Column("keywords", ARRAY(Text), nullable=False, info=PUBLIC),
    Column("ordinal", Integer, nullable=False, info=PUBLIC),
    Column("kinds", ARRAY(Text), nullable=False, info=PUBLIC),
    Column("visible", Boolean, nullable=False, info=PUBLIC),
    Column("public", Boolean, nullable=False, info=PUBLIC),
    Column("review_first", Boolean, nullable=False, info=PUBLIC),
    Column("photo_required", Boolean, nullable=False, info=PUBLIC),
    Column("checklist", ARRAY(Text), nullable=False, info=PUBLIC),
    Column("standard_code", Text, nullable=False, info=PUBLIC),
    Column("questions", JSONB, nullable=False, info=PUBLIC),
    ref("made_by"),
    moment("made_at", nullable=False),
)
