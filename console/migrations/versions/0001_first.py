"""The chronicle's tables beside the chassis' own."""

from alembic import op

from chassis.database import app_role, chassis_schema

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE chronicle_head (
    one boolean PRIMARY KEY DEFAULT true CHECK (one), epoch text NOT NULL, seq bigint NOT NULL
);
INSERT INTO chronicle_head VALUES (true, left(gen_random_uuid()::text, 8), 0);
CREATE TABLE entries (
    seq bigint PRIMARY KEY, service text NOT NULL, epoch text NOT NULL, lane integer NOT NULL, position bigint NOT NULL,
    event_id uuid NOT NULL UNIQUE, type text NOT NULL, subject uuid NOT NULL, correlation uuid NOT NULL,
    community uuid, restricted boolean NOT NULL, restated boolean NOT NULL, time timestamptz NOT NULL,
    traceparent text NOT NULL, body jsonb NOT NULL, received_at timestamptz NOT NULL,
    CONSTRAINT entries_place UNIQUE (service, epoch, lane, position)
);
CREATE INDEX entries_correlation ON entries (correlation, seq);
CREATE INDEX entries_subject ON entries (subject, seq);
CREATE INDEX entries_community ON entries (community, seq);
CREATE INDEX entries_received_at ON entries (received_at)
"""


def upgrade() -> None:
    for statement in (*chassis_schema(1), *TABLES.split(";\n")):
        op.execute(statement.strip())
    op.execute(f"REVOKE UPDATE ON entries FROM {app_role()}")
    op.execute(f"REVOKE INSERT, DELETE ON chronicle_head FROM {app_role()}")
