"""Who may be told: consents, budgets and emergencies."""

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Table, UniqueConstraint, Uuid, text

from chassis.database import INTERNAL, PERSONAL, SECRET
from services.notify.store.tables.columns import count, metadata, moment, octets, uuid, words

consents = Table(
    "consents",
    metadata,
    uuid(primary_key=True),
    octets("recipient_key", SECRET),
    uuid("person_id"),
    words("topic"),
    words("channel"),
    words("wording_version"),
    words("source"),
    words("evidence", PERSONAL),
    uuid("community_id"),
    words("by"),
    moment("at"),
    CheckConstraint("source IN ('page', 'paper', 'sms', 'import')", name="consents_source_check"),
    CheckConstraint("recipient_key IS NOT NULL OR person_id IS NOT NULL", name="consents_somebody"),
    CheckConstraint("source NOT IN ('paper', 'import') OR evidence <> ''", name="consents_proof"),
    Index("consents_number", "recipient_key", postgresql_where=text("recipient_key IS NOT NULL")),
    Index("consents_person", "person_id", postgresql_where=text("person_id IS NOT NULL")),
)

budgets = Table(
    "budgets",
    metadata,
    uuid(primary_key=True),
    uuid("community_id"),
    words("message_class"),
    words("period"),
    count("limit_billable"),
    words("by"),
    moment("at"),
    uuid("correlation", nullable=False),
    count("revision"),
    UniqueConstraint("community_id", "message_class", "period", postgresql_nulls_not_distinct=True),
)

budget_counters = Table(
    "budget_counters",
    metadata,
    Column("budget_id", Uuid, primary_key=True, info=INTERNAL),
    Column("period_start", DateTime(timezone=True), primary_key=True, info=INTERNAL),
    count("spent"),
    count("level"),
)

emergencies = Table(
    "emergencies",
    metadata,
    uuid(primary_key=True),
    words("state"),
    words("reason"),
    uuid("area_id", nullable=False),
    count("hours"),
    words("template"),
    uuid("requested_by", nullable=False),
    moment("requested_at"),
    uuid("approved_by"),
    moment("begins_at", nullable=True),
    moment("ends_at", nullable=True),
    moment("ended_at", nullable=True),
    words("ended_by"),
    uuid("correlation", nullable=False),
    count("revision"),
    CheckConstraint("approved_by <> requested_by", name="emergencies_two_people"),
    Index("emergencies_open", "ends_at", postgresql_where=text("state = 'in_force'")),
    Index("emergencies_listed", "requested_at", "id"),
)
