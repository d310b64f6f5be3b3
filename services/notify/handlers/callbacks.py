"""What a client of the compatible API hears of its messages: Notify's receipt, on its way with our rhythm."""

import json
from collections.abc import Iterable
from typing import Final
from uuid import uuid5

from chassis.transaction import Transaction
from services.notify.domain.message import Message, State
from services.notify.domain.webhook import Endpoint, Kind
from services.notify.handlers import webhook_bodies as bodies
from services.notify.handlers.receipts import receipt
from services.notify.store import webhooks

RECEIPT_TYPE: Final = "notify.receipt"
ENDS: Final = frozenset({State.DELIVERED, State.FAILED, State.SUPPRESSED, State.CANCELLED})


async def tell_clients(changed: Iterable[Message], tx: Transaction) -> None:
    """Put a receipt on its way for each message of a client that has reached an end."""
    ended = [message for message in changed if message.api_key_id is not None and message.state in ENDS]
    if not ended:
        return
    endpoints = await webhooks.endpoints(tx, Kind.COMPATIBLE)
    for message in ended:
        for endpoint in endpoints:
            if endpoint.area_id == message.community_id:
                await _tell(endpoint, message, tx)


async def _tell(endpoint: Endpoint, message: Message, tx: Transaction) -> None:
    """Each end once: a delivery that comes after our own guess is another receipt."""
    await bodies.queue(
        tx,
        endpoint,
        event_id=uuid5(message.id, str(message.state)),
        event_type=RECEIPT_TYPE,
        subject=message.id,
        sequence=message.revision,
        body=json.dumps(await receipt(tx, message), ensure_ascii=False).encode(),
    )
