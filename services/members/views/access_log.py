"""Who looked at a person, for herself and for an auditor."""

from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, MetaData, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.edge import Page
from chassis.transaction import Transaction
from services.members.store.people import people
from services.members.store.places import areas
from services.members.views import reach

# The chassis owns this table and writes it; here it is only read.
access_log = Table(
    "access_log",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True)),
    Column("actor", Text),
    Column("action", Text),
    Column("subject", Uuid),
    Column("reason", Text),
    Column("fields", ARRAY(Text)),
)


async def reads_of(tx: Transaction, page: Page, person_id: UUID) -> list[dict[str, Any]]:
    """Newest first."""
    if tx.actor.person_id != person_id:
        person = await people.load(tx, person_id)
        area = await areas.load(tx, person.community_id)
        reach.require(tx.actor, "access_log.read", area_path=area.path)
    statement = select(access_log).where(access_log.c.subject == person_id).order_by(access_log.c.id.desc())
    if page.after:
        statement = statement.where(access_log.c.id < UUID(page.after[0]))
    return [dict(row._mapping) for row in await tx.execute(statement.limit(page.limit + 1))]
