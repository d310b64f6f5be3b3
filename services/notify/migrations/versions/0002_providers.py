"""Providers as rows that can be added and paused, routes with weights, senders, and how providers fare."""

from alembic import op

from chassis.database import app_role

revision = "0002"
down_revision = "0001"

STATEMENTS: list[str] = [
    """
    ALTER TABLE providers
        ADD COLUMN rate INTEGER NOT NULL DEFAULT 0,
        ADD COLUMN state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused')),
        ADD COLUMN credentials_enc BYTEA,
        ADD COLUMN push_addresses JSONB NOT NULL DEFAULT '[]',
        ADD COLUMN options JSONB NOT NULL DEFAULT '{}',
        ADD COLUMN revision INTEGER NOT NULL DEFAULT 1
    """,
    """
    ALTER TABLE senders
        ADD COLUMN market TEXT NOT NULL DEFAULT 'cn',
        ADD COLUMN organization_id UUID,
        ADD COLUMN revision INTEGER NOT NULL DEFAULT 1
    """,
    """
    CREATE TABLE routes (
        id UUID PRIMARY KEY,
        channel TEXT NOT NULL,
        message_class TEXT NOT NULL,
        prefix TEXT NOT NULL,
        market TEXT NOT NULL,
        organization_id UUID,
        pairs JSONB NOT NULL,
        revision INTEGER NOT NULL,
        UNIQUE NULLS NOT DISTINCT (channel, message_class, prefix, market, organization_id)
    )
    """,
    """
    CREATE TABLE weight_moves (
        ordinal BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        route_id UUID NOT NULL,
        provider TEXT NOT NULL,
        sender TEXT NOT NULL,
        weight_before INTEGER NOT NULL,
        weight_after INTEGER NOT NULL,
        why TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL
    )
    """,
    """
    CREATE TABLE provider_health (
        provider TEXT PRIMARY KEY,
        state TEXT NOT NULL CHECK (state IN ('closed', 'open', 'half_open')),
        last TEXT NOT NULL,
        yes INTEGER NOT NULL,
        opened_at TIMESTAMP WITH TIME ZONE,
        probe_until TIMESTAMP WITH TIME ZONE,
        lost_at JSONB NOT NULL,
        moved_at TIMESTAMP WITH TIME ZONE
    )
    """,
    "CREATE TABLE rate_slices (provider TEXT PRIMARY KEY, slice BIGINT NOT NULL, taken INTEGER NOT NULL)",
    """
    CREATE TABLE udh_refs (
        sender TEXT NOT NULL,
        recipient_key BYTEA NOT NULL,
        ref INTEGER NOT NULL,
        PRIMARY KEY (sender, recipient_key)
    )
    """,
    "ALTER TABLE submissions ADD COLUMN sender TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX submissions_claimed ON submissions USING brin (claimed_at)",
    "CREATE INDEX submissions_provider_ref ON submissions (provider_ref) WHERE provider_ref IS NOT NULL",
    "REVOKE UPDATE, DELETE ON weight_moves FROM {app}",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement.replace("{app}", app_role()))
