"""Tables of people. What says who somebody is, is sealed with her own key."""

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, TSTZRANGE, ExcludeConstraint

from chassis.database import INTERNAL, PERSONAL, SECRET, SENSITIVE
from services.members.store.metadata import metadata

people = Table(
    "people",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("community_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("name_sealed", LargeBinary, nullable=False, info=PERSONAL),
    Column("name_index", ARRAY(LargeBinary), nullable=False, info=SECRET),
    Column("birth_year", Integer, info=PERSONAL),
    Column("languages", ARRAY(Text), nullable=False, info=PERSONAL),
    Column("channel_order", ARRAY(Text), nullable=False, info=INTERNAL),
    Column("paused_until", DateTime(timezone=True), info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Index("people_name_index", "name_index", postgresql_using="gin"),
    Index("people_community", "community_id", "id"),
)

# One key per person, and one per household for its dwelling: destroying it destroys what it sealed.
data_keys = Table(
    "data_keys",
    metadata,
    Column("owner_id", Uuid, primary_key=True, info=INTERNAL),
    Column("wrapped", LargeBinary, nullable=False, info=SECRET),
)

contact_points = Table(
    "contact_points",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False, info=INTERNAL),
    Column("kind", Text, nullable=False, info=INTERNAL),
    Column("value_sealed", LargeBinary, nullable=False, info=PERSONAL),
    Column("blind_index", LargeBinary, nullable=False, info=SECRET),
    Column("verified_at", DateTime(timezone=True), info=INTERNAL),
    Column("signs_in", Boolean, nullable=False, info=INTERNAL),
    Column("preferred", Boolean, nullable=False, info=INTERNAL),
    Column("unreachable_at", DateTime(timezone=True), info=INTERNAL),
    Index("contact_points_person", "person_id"),
    Index("contact_points_blind_index", "blind_index"),
    Index("contact_points_signs_in", "blind_index", unique=True, postgresql_where=text("signs_in")),
    Index("contact_points_once", "person_id", "kind", "blind_index", unique=True),
)

households = Table(
    "households",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("community_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("building_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("dwelling_sealed", LargeBinary, nullable=False, info=SENSITIVE),
    Column("dwelling_index", LargeBinary, info=SECRET),
    Column("tenure", Text, nullable=False, info=PERSONAL),
    Column("during", TSTZRANGE, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    Index("households_dwelling", "building_id", "dwelling_index"),
    Index("households_community", "community_id", "id"),
)

residencies = Table(
    "residencies",
    metadata,
    Column("id", Uuid, primary_key=True, info=INTERNAL),
    Column("community_id", Uuid, ForeignKey("areas.id"), nullable=False, info=INTERNAL),
    Column("person_id", Uuid, ForeignKey("people.id"), nullable=False, info=INTERNAL),
    Column("household_id", Uuid, ForeignKey("households.id"), nullable=False, info=INTERNAL),
    Column("relation", Text, nullable=False, info=PERSONAL),
    Column("main", Boolean, nullable=False, info=INTERNAL),
    Column("during", TSTZRANGE, nullable=False, info=INTERNAL),
    Index("residencies_person", "person_id"),
    Index("residencies_household", "household_id"),
    ExcludeConstraint(("person_id", "="), ("during", "&&"), name="residencies_one_main", where=text("main")),
)
