"""What became of a message, told to the others in the transaction in which it happened."""

import asyncio
from collections.abc import Iterable
from typing import Final

from chassis.telemetry import span
from chassis.transaction import Transaction
from services.notify.domain.message import Message, State
from services.notify.events import MessageDelivered, MessageFailed, MessageSubmitted, MessageSuppressed
from services.notify.handlers import measuring
from services.notify.handlers.callbacks import tell_clients
from services.notify.store import messages

SENDER_WOKEN: Final = "sender_woken"
DUPLICATE_CONFIRMED: Final = "duplicate_confirmed"
_TOLD: dict[State, type[MessageSubmitted | MessageDelivered | MessageFailed | MessageSuppressed]] = {
    State.SUBMITTED: MessageSubmitted,
    State.DELIVERED: MessageDelivered,
    State.FAILED: MessageFailed,
    State.SUPPRESSED: MessageSuppressed,
}


async def save_and_tell(tx: Transaction, changed: Iterable[Message]) -> list[Message]:
    """Save messages, and announce each that reached a state the others hear of."""
    saved = await messages.save(tx, list(changed))
    for message in saved:
        measuring.transition(message, tx)
        told = _TOLD.get(message.state)
        if told is not None and message.announced and message.reason != DUPLICATE_CONFIRMED:
            with span("notify.tell", parent=message.traceparent):
                tx.announce(told.of(message), message)
    await tell_clients(saved, tx)
    return saved


def wake_sender(tx: Transaction) -> None:
    """Tell the sender of this process, where there is one, that something may be due."""
    woken = tx.service.state.get(SENDER_WOKEN)
    if isinstance(woken, asyncio.Event):
        woken.set()
