"""Budgets and what has been spent of them in their period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.notify.domain.budget import Balance, period_start
from services.notify.store import rows
from services.notify.store.tables import budget_counters, budgets


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How many billable segments may leave in a period: of a community, or of everybody."""

    id: UUID
    community_id: UUID | None
    message_class: str
    period: str
    limit_billable: int
    by: str
    at: datetime
    correlation: UUID
    revision: int


async def put(tx: Transaction, budget: Budget) -> Budget:
    """Set a budget; one of the same community, class and period is replaced."""
    change = {"limit_billable": budget.limit_billable, "by": budget.by, "at": budget.at}
    statement = upsert(budgets).values(rows.values(budget))
    statement = statement.on_conflict_do_update(
        index_elements=["community_id", "message_class", "period"],
        set_=change | {"revision": budgets.c.revision + 1},
    )
    return Budget(**(await tx.execute(statement.returning(*budgets.c))).one()._mapping)


async def lock_balances(tx: Transaction, communities: Iterable[UUID | None]) -> list[Balance]:
    """The budgets that messages of these communities count against, which nobody else spends meanwhile."""
    theirs = or_(budgets.c.community_id.is_(None), rows.among(budgets.c.community_id, rows.ids(communities)))
    statement = _with_spent(tx.now).where(theirs).order_by(budgets.c.id).with_for_update(of=budgets)
    return [balance_of(row._mapping) for row in await tx.execute(statement)]


async def balances(tx: Transaction) -> list[Balance]:
    """Every budget in its period, to be looked at."""
    statement = _with_spent(tx.now).order_by(budgets.c.message_class, budgets.c.id)
    return [balance_of(row._mapping) for row in await tx.execute(statement)]


async def spend(tx: Transaction, spent: Iterable[Balance]) -> None:
    """Write what a batch has spent."""
    values = [
        {
            "budget_id": one.budget_id,
            "period_start": period_start(one.period, tx.now),
            "spent": one.spent,
            "level": one.level,
        }
        for one in spent
    ]
    if not values:
        return
    statement = upsert(budget_counters)
    new = statement.excluded
    statement = statement.on_conflict_do_update(
        index_elements=["budget_id", "period_start"], set_={"spent": new.spent, "level": new.level}
    )
    await tx.execute(statement, values)


def _with_spent(at: datetime) -> Any:
    start = case((budgets.c.period == "month", period_start("month", at)), else_=period_start("day", at))
    spent = and_(budget_counters.c.budget_id == budgets.c.id, budget_counters.c.period_start == start)
    return select(
        budgets.c.id.label("budget_id"),
        budgets.c.community_id,
        budgets.c.message_class,
        budgets.c.period,
        budgets.c.limit_billable.label("limit"),
        func.coalesce(budget_counters.c.spent, 0).label("spent"),
        func.coalesce(budget_counters.c.level, 0).label("level"),
        budgets.c.correlation,
        budgets.c.revision,
    ).select_from(budgets.outerjoin(budget_counters, spent))


def balance_of(row: Any) -> Balance:
    return Balance(**row)
