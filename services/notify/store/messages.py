"""Messages and notifications: rows <-> domain objects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, and_, func, or_, select, update

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.message import SMS, TRAY, Message, OnUnknown, State
from services.notify.store import rows
from services.notify.store.tables import messages, notifications

ON_ITS_WAY: Final = frozenset({State.QUEUED, State.CLAIMED, State.UNKNOWN, State.PARKED})
CHANGING: Final = (
    "recipient_key",
    "state",
    "reason",
    "waiting_for",
    "due_at",
    "attempt",
    "extra",
    "possible_duplicate",
    "segments",
    "billable",
    "body_enc",
    "submitted_at",
    "closed_at",
    "trace",
    "language",
    "revision",
)

# What the sender does for every batch goes to the driver.
NAMES: Final = ", ".join(column.name for column in messages.columns)
_LOCK: Final = f"SELECT {NAMES} FROM messages WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"  # noqa: S608
_LOCK_QUEUED: Final = (
    f"SELECT {NAMES} FROM messages WHERE id = ANY($1::uuid[]) AND state = 'queued' AND due_at <= $2"  # noqa: S608
    f" AND channel <> '{TRAY}'"
    " AND NOT EXISTS (SELECT FROM campaigns WHERE campaigns.id = campaign_id AND campaigns.state = 'paused')"
    " ORDER BY priority, due_at, id FOR UPDATE SKIP LOCKED"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One rule applied to one event for one person, with the trace of the decision."""

    id: UUID
    event_id: UUID
    event_type: str
    rule: str
    person_id: UUID | None
    about: UUID | None
    round: int
    purpose: str
    correlation: UUID
    community_id: UUID | None
    traceparent: str
    trace: Sequence[Mapping[str, Any]]
    created_at: datetime


async def add_notification(tx: Transaction, notification: Notification) -> bool:
    """Write a notification; False where this event, rule and person had one already."""
    return await rows.add_once(tx, notifications, rows.values(notification))


async def add(tx: Transaction, message: Message) -> Message:
    """Write a new message."""
    await rows.add(tx, messages, [rows.values(message)])
    return message


async def save(tx: Transaction, changed: Sequence[Message]) -> list[Message]:
    """Write what may change of messages this transaction holds locked; each gets its next revision.

    A code that a client gave is kept only as long as it may still have to be sent.
    """
    saved = [replace(message, revision=message.revision + 1) for message in changed]
    await rows.put(tx, messages, [rows.values(message) for message in saved], CHANGING)
    if gone := [m.id for m in saved if m.message_class == "code" and m.values_enc and m.state not in ON_ITS_WAY]:
        await tx.execute(update(messages).where(rows.among(messages.c.id, gone)).values(values_enc=None))
    return saved


async def lock(tx: Transaction, wanted: Iterable[UUID | None]) -> dict[UUID, Message]:
    """Messages by id, locked in the order of their ids."""
    return {row["id"]: of_driver(row) for row in await tx.driver.fetch(_LOCK, rows.ids(wanted))}


async def by_ids(tx: Transaction, wanted: Iterable[UUID]) -> list[Message]:
    """Messages by id, not locked."""
    statement = select(messages).where(rows.among(messages.c.id, rows.ids(wanted)))
    return [of_row(row) for row in await tx.execute(statement)]


async def lock_one(tx: Transaction, message_id: UUID) -> Message:
    """One message, locked; 404 where there is none."""
    found = await lock(tx, [message_id])
    if not found:
        raise Refused("message_unknown", status=404)
    return found[message_id]


async def lock_queued(tx: Transaction, wanted: Sequence[UUID]) -> list[Message]:
    """Those of the wanted that still wait to be sent and that nobody else holds, most urgent first."""
    return [of_driver(row) for row in await tx.driver.fetch(_LOCK_QUEUED, list(wanted), tx.now)]


async def lock_of_prompts(tx: Transaction, prompt_ids: Sequence[UUID]) -> list[Message]:
    """Messages of these prompts that have not left yet."""
    if not prompt_ids:
        return []
    statement = (
        select(messages)
        .where(rows.among(messages.c.prompt_id, prompt_ids), messages.c.state.in_([State.QUEUED, State.PARKED]))
        .order_by(messages.c.id)
        .with_for_update()
    )
    return [of_row(row) for row in await tx.execute(statement)]


