"""What communities have changed of the seeded references, and the mark by which every process notices."""

from sqlalchemy import Boolean, Column, Table, Uuid

from chassis.database import INTERNAL
from services.tickets.store.tables.base import metadata

reference_version = Table(
    "reference_version",
    metadata,
    Column("one", Boolean, primary_key=True, info=INTERNAL),
    Column("version", Uuid, nullable=False, info=INTERNAL),
)
