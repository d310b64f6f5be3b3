"""Copies of what others own."""

from sqlalchemy import (
    Column,
    Table,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.database import INTERNAL, PUBLIC
from services.notify.store.tables.columns import metadata, uuid, words

leaders = Table("leaders", metadata, uuid("group_id", primary_key=True), uuid("leader_id"), uuid("deputy_id"))

groups = Table(
    "groups", metadata, uuid("group_id", primary_key=True), words("name", PUBLIC), uuid("area_id"), words("state")
)

places = Table(
    "places",
    metadata,
    uuid("area_id", primary_key=True),
    words("name", PUBLIC),
    words("kind"),
    Column("path", ARRAY(Uuid), info=INTERNAL, nullable=False),
    words("state"),
)

categories = Table("categories", metadata, words("category", primary_key=True), words("label", PUBLIC), words("state"))
