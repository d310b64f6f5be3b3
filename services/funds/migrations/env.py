"""Alembic's entry: the tables of this service, brought up to date as its owner."""

from chassis.database import run_alembic
from services.funds.store.tables import metadata

run_alembic("funds", metadata)
