"""Recurring walks: the plan, its checkpoints, the single walks and what was seen at each place."""

from sqlalchemy import ARRAY, Column, ForeignKey, Index, Integer, Table, Text, Uuid

from chassis.database import INTERNAL, PERSONAL, PUBLIC
from services.tickets.store.tables.base import key, metadata, moment, ref

patrols = Table(
    "patrols",
    metadata,
    key(),
    ref("community_id"),
    ref("area_id", nullable=False),
    Column("area_path", ARRAY(Uuid), nullable=False, info=INTERNAL),
    ref("group_id", nullable=False),
    Column("group_path", ARRAY(Uuid), nullable=False, info=INTERNAL),
    ref("ticket_id"),
    ref("correlation", nullable=False),
    Column("name", Text, nullable=False, info=PUBLIC),
    Column("minimum_people", Integer, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
    moment("made_at", nullable=False),
)
Index("patrols_group", patrols.c.group_id)

checkpoints = Table(
    "checkpoints",
    metadata,
    key(),
    Column("patrol_id", Uuid, ForeignKey("patrols.id"), nullable=False, info=INTERNAL),
    Column("ordinal", Integer, nullable=False, info=INTERNAL),
    Column("label", Text, nullable=False, info=PUBLIC),
    ref("area_id"),
)
Index("checkpoints_patrol", checkpoints.c.patrol_id)

patrol_rounds = Table(
    "patrol_rounds",
    metadata,
    key(),
    Column("patrol_id", Uuid, ForeignKey("patrols.id"), nullable=False, info=INTERNAL),
    moment("starts_at", nullable=False),
    moment("ends_at", nullable=False),
    Column("person_ids", ARRAY(Uuid), nullable=False, info=INTERNAL),
    Column("state", Text, nullable=False, info=INTERNAL),
    moment("started_at"),
    moment("finished_at"),
    Column("reason", Text, nullable=False, info=INTERNAL),
    Column("revision", Integer, nullable=False, info=INTERNAL),
)
Index("patrol_rounds_patrol", patrol_rounds.c.patrol_id, patrol_rounds.c.starts_at)

check_results = Table(
    "check_results",
    metadata,
    Column("round_id", Uuid, ForeignKey("patrol_rounds.id"), primary_key=True, info=INTERNAL),
    Column("checkpoint_id", Uuid, ForeignKey("checkpoints.id"), primary_key=True, info=INTERNAL),
    Column("result", Text, nullable=False, info=INTERNAL),
    Column("reason", Text, nullable=False, info=PERSONAL),
    ref("ticket_id"),
    ref("by"),
    moment("at", nullable=False),
)
