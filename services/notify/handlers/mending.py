"""What an operator does with a parked message, and the switch that stops sign-in codes."""

from dataclasses import dataclass
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain import message as rules
from services.notify.domain.message import Message, Move
from services.notify.handlers.announcing import save_and_tell, wake_sender
from services.notify.store import catalogue, copies, messages
from services.notify.store.catalogue import Switch


@dataclass(frozen=True, slots=True)
class Mend:
    """A parked message, as the operator saw it."""

    message_id: UUID
    expected: int | None


async def retry(command: Mend, tx: Transaction) -> Message:
    """The cause is mended: send it. After an unknown outcome this is the one extra."""
    message = await _load(command, tx)
    (saved,) = await save_and_tell(tx, [rules.retried(message, at=tx.now)])
    await record_act(tx, action="message_retried", subject=saved.id)
    wake_sender(tx)
    return saved


async def close(command: Mend, tx: Transaction) -> Message:
    """It is not worth sending any more."""
    message = await _load(command, tx)
    (saved,) = await save_and_tell(tx, [message.moved(Move.CLOSE, reason="closed", closed_at=tx.now)])
    await record_act(tx, action="message_closed", subject=saved.id)
    return saved


async def _load(command: Mend, tx: Transaction) -> Message:
    message = await messages.lock_one(tx, command.message_id)
    path = await copies.path_of(tx, message.community_id)
    if not tx.actor.may("notify.messages.read", area_path=path):
        raise Refused("message_unknown", status=404)
    if not tx.actor.may("notify.messages.mend", area_path=path):
        raise Refused("not_permitted", status=403)
    if command.expected != message.revision:
        raise Refused("stale", status=412, revision=message.revision)
    return message


@dataclass(frozen=True, slots=True)
class TurnCodes:
    """Stop sign-in codes, or let them go on."""

    stopped: bool
    reason: str


async def turn_codes(command: TurnCodes, tx: Transaction) -> Switch:
    """The kill switch of what costs money when it is abused."""
    switch = await catalogue.turn_switch(tx, "code", stopped=command.stopped, reason=command.reason)
    await record_act(
        tx, action="codes_stopped" if command.stopped else "codes_resumed", subject=switch.id, fields=["state"]
    )
    return switch
