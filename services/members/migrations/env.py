"""Alembic's entry for members' database."""

from chassis.database import run_alembic
from services.members.store.tables import metadata

run_alembic("members", metadata)
