"""Alembic's entry: this service's database only."""

from chassis.database import run_alembic
from services.tickets.store.tables import metadata

run_alembic("tickets", metadata)
