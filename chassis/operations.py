"""What an operator sees and does about feeds: lag, parked events, replay, discard."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import text

from chassis.audit import record_act
from chassis.edge import Body, Edge, permitted
from chassis.reader import Entry, Lane
from chassis.refused import Refused

if TYPE_CHECKING:
    from chassis.transaction import Transaction

OPERATIONS_PERMISSIONS: Final = {
    "operations.read": frozenset({"keeper", "secretary", "auditor"}),
    "operations.replay": frozenset({"keeper"}),
    "operations.discard": frozenset({"keeper"}),
}
router = APIRouter(prefix="/operations", tags=["operations"])

_HEADS = text("SELECT lane, position FROM feed_head ORDER BY lane")
_READERS = text(
    "SELECT r.reader, r.lane, r.acked, r.seen_at, h.position - r.acked AS lag,"
    " (SELECT min(announced_at) FROM feed_event e WHERE e.lane = r.lane AND e.position > r.acked) AS oldest"
    " FROM feed_reader r JOIN feed_head h USING (lane) ORDER BY r.reader, r.lane"
)
_CURSORS = text(
    "SELECT producer, lane, epoch, position, moved_at, confirmed_at, stopped FROM feed_cursor ORDER BY producer, lane"
)
_UNSEQUENCED = text("SELECT count(*) FROM feed_event WHERE position IS NULL")
_PARKED = text(
    "SELECT event_id, producer, lane, position, subject, reason_class, reason, attempts, state, first_at, last_at,"
    " discard_asked_by, discard_asked_why FROM parked LEFT JOIN"
    " (SELECT DISTINCT ON (subject) subject AS event_id, actor AS discard_asked_by, reason AS discard_asked_why"
    "  FROM audit WHERE action = 'operations.ask_discard' ORDER BY subject, at) AS asked USING (event_id)"
    " WHERE state IN ('parked', 'behind') ORDER BY first_at, position LIMIT 200"
)


@router.get("/feeds")
async def read_feeds(edge: Annotated[Edge, permitted("operations.read", services=("console",))]) -> dict[str, Any]:
    """Head per lane, each reader's acknowledgement with its lag, our own cursors, and what has no position yet."""
    async with edge.reading() as tx:
        return {
            "heads": [dict(r._mapping) for r in await tx.execute(_HEADS)],
            "readers": [dict(r._mapping) for r in await tx.execute(_READERS)],
            "cursors": [dict(r._mapping) for r in await tx.execute(_CURSORS)],
            "unsequenced": (await tx.execute(_UNSEQUENCED)).scalar_one(),
            "as_of": tx.now,
        }


class ParkedEvent(BaseModel):
    """An event set aside, or one waiting behind it."""

    event_id: UUID
    producer: str
    lane: int
    position: int
    subject: UUID
    reason_class: str
    reason: str
    attempts: int
    state: str
    first_at: datetime
    last_at: datetime
    discard_asked_by: str | None  # where two people must agree: who has asked, and why
    discard_asked_why: str | None


@router.get("/parked")
async def list_parked(
    edge: Annotated[Edge, permitted("operations.read", services=("console",))],
) -> dict[str, list[ParkedEvent]]:
    """What is parked or waits behind something parked, oldest first."""
    async with edge.reading() as tx:
        rows = await tx.execute(_PARKED)
        return {"items": [ParkedEvent.model_validate(dict(r._mapping)) for r in rows]}


class Which(Body):
    """One event, one subject, or all of a reason."""

    event_id: UUID | None = None
    subject: UUID | None = None
    reason: str | None = Field(default=None, max_length=200)


class Why(Which):
    """What to discard, and the reason that goes on record."""

    why: str = Field(min_length=3, max_length=500)


class Settled(BaseModel):
    """How many events were replayed or discarded."""

    settled: int


class Discarded(Settled):
    """And how many are not, because another person must agree first."""

    asked: int


@router.post("/parked:replay")
async def replay_parked(edge: Annotated[Edge, permitted("operations.replay")], which: Which) -> Response:
    """Apply again, each subject's oldest first. What fails again stays parked and is the answer."""
    return await edge.command(lambda tx: replay(tx, which), lambda n: Settled(settled=n), label="replay")


