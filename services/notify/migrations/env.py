"""Alembic's entry: notify's own tables, through the chassis."""

from chassis.database import run_alembic
from services.notify.store.tables import metadata

run_alembic("notify", metadata)
