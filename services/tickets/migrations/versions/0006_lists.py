"""Lists of one category in the order of filing, for each way by which cases are seen."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for whose in ("community", "group", "handler"):
        op.execute(f"CREATE INDEX tickets_{whose}_category ON tickets ({whose}_id, category, filed_at, id)")
