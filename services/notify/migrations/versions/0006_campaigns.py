"""Campaigns: one text to many, and the rows of their files."""

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS: list[str] = [
    """
    CREATE TABLE campaigns (
        id UUID NOT NULL,
        name TEXT NOT NULL,
        community_id UUID NOT NULL,
        template TEXT NOT NULL,
        template_version INTEGER NOT NULL,
        message_class TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        created_by UUID NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        approved_by UUID,
        started_by UUID,
        running_since TIMESTAMP WITH TIME ZONE,
        progressed_at TIMESTAMP WITH TIME ZONE,
        closed_at TIMESTAMP WITH TIME ZONE,
        rows INTEGER NOT NULL,
        bad INTEGER NOT NULL,
        duplicates INTEGER NOT NULL,
        recipients INTEGER NOT NULL,
        billable INTEGER NOT NULL,
        suppressed INTEGER NOT NULL,
        unknown_columns TEXT[] NOT NULL,
        checked INTEGER NOT NULL,
        position INTEGER NOT NULL,
        correlation UUID NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT campaigns_two_people CHECK (approved_by <> created_by),
        CONSTRAINT campaigns_approved CHECK (
            approved_by IS NOT NULL OR state NOT IN ('approved', 'running', 'paused', 'finished')
            OR (state <> 'approved' AND recipients <= 500 AND message_class <> 'promotion')
        )
    )
    """,
    "CREATE INDEX campaigns_working ON campaigns (state) WHERE state IN ('loading', 'running', 'paused')",
    "CREATE INDEX campaigns_listed ON campaigns (created_at, id)",
    """
    CREATE TABLE campaign_rows (
        campaign_id UUID NOT NULL,
        number INTEGER NOT NULL,
        person_id UUID,
        recipient_key BYTEA,
        row_enc BYTEA,
        state TEXT NOT NULL,
        "column" TEXT NOT NULL,
        error TEXT NOT NULL,
        PRIMARY KEY (campaign_id, number)
    )
    """,
    "CREATE UNIQUE INDEX campaign_rows_once ON campaign_rows (campaign_id, recipient_key)"
    " WHERE state NOT IN ('bad', 'duplicate')",
    "CREATE INDEX campaign_rows_faults ON campaign_rows (campaign_id, number) WHERE state IN ('bad', 'duplicate')",
    "CREATE INDEX messages_campaign ON messages (campaign_id, id) WHERE campaign_id IS NOT NULL",
    "CREATE INDEX messages_campaign_open ON messages (campaign_id)"
    " WHERE campaign_id IS NOT NULL AND state IN ('queued', 'claimed', 'unknown', 'parked')",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
