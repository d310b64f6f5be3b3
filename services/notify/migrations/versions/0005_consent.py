"""Consent."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS: list[str] = []


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
