"""What waits for an answer from another service: telephones without a person, and inbound texts without words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, insert, select, update

from chassis.transaction import Transaction
from services.tickets.store.tables import pending_contacts, received_texts

CONTACT_TIMER = "pending_contact"
WORDS_TIMER = "inbound_words"
_AAD = "pending_contacts.phone:"


async def add(tx: Transaction, ticket_id: UUID, phone: str) -> None:
    """Keep a telephone, sealed, until members says whose it is."""
    sealed = tx.service.sealing.seal(phone, aad=_AAD + str(ticket_id))
    await tx.execute(
        insert(pending_contacts).values(
            ticket_id=ticket_id, phone_sealed=sealed, attempts=0, next_at=tx.now, made_at=tx.now
        )
    )
    await tx.set_timer(CONTACT_TIMER, str(ticket_id), tx.now)


async def phone_of(tx: Transaction, ticket_id: UUID) -> str | None:
    row = (await tx.execute(select(pending_contacts).where(pending_contacts.c.ticket_id == ticket_id))).first()
    return tx.service.sealing.unseal(row.phone_sealed, aad=_AAD + str(ticket_id)) if row else None


async def contact(tx: Transaction, ticket_id: UUID) -> Row[Any] | None:
    statement = select(pending_contacts).where(pending_contacts.c.ticket_id == ticket_id).with_for_update()
    return (await tx.execute(statement)).first()


async def contact_later(tx: Transaction, ticket_id: UUID, attempts: int, next_at: datetime) -> None:
    statement = update(pending_contacts).where(pending_contacts.c.ticket_id == ticket_id)
    await tx.execute(statement.values(attempts=attempts, next_at=next_at))
    await tx.set_timer(CONTACT_TIMER, str(ticket_id), next_at)


async def forget_contact(tx: Transaction, ticket_id: UUID) -> None:
    await tx.execute(delete(pending_contacts).where(pending_contacts.c.ticket_id == ticket_id))


async def add_text(
    tx: Transaction,
    received_id: UUID,
    person_id: UUID | None,
    hints: Sequence[UUID],
    community_id: UUID | None,
    *,
    confidential: bool,
) -> None:
    """Remember that words wait at notify."""
    await tx.execute(
        insert(received_texts).values(
            id=received_id,
            person_id=person_id,
            hints=list(hints),
            community_id=community_id,
            confidential=confidential,
            attempts=0,
            next_at=tx.now,
            made_at=tx.now,
        )
    )
    await tx.set_timer(WORDS_TIMER, str(received_id), tx.now)


async def text(tx: Transaction, received_id: UUID) -> Row[Any] | None:
    statement = select(received_texts).where(received_texts.c.id == received_id).with_for_update()
    return (await tx.execute(statement)).first()


async def text_later(tx: Transaction, received_id: UUID, attempts: int, next_at: datetime) -> None:
    statement = update(received_texts).where(received_texts.c.id == received_id)
    await tx.execute(statement.values(attempts=attempts, next_at=next_at))
    await tx.set_timer(WORDS_TIMER, str(received_id), next_at)


async def text_taken(tx: Transaction, received_id: UUID, ticket_id: UUID | None) -> None:
    statement = update(received_texts).where(received_texts.c.id == received_id)
    await tx.execute(statement.values(taken_as=ticket_id, taken_at=tx.now))
