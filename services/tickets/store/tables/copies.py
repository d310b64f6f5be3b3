"""What members has announced, as tickets needs it (places, groups, leaders, coverage), and our own references."""

from sqlalchemy import ARRAY, Boolean, Column, Date, Double, Index, Integer, SmallInteger, Table, Text, Uuid

from chassis.database import INTERNAL, PUBLIC
from services.tickets.store.tables.base import key, metadata, moment, ref

areas = Table(
    "areas",
    metadata,
    key(),
    Column("kind", Text, nullable=False, info=PUBLIC),
    ref("parent_id"),
    Column("path", ARRAY(Uuid), nullable=False, info=PUBLIC),
    ref("estate_id"),
    Column("name", Text, nullable=False, info=PUBLIC),
    Column("has_property_management", Boolean, info=PUBLIC),
    Column("lat", Double, info=PUBLIC),
    Column("long", Double, info=PUBLIC),
    Column("state", Text, nullable=False, info=PUBLIC),
)

communities = Table(
    "communities",
    metadata,
    key(),
    Column("code", SmallInteger, nullable=False, unique=True, info=PUBLIC),
)

organizations = Table(
    "organizations",
    metadata,
    key(),
    Column("classification", Text, nullable=False, info=PUBLIC),
    Column("path", ARRAY(Uuid), nullable=False, info=PUBLIC),
    ref("area_id"),
    Column("mandate", ARRAY(Text), nullable=False, info=PUBLIC),
    Column("name", Text, nullable=False, info=PUBLIC),
    Column("state", Text, nullable=False, info=PUBLIC),
    moment("founded_at", nullable=False),
)
Index("organizations_area", organizations.c.area_id)

group_leaders = Table(
    "group_leaders",
    metadata,
    key("organization_id"),
    ref("leader_id"),
    ref("deputy_id"),
)

memberships = Table(
    "memberships",
    metadata,
    key(),
    ref("organization_id", nullable=False),
    ref("person_id", nullable=False),
    Column("tier", Text, nullable=False, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
)
Index("memberships_person", memberships.c.organization_id, memberships.c.person_id)

coverage = Table(
    "coverage",
    metadata,
    key(),
    ref("organization_id", nullable=False),
    ref("area_id", nullable=False),
    Column("category", Text, nullable=False, info=PUBLIC),
    Column("rank", Text, nullable=False, info=PUBLIC),
    moment("valid_from"),
    moment("valid_until"),
    Column("state", Text, nullable=False, info=PUBLIC),
)
Index("coverage_area", coverage.c.area_id)

categories = Table(
    "categories",
    metadata,
    Column("code", Text, primary_key=True, info=PUBLIC),
    ref("id", nullable=False),
    Column("parent", Text, info=PUBLIC),
    Column("label", Text, nullable=False, info=PUBLIC),
    Column("label_en", Text, nullable=False, info=PUBLIC),
    Column("class", Text, key="class_code", nullable=False, info=PUBLIC),
    Column("keywords", ARRAY(Text), nullable=False, info=PUBLIC),
    Column("ordinal", Integer, nullable=False, info=PUBLIC),
    Column("version", Integer, nullable=False, info=PUBLIC),
)

calendar_days = Table(
    "calendar_days",
    metadata,
    Column("day", Date, primary_key=True, info=PUBLIC),
    Column("kind", Text, nullable=False, info=PUBLIC),
    Column("name", Text, nullable=False, info=PUBLIC),
    Column("source", Text, nullable=False, info=PUBLIC),
    Column("version", Text, nullable=False, info=PUBLIC),
)

routing_rules = Table(
    "routing_rules",
    metadata,
    Column("id", Text, primary_key=True, info=PUBLIC),
    Column("version", Integer, primary_key=True, info=PUBLIC),
    ref("community_id"),
    Column("priority", Integer, nullable=False, info=PUBLIC),
    Column("categories", ARRAY(Text), nullable=False, info=PUBLIC),
    Column("has_property_management", Boolean, info=PUBLIC),
    Column("mandate", Text, nullable=False, info=PUBLIC),
    moment("effective_from", nullable=False),
)
