"""Providers, routes between them, and how they fare."""

from sqlalchemy import BigInteger, Column, Identity, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import INTERNAL, SECRET
from services.notify.store.tables.columns import count, metadata, moment, octets, uuid, words

providers = Table(
    "providers",
    metadata,
    words("id", primary_key=True),
    words("kind"),
    words("base_url"),
    count("in_flight"),
    moment("left_out_until", nullable=True),
    words("left_out_for"),
    count("rate"),
    words("state"),
    octets("credentials_enc", SECRET),
    Column("push_addresses", JSONB, info=INTERNAL, nullable=False),
    Column("options", JSONB, info=INTERNAL, nullable=False),
    count("revision"),
)

routes = Table(
    "routes",
    metadata,
    uuid(primary_key=True),
    words("channel"),
    words("message_class"),
    words("prefix"),
    words("market"),
    uuid("organization_id"),
    Column("pairs", JSONB, info=INTERNAL, nullable=False),
    count("revision"),
    UniqueConstraint(
        "channel", "message_class", "prefix", "market", "organization_id", postgresql_nulls_not_distinct=True
    ),
)

weight_moves = Table(
    "weight_moves",
    metadata,
    Column("ordinal", BigInteger, Identity(always=True), primary_key=True, info=INTERNAL),
    uuid("route_id", nullable=False),
    words("provider"),
    words("sender"),
    count("weight_before"),
    count("weight_after"),
    words("why"),
    moment("at"),
)

provider_health = Table(
    "provider_health",
    metadata,
    words("provider", primary_key=True),
    words("state"),
    words("last"),
    count("yes"),
    moment("opened_at", nullable=True),
    moment("probe_until", nullable=True),
    Column("lost_at", JSONB, info=INTERNAL, nullable=False),
    moment("moved_at", nullable=True),
)

rate_slices = Table(
    "rate_slices",
    metadata,
    words("provider", primary_key=True),
    Column("slice", BigInteger, info=INTERNAL, nullable=False),
    count("taken"),
)

udh_refs = Table(
    "udh_refs",
    metadata,
    words("sender", primary_key=True),
    octets("recipient_key", SECRET, nullable=False, primary_key=True),
    count("ref"),
)
