"""A role that reads the books and nothing under seal."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

SQL = Path(__file__).parents[1] / "sql" / "auditor.sql"


def upgrade() -> None:
    for statement in SQL.read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            op.execute(statement)
