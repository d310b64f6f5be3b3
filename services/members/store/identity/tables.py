"""Tables of signing in. Secrets are hashed or sealed; logins are found by keyed index."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import INTERNAL, PERSONAL, PUBLIC, SECRET
from services.members.store.metadata import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False, info=INTERNAL),
    Column("login_index", LargeBinary, nullable=False, unique=True, info=SECRET),
    Column("password_hash", Text, nullable=False, info=SECRET),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Index("accounts_person", "person_id"),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("account_id", Uuid, ForeignKey("accounts.id"), nullable=False, info=INTERNAL),
    Column("kind", Text, nullable=False, info=INTERNAL),
    Column("secret_sealed", LargeBinary, info=SECRET),
    Column("code_hash", LargeBinary, info=SECRET),
    Column("last_step", BigInteger, nullable=False, info=INTERNAL),
    Column("used_at", DateTime(timezone=True), info=INTERNAL),
    Index("second_factors_account", "account_id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False, info=INTERNAL),
    Column("account_id", Uuid, ForeignKey("accounts.id"), info=INTERNAL),
    Column("secret_hash", LargeBinary, nullable=False, unique=True, info=SECRET),
    Column("level", Text, nullable=False, info=INTERNAL),
    Column("authenticated_at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    Column("created_at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    Column("last_used_at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    Column("kept", Boolean, nullable=False, info=INTERNAL),
    Column("ended_at", DateTime(timezone=True), info=INTERNAL),
    Index("sessions_person", "person_id"),
)

challenges = Table(
    "challenges",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("person_id", Uuid, info=INTERNAL),
    Column("contact_point_id", Uuid, info=INTERNAL),
    Column("device_hash", LargeBinary, nullable=False, info=SECRET),
    Column("expires_at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    Column("tries", Integer, nullable=False, info=INTERNAL),
    Column("used_at", DateTime(timezone=True), info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Index("challenges_age", "expires_at"),
)

# `times` are the counted acts of the longest window, so that a cap holds over any stretch, not only by the clock hour.
attempt_counters = Table(
    "attempt_counters",
    metadata,
    Column("kind", Text, primary_key=True, info=INTERNAL),
    Column("subject", LargeBinary, primary_key=True, info=SECRET),
    Column("times", ARRAY(DateTime(timezone=True)), nullable=False, info=INTERNAL),
    Column("failures", Integer, nullable=False, info=INTERNAL),
    Column("blocked_until", DateTime(timezone=True), info=INTERNAL),
)

signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("public", LargeBinary, nullable=False, info=PUBLIC),
    Column("private_sealed", LargeBinary, nullable=False, info=SECRET),
    Column("active_from", DateTime(timezone=True), nullable=False, info=INTERNAL),
    Column("active_until", DateTime(timezone=True), nullable=False, info=INTERNAL),
)

# The grants themselves stand in the chassis' table, as in every service; here is why each is there.
grant_sources = Table(
    "grant_sources",
    metadata,
    Column("grant_id", Uuid, primary_key=True, info=INTERNAL),
    Column("source", Text, nullable=False, info=INTERNAL),
    Column("source_id", Uuid, info=INTERNAL),
    Column("given_by", Uuid, info=INTERNAL),
    Column("reason", Text, nullable=False, info=PERSONAL),
    Index("grant_sources_source", "source_id"),
)
