"""Texts that wait to be told as one: held back when planned, gathered when their time or their number is reached."""

from dataclasses import replace
from uuid import UUID

from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.notify.domain import digest
from services.notify.domain.digest import Digest
from services.notify.domain.message import TRAY, Message, Move, State
from services.notify.handlers import drafting
from services.notify.handlers.announcing import wake_sender
from services.notify.store import messages, tray_messages

TIMER = "digest"


def held(planned: Message, by: Digest | None, tx: Transaction) -> Message:
    """A text of a rule with a digest waits; the tray has each item at once."""
    if by is None or planned.channel == TRAY or planned.person_id is None:
        return planned
    due_at = by.next_after(tx.now) + digest.LATE
    valid_until = due_at + (planned.valid_until - tx.now)
    return replace(planned, due_at=due_at, valid_until=valid_until, waiting_for=digest.WAITING)


async def expect(waiting: Message, by: Digest | None, tx: Transaction) -> None:
    """Have what waits gathered at its time, or now when there is enough of it."""
    if by is None or waiting.state is not State.QUEUED or waiting.waiting_for != digest.WAITING:
        return
    assert waiting.person_id is not None
    of = (waiting.person_id, waiting.topic, waiting.channel)
    enough = by.count and await tray_messages.count_held(tx, *of) >= by.count
    due_at = tx.now if enough else by.next_after(tx.now)
    await tx.set_timer(TIMER, ":".join(map(str, of)), due_at)


async def gather(timer: DueTimer, tx: Transaction) -> None:
    """One text says how many there are; a single one goes out as it is. What was read meanwhile is not counted."""
    person, topic, channel = timer.key.split(":")
    waiting = await tray_messages.lock_held(tx, UUID(person), topic, channel)
    if len(waiting) > 1:
        first = waiting[0]
        await drafting.tell(
            "digest",
            UUID(person),
            about=first.correlation,
            community=first.community_id,
            tx=tx,
            channel=channel,
            topic=topic,
            facts={"count": len(waiting)},
        )
        gathered = [m.moved(Move.CANCEL, reason=digest.GATHERED, closed_at=tx.now) for m in waiting]
    else:
        gathered = [m.moved(Move.DEFER, due_at=tx.now, waiting_for="") for m in waiting]
    await messages.save(tx, gathered)
    wake_sender(tx)
