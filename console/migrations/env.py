"""Alembic for the chronicle's own database."""

from chassis.database import run_alembic
from console.chronicle.tables import metadata

run_alembic("console", metadata)
