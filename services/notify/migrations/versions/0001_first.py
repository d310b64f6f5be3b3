"""The first tables of notify. Consents to hear no more, answers and delivery reports can only be added."""

from pathlib import Path

from alembic import op

from chassis.database import app_role, chassis_schema

revision = "0001"
down_revision = None


def upgrade():
    for statement in chassis_schema(1):
        op.execute(statement)
    sql = (Path(__file__).parent.parent / "sql" / "0001_first.sql").read_text(encoding="utf-8")
    for statement in sql.replace("{app}", app_role()).split(";\n"):
        if statement.strip():
            op.execute(statement)
