"""Rules, templates, senders and providers: what only a migration or an operator changes."""

from sqlalchemy import (
    Column,
    Index,
    Integer,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

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
)

templates = Table(
    "templates",
    metadata,
    words("name", primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False, info=INTERNAL),
    words("message_class"),
    words("topic"),
    words("body", PUBLIC),
    words("provider_code"),
    words("filed_text", PUBLIC),
    flag("live"),
    Index("templates_live", "name", unique=True, postgresql_where=text("live")),
)

senders = Table(
    "senders",
    metadata,
    words("base_number", primary_key=True),
    words("signature", PUBLIC),
    count("ext_width"),
)

providers = Table(
    "providers",
    metadata,
    words("id", primary_key=True),
    words("kind"),
    words("base_url"),
    count("in_flight"),
    moment("left_out_until", nullable=True),
    words("left_out_for"),
)

switches = Table(
    "switches",
    metadata,
    uuid(primary_key=True),
    words("message_class", unique=True),
    flag("stopped"),
    words("reason"),
    words("by"),
    moment("at"),
    count("revision"),
)
