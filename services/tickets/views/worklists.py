"""What lies on whose desk, the most pressing first; every worklist is counted exactly."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, tuple_
from sqlalchemy import case as sql_case

from chassis.auth import Actor
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.state import AWAITING, LIVE
from services.tickets.store.tables import tickets
from services.tickets.views.lists import DUE, OPEN
from services.tickets.views.questions import Question, ids_of, plan_each
from services.tickets.views.rows import Count
from services.tickets.views.scope import granted, ways

FAR = datetime(9999, 1, 1, tzinfo=UTC)
_UNCLOSED = tickets.c.state.not_in(["closed", "rejected", "merged", "withdrawn"])
_NOT_IMPORTED = tickets.c.origin != "import"


def _mine(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """What she handles; for a leader also what waits for her group to accept."""
    waiting = and_(tickets.c.state == "assigned", granted(actor, "tickets.accept"))
    handled = and_(tickets.c.handler_id == actor.person_id, tickets.c.state.in_(sorted(LIVE)))
    return or_(handled, waiting)


WORKLISTS: Mapping[str, Callable[[Actor, datetime], ColumnElement[bool]]] = {
    "unassigned": lambda actor, now: and_(OPEN, tickets.c.state.in_(["draft", "received"])),
    "mine": _mine,
    "due_today": lambda actor, now: DUE["today"](now),
    "breached": lambda actor, now: DUE["overdue"](now),
    "waiting": lambda actor, now: tickets.c.state.in_(["waiting_resident", "waiting_external"]),
    "to_call_back": lambda actor, now: tickets.c.call_back,
    "following_up": lambda actor, now: tickets.c.state.in_(sorted(AWAITING)),
}


async def worklist(
    tx: Transaction, name: str, limit: int, after: Sequence[Any] | None
) -> tuple[Sequence[Row[Any]], Count]:
    if name not in WORKLISTS:
        raise Refused("worklist_unknown", status=404)
    wanted = await _on_desk(tx, WORKLISTS[name](tx.actor, tx.now))
    urgency = func.coalesce(tickets.c.due_at, FAR)
    statement = select(tickets).where(tickets.c.id.in_(wanted)).order_by(urgency, tickets.c.id)
    if after is not None:
        at, id_ = datetime.fromisoformat(after[0]), UUID(after[1])
        statement = statement.where(tuple_(urgency, tickets.c.id) > tuple_(at, id_))
    rows = (await tx.execute(statement.limit(limit + 1))).all()
    return rows, Count(value=await _count(tx, wanted), relation="exact")


async def counts(tx: Transaction) -> dict[str, int]:
    """All worklists: what is not closed in one pass, and who is to be called back."""
    sums = [
        func.count(sql_case((condition(tx.actor, tx.now), 1))).label(name)
        for name, condition in WORKLISTS.items()
        if name != "to_call_back"
    ]
    unclosed = await _on_desk(tx, _UNCLOSED)
    row = (await tx.execute(select(*sums).where(tickets.c.id.in_(unclosed)))).one()
    calls = await _count(tx, await _on_desk(tx, tickets.c.call_back))
    return {name: calls if name == "to_call_back" else getattr(row, name) for name in WORKLISTS}


async def _on_desk(tx: Transaction, condition: ColumnElement[bool]) -> Any:
    await plan_each(tx)
    return ids_of(Question(tuple(await ways(tx, "tickets.worklists")), (condition, _NOT_IMPORTED)))


async def _count(tx: Transaction, wanted: Any) -> int:
    return int((await tx.execute(select(func.count()).select_from(wanted.subquery()))).scalar_one())
