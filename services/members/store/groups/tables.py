"""Tables of organisations and who belongs to them."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, TSTZRANGE, ExcludeConstraint

from chassis.database import INTERNAL, PERSONAL, PUBLIC
from services.members.store.metadata import metadata

organizations = Table(
    "organizations",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("classification", Text, nullable=False, info=PUBLIC),
    Column("name", Text, nullable=False, info=PUBLIC),
    Column("parent_id", Uuid, ForeignKey("organizations.id"), info=INTERNAL),
    Column("path", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("area_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("community_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("host_id", Uuid, ForeignKey("organizations.id"), info=INTERNAL),
    Column("mandate", ARRAY(Text), nullable=False, info=PUBLIC),
    Column("join_mode", Text, nullable=False, info=PUBLIC),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Index("organizations_path", "path", postgresql_using="gin"),
    Index("organizations_area", "area_id"),
)

posts = Table(
    "posts",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("organization_id", Uuid, ForeignKey("organizations.id"), nullable=False, info=INTERNAL),
    Column("area_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("role", Text, nullable=False, info=PUBLIC),
    Column("title", Text, nullable=False, info=PUBLIC),
    Column("seats", Integer, CheckConstraint("seats > 0", name="posts_seats"), nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Index("posts_organization", "organization_id"),
)

post_holdings = Table(
    "post_holdings",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("post_id", Uuid, ForeignKey("posts.id"), nullable=False, info=INTERNAL),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False, info=INTERNAL),
    Column("community_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("during", TSTZRANGE, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Index("post_holdings_person", "person_id"),
    ExcludeConstraint(("post_id", "="), ("person_id", "="), ("during", "&&"), name="post_holdings_once"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("community_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False, info=INTERNAL),
    Column("organization_id", Uuid, ForeignKey("organizations.id"), nullable=False, info=INTERNAL),
    Column("tier", Text, nullable=False, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("during", TSTZRANGE, nullable=False, info=INTERNAL),
    Column("proposed_by", Uuid, info=INTERNAL),
    Column("reason", Text, nullable=False, info=PERSONAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Index("memberships_person", "person_id"),
    Index("memberships_organization", "organization_id", "id"),
    # The community is the organisation's, hence the same in all its rows: the two rules hold for it whole.
    ExcludeConstraint(
        ("community_id", "="),
        ("person_id", "="),
        ("organization_id", "="),
        ("during", "&&"),
        name="memberships_once",
        where=text("state = 'active'"),
    ),
    ExcludeConstraint(
        ("community_id", "="),
        ("organization_id", "="),
        ("during", "&&"),
        name="memberships_one_leader",
        where=text("state = 'active' AND tier IN ('leader', 'acting_leader')"),
    ),
)

coverage = Table(
    "coverage",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("community_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("organization_id", Uuid, ForeignKey("organizations.id"), nullable=False, info=INTERNAL),
    Column("area_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("category", Text, nullable=False, info=PUBLIC),
    Column("rank", Text, nullable=False, info=PUBLIC),
    Column("during", TSTZRANGE, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Index("coverage_organization", "organization_id"),
    ExcludeConstraint(
        ("area_id", "="),
        ("category", "="),
        ("during", "&&"),
        name="coverage_one_lead",
        where=text("rank = 'lead'"),
    ),
)

task_forces = Table(
    "task_forces",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("organization_id", Uuid, ForeignKey("organizations.id"), nullable=False, info=INTERNAL),
    Column("community_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("ticket_id", Uuid, nullable=False, info=INTERNAL),
    Column("correlation", Uuid, nullable=False, info=INTERNAL),
    Column("building_id", Uuid, info=INTERNAL),
    Column("size", Integer, nullable=False, info=INTERNAL),
    Column("purpose_code", Text, nullable=False, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("person_ids", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("until", DateTime(timezone=True), info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Index(
        "task_forces_ticket", "ticket_id", "organization_id", unique=True, postgresql_where=text("state = 'requested'")
    ),
    Index("task_forces_organization", "organization_id", "id"),
)
