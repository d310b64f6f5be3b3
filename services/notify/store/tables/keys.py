"""API keys of organisations, and whom a key of type `team` may write to."""

from sqlalchemy import Column, Index, LargeBinary, Table, Uuid

from chassis.database import INTERNAL, PERSONAL, SECRET
from services.notify.store.tables.columns import count, metadata, moment, octets, uuid, words

api_keys = Table(
    "api_keys",
    metadata,
    uuid(primary_key=True),
    uuid("community_id", nullable=False),
    words("name"),
    words("type"),
    octets("secret_enc", SECRET, nullable=False),
    words("state"),
    words("created_by"),
    moment("created_at"),
    moment("revoked_at", nullable=True),
    count("revision"),
    Index("api_keys_community", "community_id"),
)

guest_list = Table(
    "guest_list",
    metadata,
    Column("community_id", Uuid, primary_key=True, info=INTERNAL),
    Column("recipient_key", LargeBinary, primary_key=True, info=SECRET),
    words("masked", PERSONAL),
)