@router.post("/parked:discard")
async def discard_parked(edge: Annotated[Edge, permitted("operations.discard")], which: Why) -> Response:
    """Give up on events, with a reason. Later events of their subjects are free again.

    In a service that discards by two (funds), the first call asks and the same call by another person confirms.
    """
    return await edge.command(lambda tx: discard(tx, which), lambda settled: settled)


_LOCK_CURSORS = text("SELECT 1 FROM feed_cursor ORDER BY producer, lane FOR UPDATE")
_TO_REPLAY = text(
    "SELECT event_id, producer, lane, position, event FROM parked"
    " WHERE state IN ('parked', 'behind') AND subject IN (SELECT subject FROM parked"
    " WHERE (CAST(:event_id AS uuid) IS NULL OR event_id = :event_id)"
    " AND (CAST(:subject AS uuid) IS NULL OR subject = :subject)"
    " AND (CAST(:reason AS text) IS NULL OR reason = :reason) AND state IN ('parked', 'behind'))"
    " ORDER BY producer, lane, position"
)
_TO_DISCARD = text(
    "SELECT event_id FROM parked WHERE state IN ('parked', 'behind')"
    " AND (CAST(:event_id AS uuid) IS NULL OR event_id = :event_id)"
    " AND (CAST(:subject AS uuid) IS NULL OR subject = :subject)"
    " AND (CAST(:reason AS text) IS NULL OR reason = :reason) ORDER BY event_id FOR UPDATE"
)
_ASKED = text(
    "SELECT subject, actor FROM audit"
    " WHERE action = 'operations.ask_discard' AND subject = ANY (CAST(:events AS uuid[]))"
)
_DISCARDED = text("UPDATE parked SET state = 'discarded', last_at = now() WHERE event_id = :event_id")
_REPLAYED = text("UPDATE parked SET state = 'replayed', last_at = now() WHERE event_id = :event_id")


def _which(which: Which) -> dict[str, object]:
    chosen = which.model_dump(include={"event_id", "subject", "reason"})
    if not any(chosen.values()):
        raise Refused("nothing_chosen", status=422)
    return chosen


async def replay(tx: "Transaction", which: Which) -> int:
    """Replay whole subjects in order, under the cursors' locks, so that nothing overtakes."""
    await tx.execute(_LOCK_CURSORS)
    rows = (await tx.execute(_TO_REPLAY, _which(which))).all()
    for row in rows:
        lane = Lane(tx.service, row.producer, row.lane)
        await tx.service.inbox.effect(Entry.of(lane, row.position, None, row.event), tx)
        await tx.execute(_REPLAYED, {"event_id": row.event_id})
        await record_act(tx, action="operations.replay", subject=row.event_id)
    return len(rows)


async def discard(tx: "Transaction", which: Why) -> Discarded:
    """Discard what was chosen; where two must agree, what nobody else has asked for is only asked for. Audited."""
    chosen = (await tx.execute(_TO_DISCARD, _which(which))).scalars().all()
    agreed = await _agreed(tx, chosen) if tx.service.definition.discard_by_two else set(chosen)
    for event_id in chosen:
        if event_id in agreed:
            await tx.execute(_DISCARDED, {"event_id": event_id})
        action = "operations.discard" if event_id in agreed else "operations.ask_discard"
        await record_act(tx, action=action, subject=event_id, reason=which.why)
    return Discarded(settled=len(agreed), asked=len(chosen) - len(agreed))


async def _agreed(tx: "Transaction", chosen: Sequence[UUID]) -> set[UUID]:
    """Those that another person has asked to discard; nobody confirms her own request."""
    asked = [(row.subject, row.actor) for row in await tx.execute(_ASKED, {"events": chosen})]
    agreed = {event_id for event_id, actor in asked if actor != tx.actor.name}
    if asked and not agreed and all((event_id, tx.actor.name) in asked for event_id in chosen):
        raise Refused("own_request", status=409, detail="Another person must confirm what you asked for.")
    return agreed
