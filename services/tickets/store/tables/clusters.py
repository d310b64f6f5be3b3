"""Hot spots."""

from sqlalchemy import Column, Index, Integer, Table, Text, text

from chassis.database import INTERNAL
from services.tickets.store.tables.base import key, metadata, moment, ref

clusters = Table(
    "clusters",
    metadata,
    key(),
    ref("community_id"),
    ref("building_id", nullable=False),
    Column("category", Text, nullable=False, info=INTERNAL),
    moment("opened_at", nullable=False),
    moment("last_at", nullable=False),
    Column("households", Integer, nullable=False, info=INTERNAL),
    moment("closed_at"),
    ref("parent_id"),
    Column("revision", Integer, nullable=False, info=INTERNAL),
)
Index(
    "clusters_open_once",
    clusters.c.building_id,
    clusters.c.category,
    unique=True,
    postgresql_where=text("closed_at IS NULL"),
)
Index("clusters_community", clusters.c.community_id, clusters.c.opened_at)
