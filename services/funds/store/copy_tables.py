"""Words under seal, documents, and the copies of what members and tickets have announced."""

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Index, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import INTERNAL, PUBLIC, SECRET, SENSITIVE
from services.funds.store.ledger_tables import metadata

# One data key per case: destroying it destroys every word about the household.
application_key = Table(
    "application_key",
    metadata,
    Column("application_id", Uuid, ForeignKey("application.id"), primary_key=True, info=INTERNAL),
    Column("key_wrapped", LargeBinary, nullable=False, info=SECRET),
)

application_private = Table(
    "application_private",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("application_id", Uuid, ForeignKey("application.id"), nullable=False, info=INTERNAL),
    Column("place", Text, nullable=False, info=INTERNAL),
    Column("words", LargeBinary, nullable=False, info=SENSITIVE),
    Column("at", DateTime(timezone=True), nullable=False, info=INTERNAL),
    Index("application_private_application", "application_id"),
)

# A payee's name and account: read by the cashier who has the slip in hand, and on record.
payee_private = Table(
    "payee_private",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("key_wrapped", LargeBinary, nullable=False, info=SECRET),
    Column("payee", LargeBinary, nullable=False, info=SENSITIVE),
)

document = Table(
    "document",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("fund_id", Uuid, ForeignKey("fund.id"), nullable=False, info=INTERNAL),
    Column("sha256", Text, nullable=False, info=INTERNAL),
    Column("media_type", Text, nullable=False, info=INTERNAL),
    Column("size", BigInteger, nullable=False, info=INTERNAL),
    Column("key_wrapped", LargeBinary, nullable=False, info=SECRET),
    Column("content", LargeBinary, nullable=False, info=SENSITIVE),
    Column("uploaded_by", Uuid, nullable=False, info=INTERNAL),
    Column("at", DateTime(timezone=True), nullable=False, info=INTERNAL),
)

attachment = Table(
    "attachment",
    metadata,
    Column("application_id", Uuid, ForeignKey("application.id"), primary_key=True, info=INTERNAL),
    Column("document_id", Uuid, ForeignKey("document.id"), primary_key=True, info=INTERNAL),
    Column("place", Text, primary_key=True, info=INTERNAL),
)

area_ref = Table(
    "area_ref",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("kind", Text, nullable=False, info=PUBLIC),
    Column("path", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("name", Text, nullable=False, info=PUBLIC),
    Column("state", Text, nullable=False, info=INTERNAL),
)

organization_ref = Table(
    "organization_ref",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("area_id", Uuid, info=INTERNAL),
    Column("path", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("name", Text, nullable=False, info=PUBLIC),
    Column("state", Text, nullable=False, info=INTERNAL),
    Index("organization_ref_area", "area_id"),
)

ticket_ref = Table(
    "ticket_ref",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("number", Text, nullable=False, info=INTERNAL),
    Column("community_id", Uuid, nullable=False, info=INTERNAL),
    Column("correlation", Uuid, nullable=False, info=INTERNAL),
    Column("reporter_id", Uuid, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
)
