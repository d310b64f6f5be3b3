"""A text that is a way out or a way back: rows that are only added, an event, and one confirmation a day."""

from collections.abc import Sequence
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain.consent import last_refused
from services.notify.handlers import consents
from services.notify.handlers.consents import Giving, Of, Refusing
from services.notify.store import consents as ledger
from services.notify.store.received import Received

WORDING_OF_TEXTS = "sms-start-1"


async def opt_out(text: Received, topics: Sequence[str], person_id: UUID | None, tx: Transaction) -> None:
    """Refuse these topics; what still waits for this number is stopped with them."""
    of = Of(text.recipient_key, person_id, text.correlation, text.community_id)
    for topic in topics:
        await consents.refuse(Refusing(of, topic, "sms", source="sms", evidence=text.id), tx)


async def start_again(text: Received, person_id: UUID | None, tx: Transaction) -> Sequence[str]:
    """Take back what was refused last; returns the topics, none where nothing was refused."""
    said = (await ledger.ledger(tx, [text.recipient_key], [person_id])).of(text.recipient_key, person_id)
    of = Of(text.recipient_key, person_id, text.correlation, text.community_id)
    topics = last_refused(said, "sms")
    for topic in topics:
        giving = Giving(of, topic, "sms", source="sms", wording_version=WORDING_OF_TEXTS, evidence=str(text.id))
        await consents.give(giving, tx)
    return topics
