"""Call tasks. Who may ring is said in the claiming query itself: nobody who did the work can claim."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.auth import Actor
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.call import CLAIM_LASTS, CallPurpose, CallResult, CallState, CallTask
from services.tickets.domain.ticket import Ticket
from services.tickets.store.follow_ups import mark_call_back
from services.tickets.store.tables import call_tasks, calls

_IS_INDEPENDENT = text("SELECT is_independent(:ticket_id, :round, :person_id)")
_CLAIM = text("""
UPDATE call_tasks SET state = 'claimed', claimed_by = :person_id, claimed_until = :until, revision = revision + 1
WHERE id = :id AND not_before <= :now
  AND (state = 'open' OR (state = 'claimed' AND claimed_until <= :now))
  AND is_independent(ticket_id, round, :person_id)
RETURNING id
""")
_WAITING = text("""
SELECT k.*, t.number, t.category, t.building_id, t.state AS ticket_state, t.group_id FROM call_tasks k
JOIN tickets t ON t.id = k.ticket_id
WHERE k.not_before <= :now
  AND (k.state = 'open' OR (k.state = 'claimed' AND (k.claimed_until <= :now OR k.claimed_by = :person_id)))
  AND (t.area_path && CAST(:areas AS uuid[]) OR t.community_id IN (
        SELECT c.id FROM organizations o JOIN areas a ON a.id = o.area_id JOIN communities c ON c.id = ANY(a.path)
        WHERE o.id = ANY(CAST(:groups AS uuid[]))))
  AND is_independent(k.ticket_id, k.round, :person_id)
  AND (CAST(:after_at AS timestamptz) IS NULL OR (k.not_before, k.id) > (:after_at, CAST(:after_id AS uuid)))
ORDER BY k.not_before, k.id LIMIT :limit
""")


async def is_independent(tx: Transaction, ticket: Ticket, round_: int, person_id: UUID) -> bool:
    values = {"ticket_id": ticket.id, "round": round_, "person_id": person_id}
    return bool((await tx.execute(_IS_INDEPENDENT, values)).scalar_one())


async def open_once(
    tx: Transaction, ticket: Ticket, round_: int, purpose: CallPurpose, why: str, not_before: datetime
) -> CallTask | None:
    """The task of this round, unless it is open already; one that was over is taken up again."""
    task = CallTask(tx.new_id(), ticket.id, round_, purpose, why, CallState.OPEN, tx.now, not_before)
    statement = upsert(call_tasks).values(asdict(task))
    renewed = ("why", "state", "opened_at", "not_before", "calls", "claimed_by", "claimed_until")
    over = call_tasks.c.state.in_([CallState.DONE, CallState.CANCELLED])
    written = statement.on_conflict_do_update(
        constraint="call_tasks_once",
        set_={name: statement.excluded[name] for name in renewed} | {"revision": call_tasks.c.revision + 1},
        where=over,
    ).returning(call_tasks.c.id, call_tasks.c.revision)
    row = (await tx.execute(written)).first()
    if row is None:
        return None
    await mark_call_back(tx, ticket.id, True)
    return replace(task, id=row.id, revision=row.revision)


async def load(tx: Transaction, task_id: UUID) -> CallTask:
    row = (await tx.execute(select(call_tasks).where(call_tasks.c.id == task_id).with_for_update())).first()
    if row is None:
        raise Refused("call_task_unknown", status=404)
    return CallTask(**{**row._mapping, "purpose": CallPurpose(row.purpose), "state": CallState(row.state)})


async def claim(tx: Transaction, task: CallTask, person_id: UUID) -> bool:
    values = {"id": task.id, "person_id": person_id, "now": tx.now, "until": tx.now + CLAIM_LASTS}
    return (await tx.execute(_CLAIM, values)).first() is not None


async def save(tx: Transaction, task: CallTask) -> CallTask:
    values = asdict(task) | {"revision": call_tasks.c.revision + 1}
    del values["id"]
    statement = update(call_tasks).where(call_tasks.c.id == task.id).values(values).returning(call_tasks.c.revision)
    saved = replace(task, revision=(await tx.execute(statement)).scalar_one())
    if saved.is_over:
        await mark_call_back(tx, task.ticket_id, False)
    return saved


async def add_call(tx: Transaction, task: CallTask, result: CallResult, by: UUID) -> None:
    await tx.execute(insert(calls).values(id=tx.new_id(), task_id=task.id, by=by, result=result, at=tx.now))


async def cancel(tx: Transaction, ticket_id: UUID) -> None:
    """Nothing is left to ring about."""
    over = call_tasks.c.state.in_([CallState.OPEN, CallState.CLAIMED])
    statement = update(call_tasks).where(call_tasks.c.ticket_id == ticket_id, over)
    values = {"state": CallState.CANCELLED, "claimed_by": None, "claimed_until": None}
    await tx.execute(statement.values(**values, revision=call_tasks.c.revision + 1))
    await mark_call_back(tx, ticket_id, False)


async def waiting(
    tx: Transaction, actor: Actor, permission: str, limit: int, after: Sequence[Any] | None
) -> Sequence[Row[Any]]:
    """What this person may ring about now, the longest waiting first."""
    scopes = actor.scopes(permission)
    values = {
        "now": tx.now,
        "person_id": actor.person_id,
        "areas": list(scopes.areas),
        "groups": list(scopes.organizations),
        "after_at": datetime.fromisoformat(after[0]) if after else None,
        "after_id": UUID(after[1]) if after else None,
        "limit": limit + 1,
    }
    return (await tx.execute(_WAITING, values)).all()


async def ticket_of(tx: Transaction, task_id: UUID) -> UUID:
    ticket_id = (await tx.execute(select(call_tasks.c.ticket_id).where(call_tasks.c.id == task_id))).scalar()
    if ticket_id is None:
        raise Refused("call_task_unknown", status=404)
    return UUID(str(ticket_id))