async def lock_of_notification(tx: Transaction, notification_id: UUID) -> list[Message]:
    """The messages of one notification, oldest first."""
    statement = select(messages).where(messages.c.notification_id == notification_id).order_by(messages.c.id)
    return [of_row(row) for row in await tx.execute(statement.with_for_update())]


async def lock_of_challenge(tx: Transaction, challenge_id: UUID) -> list[Message]:
    """Messages with the code of this challenge that have not left yet."""
    statement = (
        select(messages)
        .where(messages.c.challenge_id == challenge_id, messages.c.state.in_([State.QUEUED, State.PARKED]))
        .order_by(messages.c.id)
        .with_for_update()
    )
    return [of_row(row) for row in await tx.execute(statement)]


async def lock_waiting_for(tx: Transaction, recipient_key: bytes | None, person_id: UUID | None) -> list[Message]:
    """What has not left yet for a number, or for a person."""
    theirs = [messages.c.recipient_key == recipient_key] if recipient_key else []
    theirs += [messages.c.person_id == person_id] if person_id else []
    statement = (
        select(messages)
        .where(messages.c.state.in_([State.QUEUED, State.PARKED]), or_(*theirs))
        .order_by(messages.c.id)
        .with_for_update()
    )
    return [of_row(row) for row in await tx.execute(statement)]


async def lock_overdue(tx: Transaction, limit: int) -> list[Message]:
    """Messages whose time is over before they left. What belongs in a tray comes late rather than never."""
    statement = (
        select(messages)
        .where(messages.c.state.in_([State.QUEUED, State.PARKED]), messages.c.valid_until <= tx.now)
        .where(messages.c.channel != TRAY)
        .order_by(messages.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [of_row(row) for row in await tx.execute(statement)]


async def lock_silent(tx: Transaction, before: datetime, limit: int) -> list[Message]:
    """Texts submitted before a time, of which no delivery report has come. Nothing reports on mails and chats."""
    statement = (
        select(messages)
        .where(messages.c.state == State.SUBMITTED, messages.c.channel == SMS, messages.c.submitted_at <= before)
        .order_by(messages.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [of_row(row) for row in await tx.execute(statement)]


async def latest_to(tx: Transaction, recipient_key: bytes, since: datetime, limit: int = 20) -> list[Message]:
    """What was sent to a number lately, newest first."""
    statement = (
        select(messages)
        .where(messages.c.recipient_key == recipient_key, messages.c.created_at >= since)
        .order_by(messages.c.created_at.desc())
        .limit(limit)
    )
    return [of_row(row) for row in await tx.execute(statement)]


async def forget_words(tx: Transaction, before: datetime, limit: int) -> int:
    """Destroy text and number of messages that were over before then; how many."""
    sealed = or_(*(column.is_not(None) for column in (messages.c.body_enc, messages.c.to_enc, messages.c.values_enc)))
    left = and_(messages.c.channel != SMS, messages.c.submitted_at < before)  # nothing reports on it: it stays open
    old = select(messages.c.id).where(or_(messages.c.closed_at < before, left), sealed).limit(limit)
    statement = update(messages).where(messages.c.id.in_(old)).values(body_enc=None, to_enc=None, values_enc=None)
    return (await tx.execute(statement)).rowcount


async def had_lately(tx: Transaction, recipient_key: bytes, template: str, since: datetime) -> bool:
    """Whether this number has had this automatic text since then."""
    statement = (
        select(func.count())
        .select_from(messages)
        .where(
            messages.c.recipient_key == recipient_key, messages.c.template == template, messages.c.created_at >= since
        )
    )
    return bool((await tx.execute(statement)).scalar_one())


def of_row(row: Row[Any]) -> Message:
    """A message as it lies in its table."""
    found = dict(row._mapping)
    found["state"], found["on_unknown"] = State(found["state"]), OnUnknown(found["on_unknown"])
    return Message(**found)


def of_driver(row: Any) -> Message:
    """A message as the driver gives it."""
    return Message(**{**row, "state": State(row["state"]), "on_unknown": OnUnknown(row["on_unknown"])})
