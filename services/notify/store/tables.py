"""Every table of notify; each column says what it may hold."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.database import INTERNAL, PERSONAL, PUBLIC, SECRET

metadata = MetaData()


def _id(name: str = "id", **more: Any) -> Column[Any]:
    return Column(name, Uuid, info=INTERNAL, **more)


def _text(name: str, info: dict[str, str] = INTERNAL, **more: Any) -> Column[Any]:
    return Column(name, Text, info=info, nullable=more.pop("nullable", False), **more)


def _at(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), info=INTERNAL, nullable=nullable)


def _bytes(name: str, info: dict[str, str], *, nullable: bool = True, **more: Any) -> Column[Any]:
    return Column(name, LargeBinary, info=info, nullable=nullable, **more)


def _count(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Integer, info=INTERNAL, nullable=nullable)


def _flag(name: str) -> Column[Any]:
    return Column(name, Boolean, info=INTERNAL, nullable=False)


rules = Table(
    "rules",
    metadata,
    _text("name", primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False, info=INTERNAL),
    _text("event"),
    Column("body", JSONB, info=INTERNAL, nullable=False),
    _flag("enabled"),
)

templates = Table(
    "templates",
    metadata,
    _text("name", primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False, info=INTERNAL),
    _text("message_class"),
    _text("topic"),
    _text("body", PUBLIC),
    _text("provider_code"),
    _text("filed_text", PUBLIC),
    _flag("live"),
    Index("templates_live", "name", unique=True, postgresql_where=text("live")),
)

senders = Table(
    "senders",
    metadata,
    _text("base_number", primary_key=True),
    _text("signature", PUBLIC),
    _count("ext_width"),
)

providers = Table(
    "providers",
    metadata,
    _text("id", primary_key=True),
    _text("kind"),
    _text("base_url"),
    _count("in_flight"),
    _at("left_out_until", nullable=True),
    _text("left_out_for"),
)

switches = Table(
    "switches",
    metadata,
    _id(primary_key=True),
    _text("message_class", unique=True),
    _flag("stopped"),
    _text("reason"),
    _text("by"),
    _at("at"),
    _count("revision"),
)

notifications = Table(
    "notifications",
    metadata,
    _id(primary_key=True),
    _id("event_id", nullable=False),
    _text("event_type"),
    _text("rule"),
    _id("person_id"),
    _id("about"),
    _count("round"),
    _text("purpose"),
    _id("correlation", nullable=False),
    _id("community_id"),
    _text("traceparent"),
    Column("trace", JSONB, info=INTERNAL, nullable=False),
    _at("created_at"),
    UniqueConstraint("event_id", "rule", "person_id", postgresql_nulls_not_distinct=True),
    Index("notifications_correlation", "correlation"),
)

messages = Table(
    "messages",
    metadata,
    _id(primary_key=True),
    _id("notification_id", nullable=False),
    _text("channel"),
    _id("person_id"),
    _id("challenge_id"),
    _bytes("to_enc", PERSONAL),
    _bytes("recipient_key", SECRET),
    _text("message_class"),
    _text("topic"),
    _text("on_unknown"),
    Column("priority", SmallInteger, info=INTERNAL, nullable=False),
    _text("rule"),
    _text("template"),
    _count("template_version"),
    _id("prompt_id"),
    _id("about"),
    _count("round"),
    _text("purpose"),
    Column("facts", JSONB, info=INTERNAL, nullable=False),
    _id("correlation", nullable=False),
    _id("community_id"),
    _text("traceparent"),
    _text("state"),
    _text("reason"),
    _text("waiting_for"),
    _at("due_at"),
    _at("valid_until"),
    _count("attempt"),
    Column("extra", SmallInteger, info=INTERNAL, nullable=False),
    _flag("possible_duplicate"),
    _count("segments"),
    _count("billable"),
    _bytes("body_enc", PERSONAL),
    _at("created_at"),
    _at("submitted_at", nullable=True),
    _at("closed_at", nullable=True),
    _count("revision"),
    CheckConstraint("extra <= 1", name="messages_one_extra"),
    Index("messages_due", "priority", "due_at", postgresql_where=text("state = 'queued'")),
    Index("messages_expiry", "valid_until", postgresql_where=text("state IN ('queued', 'parked')")),
    Index("messages_silent", "submitted_at", postgresql_where=text("state = 'submitted'")),
    Index("messages_open", "state", postgresql_where=text("state IN ('parked', 'unknown', 'claimed')")),
    Index("messages_correlation", "correlation"),
    Index("messages_prompt", "prompt_id", postgresql_where=text("prompt_id IS NOT NULL")),
    Index("messages_recipient", "recipient_key", "created_at", postgresql_where=text("recipient_key IS NOT NULL")),
)

submissions = Table(
    "submissions",
    metadata,
    _id(primary_key=True),
    _id("message_id", nullable=False),
    _count("attempt"),
    _count("segment"),
    _text("provider"),
    _text("state"),
    _text("code"),
    _text("provider_ref", nullable=True),
    _count("billed", nullable=True),
    _at("claimed_at"),
    _at("lease_until"),
    _count("asked"),
    _at("ask_at", nullable=True),
    _at("closed_at", nullable=True),
    UniqueConstraint("message_id", "attempt", "segment"),
    Index("submissions_lease", "lease_until", postgresql_where=text("state = 'claimed'")),
    Index("submissions_unknown", "ask_at", postgresql_where=text("state = 'unknown'")),
)

delivery_reports = Table(
    "delivery_reports",
    metadata,
    Column("ordinal", BigInteger, Identity(always=True), primary_key=True, info=INTERNAL),
    _text("provider"),
    _text("provider_ref"),
    _text("status"),
    _id("submission_id", nullable=False),
    _text("code"),
    _text("verdict"),
    _at("at", nullable=True),
    _at("received_at"),
    UniqueConstraint("provider", "submission_id", "provider_ref", "status"),
)

stray_reports = Table(
    "stray_reports",
    metadata,
    _id(primary_key=True),
    _text("provider"),
    _text("verdict"),
    _id("client_ref"),
    _text("provider_ref"),
    _bytes("recipient_key", SECRET),
    _text("status"),
    _text("code"),
    _at("at", nullable=True),
    _count("billed", nullable=True),
    _at("received_at"),
    _at("match_at", nullable=True),
    Index("stray_reports_waiting", "match_at", postgresql_where=text("match_at IS NOT NULL")),
)

prompts = Table(
    "prompts",
    metadata,
    _id(primary_key=True),
    _text("about_type"),
    _id("about", nullable=False),
    _count("round"),
    _text("purpose"),
    _id("person_id", nullable=False),
    Column("options", JSONB, info=INTERNAL, nullable=False),
    _flag("changeable"),
    _text("sender"),
    _bytes("recipient_key", SECRET),
    _text("ext", nullable=True),
    _flag("ext_held"),
    _bytes("link_hash", SECRET, nullable=False, unique=True),
    _text("state"),
    _count("valid_hours"),
    _at("expires_at", nullable=True),
    _at("asked_at", nullable=True),
    _at("closed_at", nullable=True),
    _flag("hinted"),
    _flag("late_told"),
    _text("number"),
    _text("category"),
    _id("correlation", nullable=False),
    _id("community_id"),
    _at("created_at"),
    _count("revision"),
    Index("prompts_ext", "sender", "recipient_key", "ext", unique=True, postgresql_where=text("ext_held")),
    Index(
        "prompts_open",
        "about",
        "purpose",
        "person_id",
        unique=True,
        postgresql_where=text("state IN ('planned', 'open')"),
    ),
    Index("prompts_recipient", "recipient_key", "closed_at", postgresql_where=text("recipient_key IS NOT NULL")),
    Index("prompts_expiry", "expires_at", postgresql_where=text("state = 'open'")),
    Index("prompts_release", "closed_at", postgresql_where=text("ext_held")),
    Index("prompts_correlation", "correlation"),
)

answers = Table(
    "answers",
    metadata,
    Column("prompt_id", Uuid, primary_key=True, info=INTERNAL),
    Column("revision", Integer, primary_key=True, autoincrement=False, info=INTERNAL),
    _text("option"),
    _text("channel"),
    _id("received_id"),
    _flag("late"),
    _at("at"),
)

received = Table(
    "received",
    metadata,
    _id(primary_key=True),
    _text("provider"),
    _text("dedupe_key", unique=True),
    _bytes("recipient_key", SECRET, nullable=False),
    _bytes("from_enc", PERSONAL, nullable=False),
    _text("dest"),
    _bytes("text_enc", PERSONAL, nullable=False),
    _text("outcome"),
    _text("reason"),
    _id("person_id"),
    _id("prompt_id"),
    Column("hints", ARRAY(Uuid), info=INTERNAL, nullable=False),
    _id("correlation", nullable=False),
    _id("community_id"),
    _at("at"),
    _count("revision"),
    Index("received_at", "at", "id"),
    Index("received_sender", "recipient_key", "at"),
)

opt_outs = Table(
    "opt_outs",
    metadata,
    _id(primary_key=True),
    _bytes("recipient_key", SECRET, nullable=False),
    _id("person_id"),
    _text("topic"),
    _text("channel"),
    _text("source"),
    _id("evidence"),
    _at("at"),
    Index("opt_outs_number", "recipient_key"),
    Index("opt_outs_person", "person_id", postgresql_where=text("person_id IS NOT NULL")),
)

cap_counters = Table(
    "cap_counters",
    metadata,
    Column("recipient_key", LargeBinary, primary_key=True, info=SECRET),
    _text("message_class", primary_key=True),
    Column("minute", DateTime(timezone=True), primary_key=True, info=INTERNAL),
    _count("count"),
)

data_keys = Table(
    "data_keys",
    metadata,
    Column("recipient_key", LargeBinary, primary_key=True, info=SECRET),
    _bytes("wrapped", SECRET, nullable=False),
)

leaders = Table("leaders", metadata, _id("group_id", primary_key=True), _id("leader_id"), _id("deputy_id"))

groups = Table(
    "groups", metadata, _id("group_id", primary_key=True), _text("name", PUBLIC), _id("area_id"), _text("state")
)

places = Table(
    "places",
    metadata,
    _id("area_id", primary_key=True),
    _text("name", PUBLIC),
    _text("kind"),
    Column("path", ARRAY(Uuid), info=INTERNAL, nullable=False),
    _text("state"),
)

categories = Table("categories", metadata, _text("category", primary_key=True), _text("label", PUBLIC), _text("state"))
