"""What is due, in its turn. The queue is an index by priority and lane (campaign, or else community); one look reads
the head of each lane, however many wait behind it.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain.message import TRAY, Message
from services.notify.domain.turns import Lane, in_turn, shares
from services.notify.store.messages import of_driver
from services.notify.store.tables import messages

LANES_MAX: Final = 1_000
_LANE: Final = "COALESCE(campaign_id, community_id, '00000000-0000-0000-0000-000000000000'::uuid)"
_LANES: Final = f"""
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
    SELECT priority, lane FROM heads WHERE due_at <= $1
        AND NOT EXISTS (SELECT FROM campaigns WHERE campaigns.id = lane AND campaigns.state = 'paused')
    LIMIT {LANES_MAX}
    """  # noqa: S608
_NAMES: Final = ", ".join(f"message.{column.name}" for column in messages.columns)
_DUE: Final = f"""
    SELECT lanes.priority AS lane_priority, lanes.lane, {_NAMES}
    FROM unnest($1::int[], $2::uuid[], $3::int[]) AS lanes(priority, lane, share)
    CROSS JOIN LATERAL (
        SELECT * FROM messages
        WHERE state = 'queued' AND priority = lanes.priority AND {_LANE} = lanes.lane AND due_at <= $4
            AND channel <> '{TRAY}' AND NOT id = ANY($5::uuid[])
        ORDER BY due_at LIMIT lanes.share
    ) AS message
    """  # noqa: S608


_URGENT_DUE: Final = (
    "SELECT EXISTS (SELECT 1 FROM messages WHERE state = 'queued' AND priority = 0 AND due_at <= $1"  # noqa: S608
    f" AND channel <> '{TRAY}' AND NOT id = ANY($2::uuid[]))"
)


async def urgent_due(tx: Transaction, apart: Sequence[UUID] = ()) -> bool:
    """Whether something that lets nobody before it is due, apart from these."""
    return bool(await tx.driver.fetchval(_URGENT_DUE, tx.now, list(apart)))


async def due(tx: Transaction, *, limit: int, apart: Sequence[UUID] = ()) -> list[Message]:
    """About so many of what is due, each in its turn, apart from these."""
    heads = [Lane(row["priority"], row["lane"]) for row in await tx.driver.fetch(_LANES, tx.now)]
    share = shares(heads, limit)
    if not share:
        return []
    priorities, lanes = [lane.priority for lane in share], [lane.key for lane in share]
    found = await tx.driver.fetch(_DUE, priorities, lanes, list(share.values()), tx.now, list(apart))
    return in_turn([_placed(dict(row)) for row in found], share)


def _placed(found: dict[str, Any]) -> tuple[Lane, Message]:
    lane = Lane(found.pop("lane_priority"), found.pop("lane"))
    return lane, of_driver(found)
