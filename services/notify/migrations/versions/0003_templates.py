"""Templates."""

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS: list[str] = []


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
