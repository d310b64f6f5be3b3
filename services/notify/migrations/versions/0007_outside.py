"""The tray, and the webhooks of other systems."""

from alembic import op

revision = "0007"
down_revision = "0006"

STATEMENTS: list[str] = [
    "CREATE SEQUENCE tray_changes",
    """
    CREATE TABLE tray_items (
        id UUID NOT NULL,
        notification_id UUID NOT NULL,
        message_id UUID NOT NULL,
        person_id UUID NOT NULL,
        about UUID,
        round INTEGER NOT NULL,
        purpose TEXT NOT NULL,
        prompt_id UUID,
        rule TEXT NOT NULL,
        topic TEXT NOT NULL,
        words_enc BYTEA NOT NULL,
        state TEXT NOT NULL,
        correlation UUID NOT NULL,
        community_id UUID,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        seen_at TIMESTAMP WITH TIME ZONE,
        read_at TIMESTAMP WITH TIME ZONE,
        archived_at TIMESTAMP WITH TIME ZONE,
        change BIGINT NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (notification_id)
    )
    """,
    "CREATE INDEX tray_items_changes ON tray_items (person_id, change)",
    "CREATE INDEX tray_items_list ON tray_items (person_id, created_at, id)",
    "CREATE INDEX tray_items_old ON tray_items (created_at)",
    """
    CREATE TABLE webhook_endpoints (
        id UUID NOT NULL,
        kind TEXT NOT NULL,
        area_id UUID NOT NULL,
        owner_id UUID NOT NULL,
        url TEXT NOT NULL,
        types TEXT[] NOT NULL,
        secret_enc BYTEA NOT NULL,
        old_secret_enc BYTEA,
        old_secret_until TIMESTAMP WITH TIME ZONE,
        bearer_enc BYTEA,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        failing_since TIMESTAMP WITH TIME ZONE,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE webhook_deliveries (
        id UUID NOT NULL,
        endpoint_id UUID NOT NULL,
        event_id UUID NOT NULL,
        event_type TEXT NOT NULL,
        subject UUID NOT NULL,
        sequence BIGINT NOT NULL,
        body_enc BYTEA NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        status INTEGER,
        reason TEXT NOT NULL,
        next_at TIMESTAMP WITH TIME ZONE,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        closed_at TIMESTAMP WITH TIME ZONE,
        revision INTEGER NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (endpoint_id, event_id)
    )
    """,
    "CREATE INDEX webhook_deliveries_due ON webhook_deliveries (next_at) WHERE next_at IS NOT NULL",
    "CREATE INDEX webhook_deliveries_log ON webhook_deliveries (endpoint_id, created_at, id)",
    "CREATE INDEX webhook_deliveries_old ON webhook_deliveries (created_at)",
    """
    CREATE TABLE webhook_positions (
        lane BIGINT NOT NULL,
        position BIGINT NOT NULL,
        PRIMARY KEY (lane)
    )
    """,
    "CREATE INDEX messages_tray ON messages (due_at, id) WHERE state = 'queued' AND channel = 'tray'",
    "CREATE INDEX messages_held ON messages (person_id, topic) WHERE state = 'queued' AND waiting_for = 'digest'",
    "CREATE INDEX messages_notification ON messages (notification_id)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
