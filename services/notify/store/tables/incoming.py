"""What comes back: prompts, answers, received texts, opt-outs, and the keys that seal them."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.database import INTERNAL, PERSONAL, SECRET
from services.notify.store.tables.columns import count, flag, metadata, moment, octets, uuid, words

prompts = Table(
    "prompts",
    metadata,
    uuid(primary_key=True),
    words("about_type"),
    uuid("about", nullable=False),
    count("round"),
    words("purpose"),
    uuid("person_id", nullable=False),
    Column("options", JSONB, info=INTERNAL, nullable=False),
    flag("changeable"),
    words("sender"),
    octets("recipient_key", SECRET),
    words("ext", nullable=True),
    flag("ext_held"),
    words("letter", nullable=True),
    octets("link_hash", SECRET, nullable=False, unique=True),
    words("state"),
    count("valid_hours"),
    moment("expires_at", nullable=True),
    moment("asked_at", nullable=True),
    moment("closed_at", nullable=True),
    flag("hinted"),
    flag("late_told"),
    words("number"),
    words("category"),
    uuid("correlation", nullable=False),
    uuid("community_id"),
    moment("created_at"),
    count("revision"),
    Index("prompts_ext", "sender", "recipient_key", "ext", unique=True, postgresql_where=text("ext_held")),
    Index("prompts_letter", "sender", "recipient_key", "letter", unique=True, postgresql_where=text("ext_held")),
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
    words("option"),
    words("channel"),
    uuid("received_id"),
    flag("late"),
    moment("at"),
)

received = Table(
    "received",
    metadata,
    uuid(primary_key=True),
    words("provider"),
    words("dedupe_key", unique=True),
    octets("recipient_key", SECRET, nullable=False),
    octets("from_enc", PERSONAL, nullable=False),
    words("dest"),
    octets("text_enc", PERSONAL, nullable=False),
    octets("text_hash", SECRET, nullable=False),
    octets("own_key", SECRET),
    words("outcome"),
    words("reason"),
    uuid("person_id"),
    uuid("prompt_id"),
    Column("hints", ARRAY(Uuid), info=INTERNAL, nullable=False),
    uuid("correlation", nullable=False),
    uuid("community_id"),
    moment("at"),
    count("revision"),
    Index("received_at", "at", "id"),
    Index("received_sender", "recipient_key", "at"),
)

opt_outs = Table(
    "opt_outs",
    metadata,
    uuid(primary_key=True),
    octets("recipient_key", SECRET),
    uuid("person_id"),
    words("topic"),
    words("channel"),
    words("source"),
    uuid("evidence"),
    words("by"),
    moment("at"),
    CheckConstraint("recipient_key IS NOT NULL OR person_id IS NOT NULL", name="opt_outs_somebody"),
    Index("opt_outs_number", "recipient_key"),
    Index("opt_outs_person", "person_id", postgresql_where=text("person_id IS NOT NULL")),
)

data_keys = Table(
    "data_keys",
    metadata,
    Column("recipient_key", LargeBinary, primary_key=True, info=SECRET),
    octets("wrapped", SECRET, nullable=False),
)
