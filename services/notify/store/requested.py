"""Messages that were sent by request: taken in one statement, and found again by the keys of an organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, not_, or_, select

from chassis.transaction import Transaction
from services.notify.domain.api_key import KeyType
from services.notify.domain.message import Message
from services.notify.domain.status import Shape, shapes_of
from services.notify.store import messages, rows
from services.notify.store.messages import Notification
from services.notify.store.tables import api_keys, notifications
from services.notify.store.tables import messages as table

PAGE: Final = 250


async def take(tx: Transaction, notification: Notification, message: Message) -> None:
    """Write a notification with its message, in one statement."""
    await rows.add_each(tx, (notifications, rows.values(notification)), (table, rows.values(message)))


async def take_many(tx: Transaction, planned: Sequence[tuple[Notification, Message]]) -> None:
    """Write notifications with their messages, each table in one round trip."""
    await rows.add(tx, notifications, [rows.values(notification) for notification, _ in planned])
    await rows.add(tx, table, [rows.values(message) for _, message in planned])


async def load(tx: Transaction, community_id: UUID, notification_id: UUID) -> Message | None:
    """A message as its client knows it (by its own id), inside its organisation."""
    mine = and_(table.c.id == notification_id, table.c.community_id == community_id, table.c.api_key_id.is_not(None))
    found = (await tx.execute(select(table).where(mine))).one_or_none()
    return messages.of_row(found) if found is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which messages a client asks for: those of keys of its own type, newest first, older than one."""

    community_id: UUID
    type: KeyType
    statuses: Sequence[str] = ()
    channels: Sequence[str] = ()
    reference: str | None = None
    older_than: UUID | None = None


async def page(tx: Transaction, wanted: Wanted) -> list[Message]:
    """One page of 250."""
    of_type = select(api_keys.c.id).where(
        api_keys.c.community_id == wanted.community_id, api_keys.c.type == wanted.type
    )
    where: list[Any] = [table.c.community_id == wanted.community_id, table.c.api_key_id.in_(of_type)]
    if wanted.statuses:
        where.append(or_(*(_shown_as(status) for status in wanted.statuses)))
    if wanted.channels:
        where.append(table.c.channel.in_(list(wanted.channels)))
    if wanted.reference is not None:
        where.append(table.c.reference == wanted.reference)
    if wanted.older_than is not None:
        where.append(table.c.id < wanted.older_than)
    statement = select(table).where(*where).order_by(table.c.id.desc()).limit(PAGE)
    return [messages.of_row(row) for row in await tx.execute(statement)]


def _shown_as(status: str) -> ColumnElement[bool]:
    """The messages that the compatible API shows under one of Notify's words."""
    return or_(false(), *(_is(shape) for shape in shapes_of(status)))


def _is(shape: Shape) -> ColumnElement[bool]:
    conditions = [table.c.state == shape.state]
    if shape.channel:
        conditions.append(table.c.channel == shape.channel)
    if shape.reasons is not None:
        among = table.c.reason.in_(sorted(shape.reasons))
        conditions.append(not_(among) if shape.others else among)
    return and_(*conditions)
