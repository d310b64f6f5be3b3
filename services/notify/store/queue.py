"""What is due, in its turn. The queue is an index by priority and lane (campaign, or else community); one look reads
the head of each lane, however many wait behind it.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text

from chassis.transaction import Transaction
from services.notify.domain.message import TRAY, Message, OnUnknown, State
from services.notify.domain.turns import Lane, in_turn, shares
from services.notify.store.tables import messages

LANES_MAX: Final = 1_000
_LANE: Final = "COALESCE(campaign_id, community_id, '00000000-0000-0000-0000-000000000000'::uuid)"
_LANES: Final = text(
    f"""
    WITH RECURSIVE heads AS (
        (SELECT priority, {_LANE} AS lane, due_at FROM messages WHERE state = 'queued'
         ORDER BY priority, {_LANE}, due_at LIMIT 1)
        UNION ALL
        SELECT next.* FROM heads CROSS JOIN LATERAL (
            SELECT priority, {_LANE} AS lane, due_at FROM messages
            WHERE state = 'queued' AND (priority, {_LANE}) > (heads.priority, heads.lane)
            ORDER BY priority, {_LANE}, due_at LIMIT 1
        ) AS next
    )
    SELECT priority, lane FROM heads WHERE due_at <= :now LIMIT {LANES_MAX}
    """  # noqa: S608
)
_NAMES: Final = ", ".join(f"message.{column.name}" for column in messages.columns)
_DUE: Final = text(
    f"""
    SELECT lanes.priority AS lane_priority, lanes.lane, {_NAMES}
    FROM unnest(CAST(:priorities AS int[]), CAST(:lanes AS uuid[]), CAST(:shares AS int[]))
        AS lanes(priority, lane, share)
    CROSS JOIN LATERAL (
        SELECT * FROM messages
        WHERE state = 'queued' AND priority = lanes.priority AND {_LANE} = lanes.lane AND due_at <= :now
            AND channel <> '{TRAY}' AND NOT id = ANY(CAST(:apart AS uuid[]))
        ORDER BY due_at LIMIT lanes.share
    ) AS message
    """  # noqa: S608
).columns(**{column.name: column.type for column in messages.columns})


async def due(tx: Transaction, *, limit: int, apart: Sequence[UUID] = ()) -> list[Message]:
    """About so many of what is due, each in its turn, apart from these."""
    heads = [Lane(row.priority, row.lane) for row in await tx.execute(_LANES, {"now": tx.now})]
    share = shares(heads, limit)
    if not share:
        return []
    given = {
        "now": tx.now,
        "apart": list(apart),
        "priorities": [lane.priority for lane in share],
        "lanes": [lane.key for lane in share],
        "shares": list(share.values()),
    }
    return in_turn([_placed(row) for row in await tx.execute(_DUE, given)], share)


def _placed(row: Row[Any]) -> tuple[Lane, Message]:
    found = dict(row._mapping)
    lane = Lane(found.pop("lane_priority"), found.pop("lane"))
    found["state"], found["on_unknown"] = State(found["state"]), OnUnknown(found["on_unknown"])
    return lane, Message(**found)
