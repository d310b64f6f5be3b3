"""What later parts of a case need."""

from alembic import op

from chassis.database import app_role

revision = "0005"
down_revision = "0004"

STATEMENTS: list[str] = [
    "ALTER TABLE tickets ADD COLUMN words_sealed BYTEA",
    "ALTER TABLE received_texts ADD COLUMN confidential BOOLEAN DEFAULT false NOT NULL",
    """
CREATE TABLE class_versions (
    community_id UUID NOT NULL,
    version INTEGER NOT NULL,
    effective_from TIMESTAMP WITH TIME ZONE NOT NULL,
    classes JSONB NOT NULL,
    made_by UUID,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (community_id, version)
)
    """,
]
APPEND_ONLY = ("class_versions",)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {app_role()}")
