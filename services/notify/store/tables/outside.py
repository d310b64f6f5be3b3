"""What goes to a person's own inbox, to other systems: tray and webhooks."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import INTERNAL, PERSONAL, SECRET
from services.notify.store.tables.columns import count, metadata, moment, octets, uuid, words

tray_items = Table(
    "tray_items",
    metadata,
    uuid(primary_key=True),
    uuid("notification_id", nullable=False, unique=True),
    uuid("message_id", nullable=False),
    uuid("person_id", nullable=False),
    uuid("about"),
    count("round"),
    words("purpose"),
    uuid("prompt_id"),
    words("rule"),
    words("topic"),
    octets("words_enc", PERSONAL, nullable=False),
    words("state"),
    uuid("correlation", nullable=False),
    uuid("community_id"),
    moment("created_at"),
    moment("seen_at", nullable=True),
    moment("read_at", nullable=True),
    moment("archived_at", nullable=True),
    Column("change", BigInteger, info=INTERNAL, nullable=False),
    count("revision"),
    Index("tray_items_list", "person_id", "created_at", "id"),
    Index("tray_items_changes", "person_id", "change"),
    Index("tray_items_old", "created_at"),
)

webhook_endpoints = Table(
    "webhook_endpoints",
    metadata,
    uuid(primary_key=True),
    words("kind"),
    uuid("area_id", nullable=False),
    uuid("owner_id", nullable=False),
    words("url"),
    Column("types", ARRAY(Text), info=INTERNAL, nullable=False),
    octets("secret_enc", SECRET, nullable=False),
    octets("old_secret_enc", SECRET),
    moment("old_secret_until", nullable=True),
    octets("bearer_enc", SECRET),
    words("state"),
    words("reason"),
    moment("failing_since", nullable=True),
    moment("created_at"),
    count("revision"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    uuid(primary_key=True),
    uuid("endpoint_id", nullable=False),
    uuid("event_id", nullable=False),
    words("event_type"),
    uuid("subject", nullable=False),
    Column("sequence", BigInteger, info=INTERNAL, nullable=False),
    octets("body_enc", PERSONAL, nullable=False),
    words("state"),
    count("attempt"),
    count("status", nullable=True),
    words("reason"),
    moment("next_at", nullable=True),
    moment("created_at"),
    moment("closed_at", nullable=True),
    count("revision"),
    UniqueConstraint("endpoint_id", "event_id"),
    Index("webhook_deliveries_due", "next_at", postgresql_where=text("next_at IS NOT NULL")),
    Index("webhook_deliveries_log", "endpoint_id", "created_at", "id"),
    Index("webhook_deliveries_old", "created_at"),
)

webhook_positions = Table(
    "webhook_positions",
    metadata,
    Column("lane", BigInteger, primary_key=True, autoincrement=False, info=INTERNAL),
    Column("position", BigInteger, info=INTERNAL, nullable=False),
)
