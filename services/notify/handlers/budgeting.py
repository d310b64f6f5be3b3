"""Budgets: set by people, spent by the sender, announced when 80 and 100 percent are reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.budget import EVERY_CLASS, Balance
from services.notify.domain.template import CLASSES
from services.notify.events import BudgetReached
from services.notify.store import budgets, copies
from services.notify.store.budgets import Budget


@dataclass(frozen=True, slots=True)
class SetBudget:
    """How many billable segments of a class a community, or everybody, may send in a period."""

    community_id: UUID | None
    message_class: str
    period: str
    limit_billable: int


@dataclass(frozen=True, slots=True)
class _Budget:
    """A budget as an event needs it."""

    id: UUID
    community_id: UUID | None
    correlation: UUID
    revision: int


async def put(command: SetBudget, tx: Transaction) -> Budget:
    """Set a budget, in the place of one that was there."""
    if command.message_class not in {EVERY_CLASS, *CLASSES}:
        errors = [{"pointer": "/class", "code": "unknown", "detail": command.message_class}]
        raise Refused("class_unknown", status=422, errors=errors)
    path = await copies.path_of(tx, command.community_id)
    if command.community_id and not tx.actor.may("notify.budgets.write", area_path=path):
        raise Refused("community_unknown", status=404)
    budget_id = tx.new_id()
    row = Budget(
        id=budget_id,
        community_id=command.community_id,
        message_class=command.message_class,
        period=command.period,
        limit_billable=command.limit_billable,
        by=tx.actor.name,
        at=tx.now,
        correlation=budget_id,
        revision=1,
    )
    return await budgets.put(tx, row)


async def spend(spent: Iterable[Balance], tx: Transaction) -> None:
    """Write what a batch has spent; each level is told once a period."""
    changed = sorted(spent, key=lambda b: b.budget_id)
    for balance in changed:
        if balance.reached > balance.level:
            balance.level = balance.reached
            reason = f"{balance.message_class}_{balance.period}"
            about = _Budget(balance.budget_id, balance.community_id, balance.correlation, balance.revision)
            tx.announce(BudgetReached(reason=reason, level=balance.level), about)
    await budgets.spend(tx, changed)
