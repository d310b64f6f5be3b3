"""Tables of places."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import INTERNAL, PUBLIC
from services.members.store.metadata import metadata

areas = Table(
    "areas",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("kind", Text, nullable=False, info=PUBLIC),
    Column("parent_id", Uuid, ForeignKey("areas.id"), info=INTERNAL),
    Column("path", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("name", Text, nullable=False, info=PUBLIC),
    Column("community_id", Uuid, info=INTERNAL),
    Column("division_code", Text, info=PUBLIC),
    Column("local_code", Text, info=PUBLIC),
    Column("number", Text, info=PUBLIC),
    Column("has_property_management", Boolean, info=PUBLIC),
    Column("dwelling_count", Integer, info=PUBLIC),
    Column("lat", Float(53), info=PUBLIC),
    Column("lon", Float(53), info=PUBLIC),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Index("areas_path", "path", postgresql_using="gin"),
    Index("areas_parent", "parent_id"),
    Index("areas_number", "number"),
)


estates = Table(
    "estates",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("name", Text, nullable=False, info=PUBLIC),
    Column("community_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
)

estate_buildings = Table(
    "estate_buildings",
    metadata,
    Column("building_id", Uuid, ForeignKey("areas.id"), primary_key=True, info=INTERNAL),
    Column("estate_id", Uuid, ForeignKey("estates.id"), nullable=False, info=INTERNAL),
    Index("estate_buildings_estate", "estate_id"),
)
