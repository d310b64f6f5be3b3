"""Budgets: how many billable segments may leave, and how many have."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, permitted
from services.notify.domain.budget import EVERY_CLASS, next_period
from services.notify.handlers import budgeting
from services.notify.handlers.budgeting import SetBudget
from services.notify.store import budgets, copies
from services.notify.store.budgets import Budget

router = APIRouter()
READ = "notify.budgets.read"


class BudgetBody(Body):
    """A limit for a class in a period: of a community, or of everybody."""

    community_id: UUID | None = None
    message_class: str = Field(default=EVERY_CLASS, alias="class", max_length=32)
    period: Literal["day", "month"]
    limit_billable: int = Field(ge=0, le=1_000_000_000)


class BudgetSet(BaseModel):
    """A budget as it stands now."""

    id: UUID
    community_id: UUID | None
    message_class: str = Field(serialization_alias="class")
    period: str
    limit_billable: int
    at: datetime
    revision: int

    @classmethod
    def of(cls, row: Budget) -> "BudgetSet":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


@router.post("/v1/budgets", response_model=BudgetSet)
async def set_budget(body: BudgetBody, edge: Annotated[Edge, permitted("notify.budgets.write")]) -> Response:
    """Set a budget, or change the one that stands for the same community, class and period."""
    command = SetBudget(body.community_id, body.message_class, body.period, body.limit_billable)
    return await edge.command(lambda tx: budgeting.put(command, tx), BudgetSet.of)


@router.get("/v1/budgets")
async def list_budgets(edge: Annotated[Edge, permitted(READ)]) -> dict[str, Any]:
    """The budgets of the reader's communities and of everybody, with what has been spent in this period."""
    async with edge.reading() as tx:
        items = [
            {
                "id": b.budget_id,
                "community_id": b.community_id,
                "class": b.message_class,
                "period": b.period,
                "limit_billable": b.limit,
                "spent": b.spent,
                "level": b.reached,
                "until": next_period(b.period, tx.now),
            }
            for b in await budgets.balances(tx)
            if b.community_id is None or edge.actor.may(READ, area_path=await copies.path_of(tx, b.community_id))
        ]
        return {"items": items, "next": None, "as_of": tx.now}
