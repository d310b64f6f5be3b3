"""Campaigns and the rows of their files."""

from sqlalchemy import ARRAY, CheckConstraint, Column, Index, Integer, Table, Text, Uuid, text

from chassis.database import INTERNAL, PERSONAL, SECRET
from services.notify.store.tables.columns import count, metadata, moment, octets, uuid, words

campaigns = Table(
    "campaigns",
    metadata,
    uuid(primary_key=True),
    words("name"),
    uuid("community_id", nullable=False),
    words("template"),
    count("template_version"),
    words("message_class"),
    words("state"),
    words("reason"),
    uuid("created_by", nullable=False),
    moment("created_at"),
    uuid("approved_by"),
    uuid("started_by"),
    moment("running_since", nullable=True),
    moment("progressed_at", nullable=True),
    moment("closed_at", nullable=True),
    count("rows"),
    count("bad"),
    count("duplicates"),
    count("recipients"),
    count("billable"),
    count("suppressed"),
    Column("unknown_columns", ARRAY(Text), info=INTERNAL, nullable=False),
    count("checked"),
    count("position"),
    uuid("correlation", nullable=False),
    count("revision"),
    CheckConstraint("approved_by <> created_by", name="campaigns_two_people"),
    CheckConstraint(
        "approved_by IS NOT NULL OR state NOT IN ('approved', 'running', 'paused', 'finished')"
        " OR (state <> 'approved' AND recipients <= 500 AND message_class <> 'promotion')",
        name="campaigns_approved",
    ),
    Index("campaigns_working", "state", postgresql_where=text("state IN ('loading', 'running', 'paused')")),
    Index("campaigns_listed", "created_at", "id"),
)

campaign_rows = Table(
    "campaign_rows",
    metadata,
    Column("campaign_id", Uuid, primary_key=True, info=INTERNAL),
    Column("number", Integer, primary_key=True, info=INTERNAL),
    uuid("person_id"),
    octets("recipient_key", SECRET),
    octets("row_enc", PERSONAL),
    words("state"),
    words("column"),
    words("error"),
    Index(
        "campaign_rows_once",
        "campaign_id",
        "recipient_key",
        unique=True,
        postgresql_where=text("state NOT IN ('bad', 'duplicate')"),
    ),
    Index(
        "campaign_rows_faults",
        "campaign_id",
        "number",
        postgresql_where=text("state IN ('bad', 'duplicate')"),
    ),
)
