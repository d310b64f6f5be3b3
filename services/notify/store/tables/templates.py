"""Rules and templates: what is told to whom, in which words, and what of it is on file at the providers."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Time,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint

from chassis.database import INTERNAL, PUBLIC
from services.notify.store.tables.columns import count, flag, metadata, moment, uuid, words

rules = Table(
    "rules",
    metadata,
    words("name", primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False, info=INTERNAL),
    words("event"),
    Column("body", JSONB, info=INTERNAL, nullable=False),
    flag("enabled"),
    uuid(nullable=False, unique=True),
    uuid("author"),
    uuid("switched_by"),
    moment("created_at"),
    count("revision"),
    Index("rules_enabled", "name", unique=True, postgresql_where=text("enabled")),
)

templates = Table(
    "templates",
    metadata,
    uuid(primary_key=True),
    words("name", unique=True),
    words("message_class"),
    words("topic"),
    words("channel"),
    Column("hours_begin", Time, info=INTERNAL),
    Column("hours_end", Time, info=INTERNAL),
    flag("links"),
    flag("downgrade"),
    flag("confidential"),
    uuid("organization_id"),
    moment("created_at"),
    uuid("created_by"),
    CheckConstraint("(hours_begin IS NULL) = (hours_end IS NULL) AND hours_begin < hours_end", name="templates_hours"),
)

template_versions = Table(
    "template_versions",
    metadata,
    Column("name", ForeignKey("templates.name"), primary_key=True, info=INTERNAL),
    Column("version", Integer, primary_key=True, autoincrement=False, info=INTERNAL),
    uuid(nullable=False, unique=True),
    Column("bodies", JSONB, info=PUBLIC, nullable=False),
    Column("subjects", JSONB, info=PUBLIC, nullable=False),
    uuid("author"),
    uuid("approver"),
    words("state"),
    words("note"),
    moment("created_at"),
    count("revision"),
    CheckConstraint("approver <> author", name="template_versions_two_people"),
    Index("template_versions_live", "name", unique=True, postgresql_where=text("state = 'live'")),
)

provider_templates = Table(
    "provider_templates",
    metadata,
    uuid(primary_key=True),
    words("template"),
    count("version"),
    words("provider"),
    words("language"),
    Column("shown", JSONB, info=INTERNAL, nullable=False),
    words("code"),
    words("text", PUBLIC),
    Column("parameters", JSONB, info=INTERNAL, nullable=False),
    words("state"),
    count("revision"),
    ForeignKeyConstraint(["template", "version"], ["template_versions.name", "template_versions.version"]),
    ExcludeConstraint(
        ("provider", "="),
        ("code", "="),
        ("text", "<>"),
        name="provider_templates_one_code_one_text",
        where=text("state IN ('filed', 'approved')"),
    ),
    Index(
        "provider_templates_standing",
        "template",
        "version",
        "provider",
        "language",
        "shown",
        unique=True,
        postgresql_where=text("state IN ('filed', 'approved')"),
    ),
)

catalogue_stamp = Table(
    "catalogue_stamp",
    metadata,
    Column("only", Boolean, primary_key=True, info=INTERNAL),
    Column("stamp", BigInteger, info=INTERNAL, nullable=False),
)
