"""What somebody has kept to look at again and again."""

from sqlalchemy import Column, Table, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from chassis.database import PERSONAL
from services.tickets.store.tables.base import key, metadata, moment, ref

saved_views = Table(
    "saved_views",
    metadata,
    key(),
    ref("person_id", nullable=False),
    Column("name", Text, nullable=False, info=PERSONAL),
    Column("filters", JSONB, nullable=False, info=PERSONAL),
    moment("made_at", nullable=False),
    UniqueConstraint("person_id", "name", name="saved_views_name"),
)
