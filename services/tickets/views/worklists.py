"""What lies on whose desk, the most pressing first; every worklist is counted exactly."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.auth import Actor
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.state import AWAITING, LIVE, State
from services.tickets.store.tables import tickets
from services.tickets.views.lists import DUE, NOT_IMPORTED, OPEN, states
from services.tickets.views.questions import Question, ids_of
from services.tickets.views.rows import Count
from services.tickets.views.scope import ways
from services.tickets.views.sql import Part

FAR = datetime(9999, 1, 1, tzinfo=UTC)
_UNCLOSED = Part("t.state NOT IN ('closed', 'rejected', 'merged', 'withdrawn')")
_CALL_BACK = Part("t.call_back")
_URGENCY = func.coalesce(tickets.c.due_at, FAR)
_WHOLE = (
    select(tickets).where(tickets.c.id == any_(bindparam("ids", type_=ARRAY(Uuid)))).order_by(_URGENCY, tickets.c.id)
)


def _mine(actor: Actor, now: datetime) -> Part:
    """What she handles; for a leader also what waits for her group to accept."""
    scopes, handled = actor.scopes("tickets.accept"), states(LIVE)
    granted = Part("t.area_path && ? OR t.group_path && ?", (list(scopes.areas), list(scopes.organizations)))
    return Part(
        f"(t.handler_id = ? AND {handled.text} OR t.state = 'assigned' AND ({granted.text}))",
        (actor.person_id, *granted.values),
    )


WORKLISTS: Mapping[str, Callable[[Actor, datetime], Part]] = {
    "unassigned": lambda actor, now: Part.joined(" AND ", [OPEN, states([State.DRAFT, State.RECEIVED])]),
    "mine": _mine,
    "due_today": lambda actor, now: DUE["today"](now),
    "breached": lambda actor, now: DUE["overdue"](now),
    "waiting": lambda actor, now: states([State.WAITING_RESIDENT, State.WAITING_EXTERNAL]),
    "to_call_back": lambda actor, now: _CALL_BACK,
    "following_up": lambda actor, now: states(AWAITING),
}


async def worklist(
    tx: Transaction, name: str, limit: int, after: Sequence[Any] | None
) -> tuple[Sequence[Row[Any]], Count]:
    if name not in WORKLISTS:
        raise Refused("worklist_unknown", status=404)
    wanted = await _on_desk(tx, WORKLISTS[name](tx.actor, tx.now))
    place = (datetime.fromisoformat(after[0]), UUID(after[1])) if after is not None else None
    beyond = Part("WHERE (urgency, id) > (?, ?)", place) if place else Part("")
    statement = Part.joined(" ", [
        Part("WITH wanted AS MATERIALIZED ("), wanted, Part("), desk AS (SELECT t.id, coalesce(t.due_at, ?) AS urgency"
        " FROM tickets t JOIN wanted USING (id)) SELECT (SELECT count(*) FROM wanted) AS count,"
        " ARRAY(SELECT id FROM desk", (FAR,)), beyond, Part(f"ORDER BY urgency, id LIMIT {limit + 1}) AS ids"),
    ])  # fmt: skip
    row = await tx.driver.fetchrow(statement.numbered, *statement.values)
    rows = (await tx.execute(_WHOLE, {"ids": row["ids"]})).all() if row["ids"] else []
    return rows, Count(value=row["count"], relation="exact")


async def counts(tx: Transaction) -> dict[str, int]:
    """All worklists: what is not closed in one pass, and who is to be called back."""
    unclosed, calls = await _on_desk(tx, _UNCLOSED), await _on_desk(tx, _CALL_BACK)
    sums = [
        Part(f"count(*) FILTER (WHERE {part.text}) AS {name}", part.values)
        for name, condition in WORKLISTS.items()
        if name != "to_call_back"
        for part in [condition(tx.actor, tx.now)]
    ]
    counted = Part.joined(", ", [*sums, Part(f"(SELECT count(*) FROM ({calls.text}) c) AS to_call_back", calls.values)])
    statement = Part.joined(" ", [
        Part("SELECT"), counted, Part("FROM tickets t JOIN ("), unclosed, Part(") unclosed USING (id)"),
    ])  # fmt: skip
    row = await tx.driver.fetchrow(statement.numbered, *statement.values)
    return {name: row[name] for name in WORKLISTS}


async def _on_desk(tx: Transaction, condition: Part) -> Part:
    return ids_of(Question(tuple(await ways(tx, "tickets.worklists")), (condition, NOT_IMPORTED)))
