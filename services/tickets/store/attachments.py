"""What is known of photographs and documents."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, text, update

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.attachment import PHOTOS, Attachment
from services.tickets.domain.ticket import Ticket
from services.tickets.store.tables import attachments

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:sha256, 0))")


async def lock(tx: Transaction, sha256: str) -> None:
    """So that no content is swept away while the same is being kept."""
    await tx.execute(_LOCK, {"sha256": sha256})


async def add(tx: Transaction, attachment: Attachment) -> None:
    await tx.execute(insert(attachments).values(asdict(attachment)))


async def save(tx: Transaction, attachment: Attachment) -> None:
    values = asdict(attachment)
    await tx.execute(update(attachments).where(attachments.c.id == values.pop("id")).values(values))


async def forget(tx: Transaction, attachment_id: UUID) -> None:
    await tx.execute(delete(attachments).where(attachments.c.id == attachment_id))


async def find(tx: Transaction, attachment_id: UUID, *, locked: bool = False) -> Attachment | None:
    statement = select(attachments).where(attachments.c.id == attachment_id)
    row = (await tx.execute(statement.with_for_update() if locked else statement)).first()
    return _attachment(row) if row else None


async def load(tx: Transaction, attachment_id: UUID) -> Attachment:
    found = await find(tx, attachment_id, locked=True)
    if found is None or found.removed_at is not None:
        raise Refused("attachment_unknown", status=404)
    return found


async def of_ticket(tx: Transaction, ticket_id: UUID) -> list[Attachment]:
    statement = select(attachments).where(attachments.c.ticket_id == ticket_id, attachments.c.removed_at.is_(None))
    return [
        _attachment(row) for row in await tx.execute(statement.order_by(attachments.c.attached_at, attachments.c.id))
    ]


async def counts(tx: Transaction, ticket: Ticket) -> tuple[int, int]:
    """How many the ticket has, and how many of residents in this round."""
    of_residents = attachments.c.by_staff.is_(False) & (attachments.c.round == ticket.round)
    statement = select(func.count().label("all_of_it"), func.count().filter(of_residents).label("of_round")).where(
        attachments.c.ticket_id == ticket.id, attachments.c.removed_at.is_(None)
    )
    row = (await tx.execute(statement)).one()
    return int(row.all_of_it), int(row.of_round)


async def of_staff(tx: Transaction, ticket: Ticket) -> int:
    """How many pictures those who did the work have given in this round."""
    statement = select(func.count()).where(
        attachments.c.ticket_id == ticket.id,
        attachments.c.round == ticket.round,
        attachments.c.by_staff,
        attachments.c.media_type.in_(PHOTOS),
        attachments.c.removed_at.is_(None),
    )
    return int((await tx.execute(statement)).scalar_one())


async def is_kept(tx: Transaction, sha256: str) -> bool:
    """Whether anything still refers to this content."""
    statement = select(func.count()).where(attachments.c.sha256 == sha256, attachments.c.removed_at.is_(None))
    return bool((await tx.execute(statement)).scalar_one())


async def copy(tx: Transaction, ids: Sequence[UUID], from_id: UUID, to: Ticket) -> None:
    """The same photographs on another ticket too."""
    for attachment in await of_ticket(tx, from_id):
        if attachment.id in ids:
            await add(tx, replace(attachment, id=tx.new_id(), ticket_id=to.id, round=to.round, released_at=None))


def _attachment(row: Row[Any]) -> Attachment:
    return Attachment(**row._mapping)
