"""A message that somebody stops, or sends once more: by hand, on record."""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.message import Message, Move, State
from services.notify.domain.template import CLASSES
from services.notify.handlers.announcing import save_and_tell, wake_sender
from services.notify.store import copies, messages, values
from services.notify.store.data_keys import Keys

RESENDABLE: Final = frozenset({State.SUBMITTED, State.DELIVERED, State.FAILED, State.SUPPRESSED, State.CANCELLED})


async def cancel(notification_id: UUID, tx: Transaction) -> Message:
    """What of a notification has not left yet will not leave; refused where all of it has."""
    held = await _of_notification(notification_id, tx)
    unsent = [m for m in held if m.may(Move.CANCEL)]
    if not unsent:
        raise Refused(f"cannot_cancel_when_{held[-1].state}")
    saved = await save_and_tell(tx, [m.moved(Move.CANCEL, reason="cancelled", closed_at=tx.now) for m in unsent])
    await record_act(tx, action="notification_cancelled", subject=notification_id)
    return saved[-1]


async def resend(notification_id: UUID, tx: Transaction) -> Message:
    """A new message that repeats the last one, through the whole decision. A code is asked for again, not repeated."""
    last = (await _of_notification(notification_id, tx))[-1]
    if last.message_class == "code":
        raise Refused("code_never_resent")
    if last.state not in RESENDABLE:
        raise Refused(f"cannot_resend_when_{last.state}")
    again = await messages.add(tx, await _again(last, tx))
    await record_act(tx, action="notification_resent", subject=notification_id)
    wake_sender(tx)
    return again


async def _again(last: Message, tx: Transaction) -> Message:
    message_id = tx.new_id()
    fresh = replace(
        last,
        id=message_id,
        resends=last.id,
        state=State.QUEUED,
        reason="",
        waiting_for="",
        due_at=tx.now,
        valid_until=tx.now + timedelta(minutes=CLASSES[last.message_class].valid_minutes),
        attempt=0,
        extra=0,
        possible_duplicate=False,
        segments=0,
        billable=0,
        body_enc=None,
        trace=(),
        created_at=tx.now,
        submitted_at=None,
        closed_at=None,
        revision=1,
    )
    return await _with_its_own(fresh, last, tx)


async def _with_its_own(fresh: Message, last: Message, tx: Transaction) -> Message:
    """Address and values, sealed anew for the new row."""
    owners = values.owners(tx.service.sealing, [last])
    keys = await Keys.of(tx, owners + ([last.recipient_key] if last.to_enc and last.recipient_key else []))
    if last.to_enc and last.recipient_key:
        number = values.number_given(keys, last)
        fresh = replace(fresh, to_enc=values.number_sealed(keys, last.recipient_key, fresh.id, number))
    if last.values_enc:
        fresh = replace(fresh, values_enc=values.sealed(keys, owners[0], fresh.id, values.opened(keys, last)))
    return fresh


async def _of_notification(notification_id: UUID, tx: Transaction) -> list[Message]:
    """Its messages, locked, the last one at the end; as if there were none outside the places of the actor."""
    held = await messages.lock_of_notification(tx, notification_id)
    path = await copies.path_of(tx, held[-1].community_id) if held else []
    if not held or not tx.actor.may("notify.messages.read", area_path=path):
        raise Refused("notification_unknown", status=404)
    if not tx.actor.may("notify.messages.send", area_path=path):
        raise Refused("not_permitted", status=403)
    return held
