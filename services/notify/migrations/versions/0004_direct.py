"""What is sent by API: whose values, under which reference and key; the keys themselves and who may be written to."""

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS: list[str] = [
    """
    ALTER TABLE messages
        ADD COLUMN values_enc BYTEA,
        ADD COLUMN reference TEXT NOT NULL DEFAULT '',
        ADD COLUMN api_key_id UUID,
        ADD COLUMN campaign_id UUID,
        ADD COLUMN resends UUID,
        ADD COLUMN test BOOLEAN NOT NULL DEFAULT false
    """,
    "DROP INDEX messages_due",
    """
    CREATE INDEX messages_due ON messages
        (priority, COALESCE(campaign_id, community_id, '00000000-0000-0000-0000-000000000000'::uuid), due_at)
        WHERE state = 'queued'
    """,
    "CREATE INDEX messages_of_keys ON messages (community_id, id) WHERE api_key_id IS NOT NULL",
    """
    CREATE TABLE api_keys (
        id UUID PRIMARY KEY,
        community_id UUID NOT NULL,
        name TEXT NOT NULL,
        type TEXT NOT NULL CHECK (type IN ('normal', 'team', 'test')),
        secret_enc BYTEA NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('in_use', 'revoked')),
        created_by TEXT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        revoked_at TIMESTAMP WITH TIME ZONE,
        revision INTEGER NOT NULL
    )
    """,
    "CREATE INDEX api_keys_community ON api_keys (community_id)",
    """
    CREATE TABLE guest_list (
        community_id UUID NOT NULL,
        recipient_key BYTEA NOT NULL,
        masked TEXT NOT NULL,
        PRIMARY KEY (community_id, recipient_key)
    )
    """,
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
