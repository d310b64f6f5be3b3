"""A person wants to hear no more: a row that is only added, an event, and one confirmation a day."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain.decision import ALL_TOPICS
from services.notify.domain.reply import OPT_OUT_ALL
from services.notify.events import ContactOptedOut
from services.notify.handlers import auto_texts
from services.notify.store import opt_outs
from services.notify.store.opt_outs import OptOut
from services.notify.store.received import Received

PROMOTION: Final = "promotion"


@dataclass(frozen=True, slots=True)
class _OfPerson:
    """The person an opt-out speaks of, as an event needs her."""

    id: UUID
    correlation: UUID
    community_id: UUID | None
    revision: int = 1


async def opt_out(text: Received, norm: str, topic: str | None, person_id: UUID | None, tx: Transaction) -> None:
    """Refuse the topic the text answers, or all of them; what still waits is stopped by the sender's decision."""
    refused = ALL_TOPICS if norm == OPT_OUT_ALL else topic or PROMOTION
    row = OptOut(
        id=tx.new_id(),
        recipient_key=text.recipient_key,
        person_id=person_id,
        topic=refused,
        channel="sms",
        source="sms",
        evidence=text.id,
        at=tx.now,
    )
    await opt_outs.add(tx, row)
    if person_id is not None:
        event = ContactOptedOut(person_id=person_id, topic=refused, channel="sms", source="sms")
        tx.announce(event, _OfPerson(person_id, text.correlation, text.community_id))
    await auto_texts.answer(text, "opted-out", person_id, None, tx)
