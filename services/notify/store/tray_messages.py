"""Messages on their way into trays, and what still waits beside them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from chassis.transaction import Transaction
from services.notify.domain.digest import WAITING
from services.notify.domain.message import TRAY, Message, State
from services.notify.store import rows
from services.notify.store.messages import of_row
from services.notify.store.tables import messages


async def lock_unsent(tx: Transaction, notification_ids: Sequence[UUID]) -> list[Message]:
    """Messages of these notifications that have not left yet."""
    statement = (
        select(messages)
        .where(
            rows.among(messages.c.notification_id, notification_ids),
            messages.c.state.in_([State.QUEUED, State.PARKED]),
        )
        .order_by(messages.c.id)
        .with_for_update()
    )
    return [of_row(row) for row in await tx.execute(statement)]


async def lock_unsent_about(tx: Transaction, about: UUID, rules: Sequence[str]) -> list[Message]:
    """Messages about a thing, made by these rules, that have not left yet."""
    statement = (
        select(messages)
        .where(
            messages.c.about == about,
            rows.among(messages.c.rule, rules),
            messages.c.state.in_([State.QUEUED, State.PARKED]),
        )
        .order_by(messages.c.id)
        .with_for_update()
    )
    return [of_row(row) for row in await tx.execute(statement)]


async def count_held(tx: Transaction, person_id: UUID, topic: str, channel: str) -> int:
    """How many texts to a person wait to be gathered."""
    statement = select(func.count()).select_from(messages).where(*_held(person_id, topic, channel))
    return int((await tx.execute(statement)).scalar_one())


async def lock_held(tx: Transaction, person_id: UUID, topic: str, channel: str) -> list[Message]:
    """Texts to a person that wait to be gathered, the oldest first."""
    statement = select(messages).where(*_held(person_id, topic, channel)).order_by(messages.c.id).with_for_update()
    return [of_row(row) for row in await tx.execute(statement)]


def _held(person_id: UUID, topic: str, channel: str) -> list[ColumnElement[bool]]:
    return [
        messages.c.person_id == person_id,
        messages.c.topic == topic,
        messages.c.channel == channel,
        messages.c.state == State.QUEUED,
        messages.c.waiting_for == WAITING,
    ]


async def lock_for_tray(tx: Transaction, wanted: Sequence[UUID]) -> list[Message]:
    """Those of the wanted that still wait for the tray and that nobody else holds."""
    statement = (
        select(messages)
        .where(rows.among(messages.c.id, wanted), messages.c.state == State.QUEUED, messages.c.channel == TRAY)
        .order_by(messages.c.id)
        .with_for_update(skip_locked=True)
    )
    return [of_row(row) for row in await tx.execute(statement)]


async def due_for_tray(tx: Transaction, *, limit: int, apart: Sequence[UUID]) -> list[Message]:
    """What is due in somebody's tray, oldest first, apart from these."""
    statement = (
        select(messages)
        .where(messages.c.state == State.QUEUED, messages.c.channel == TRAY, messages.c.due_at <= tx.now)
        .where(~rows.among(messages.c.id, apart))
        .order_by(messages.c.due_at, messages.c.id)
        .limit(limit)
    )
    return [of_row(row) for row in await tx.execute(statement)]


async def texts_to_come(tx: Transaction, prompt_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these prompts that a text still waits to ask; not locked."""
    statement = select(messages.c.prompt_id).where(
        rows.among(messages.c.prompt_id, prompt_ids),
        messages.c.state.in_([State.QUEUED, State.PARKED]),
        messages.c.channel != TRAY,
    )
    return set((await tx.execute(statement)).scalars())
