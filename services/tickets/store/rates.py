"""What the rates are made by: definitions, what is left out, and reports as they were published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.tickets.domain.rates import Definition
from services.tickets.store.tables import household_counts, rate_definitions, rate_exclusions, rate_reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was published of one month; it never changes."""

    id: UUID
    community_id: UUID
    month: date
    as_of: datetime
    made_at: datetime
    definition: str
    history_seq: int
    figures: str
    revision: int = 1

    @property
    def correlation(self) -> UUID:
        return self.id


async def definitions(tx: Transaction, month: date, as_of: datetime) -> Mapping[UUID, Definition]:
    """What is counted in each community that has decided it itself, as decided by then for this month."""
    wanted = (rate_definitions.c.effective_from <= month, rate_definitions.c.made_at <= as_of)
    rows = await tx.execute(select(rate_definitions).where(*wanted).order_by(rate_definitions.c.version))
    return {row.community_id: _definition(row) for row in rows}


async def all_definitions(tx: Transaction, community_id: UUID) -> list[tuple[date, Definition]]:
    wanted = rate_definitions.c.community_id == community_id
    rows = await tx.execute(select(rate_definitions).where(wanted).order_by(rate_definitions.c.version))
    return [(row.effective_from, _definition(row)) for row in rows]


async def add_definition(tx: Transaction, community_id: UUID, definition: Definition, effective_from: date) -> str:
    """The next version of this community; its name."""
    newest = select(func.coalesce(func.max(rate_definitions.c.version), 0)).where(
        rate_definitions.c.community_id == community_id
    )
    version = int((await tx.execute(newest)).scalar_one()) + 1
    await tx.execute(
        insert(rate_definitions).values(
            id=tx.new_id(),
            community_id=community_id,
            version=version,
            weights=list(definition.weights),
            partly_counts_half=definition.partly_counts_half,
            kinds=list(definition.kinds),
            effective_from=effective_from,
            made_by=tx.actor.person_id,
            made_at=tx.now,
        )
    )
    return str(version)


async def exclude(tx: Transaction, ticket_id: UUID, round_: int, reason: str) -> bool:
    """Leave a round out; whether it was still in."""
    statement = upsert(rate_exclusions).values(
        ticket_id=ticket_id, round=round_, reason=reason, by=tx.actor.person_id, at=tx.now
    )
    made = await tx.execute(statement.on_conflict_do_nothing().returning(rate_exclusions.c.round))
    return made.first() is not None


async def add_report(tx: Transaction, report: Report) -> bool:
    """Publish; whether this month of this community had no report yet."""
    values = {name: getattr(report, name) for name in rate_reports.c.keys()}  # noqa: SIM118
    made = await tx.execute(upsert(rate_reports).values(values).on_conflict_do_nothing().returning(rate_reports.c.id))
    return made.first() is not None


async def report(tx: Transaction, report_id: UUID) -> Report | None:
    row = (await tx.execute(select(rate_reports).where(rate_reports.c.id == report_id))).first()
    return Report(**row._mapping) if row else None


async def reports(tx: Transaction, community_id: UUID, limit: int) -> list[Report]:
    """Newest month first."""
    wanted = select(rate_reports).where(rate_reports.c.community_id == community_id)
    rows = await tx.execute(wanted.order_by(rate_reports.c.month.desc()).limit(limit))
    return [Report(**row._mapping) for row in rows]


async def put_households(tx: Transaction, area_id: UUID, month: date, households: int) -> None:
    statement = upsert(household_counts).values(area_id=area_id, month=month, households=households)
    changed = {"households": statement.excluded.households}
    await tx.execute(statement.on_conflict_do_update(index_elements=["area_id", "month"], set_=changed))


def _definition(row: Row[Any]) -> Definition:
    return Definition(str(row.version), tuple(row.weights), row.partly_counts_half, tuple(row.kinds))
