"""Prompts and answers: rows <-> domain objects."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, or_, select, update

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.prompt import HELD_AFTER_CLOSE_HOURS, Option, Prompt, State
from services.notify.store import rows
from services.notify.store.tables import answers, prompts

CHANGING: Final = (
    "recipient_key",
    "ext",
    "ext_held",
    "letter",
    "state",
    "expires_at",
    "asked_at",
    "closed_at",
    "hinted",
    "late_told",
    "revision",
)
_WAITING: Final = (State.PLANNED, State.OPEN)


async def add(tx: Transaction, prompt: Prompt) -> Prompt:
    """Write a new prompt."""
    values = rows.values(prompt) | {"options": [asdict(option) for option in prompt.options]}
    await rows.add(tx, prompts, [values])
    return prompt


async def save(tx: Transaction, changed: Sequence[Prompt]) -> list[Prompt]:
    """Write what may change of prompts this transaction holds locked."""
    saved = [replace(prompt, revision=prompt.revision + 1) for prompt in changed]
    await rows.put(tx, prompts, [rows.values(prompt) for prompt in saved], CHANGING)
    return saved


async def lock(tx: Transaction, wanted: Iterable[UUID | None]) -> dict[UUID, Prompt]:
    """Prompts by id, locked."""
    sought = rows.ids(wanted)
    if not sought:
        return {}
    statement = select(prompts).where(rows.among(prompts.c.id, sought)).order_by(prompts.c.id).with_for_update()
    return {row.id: _prompt(row) for row in await tx.execute(statement)}


async def by_ids(tx: Transaction, wanted: Iterable[UUID | None]) -> dict[UUID, Prompt]:
    """Prompts by id, not locked."""
    statement = select(prompts).where(rows.among(prompts.c.id, rows.ids(wanted)))
    return {row.id: _prompt(row) for row in await tx.execute(statement)}


async def lock_waiting(tx: Transaction, about: UUID, purposes: Sequence[str]) -> list[Prompt]:
    """Planned and open prompts about a thing, for these purposes."""
    statement = (
        select(prompts)
        .where(prompts.c.about == about, rows.among(prompts.c.purpose, purposes), prompts.c.state.in_(_WAITING))
        .order_by(prompts.c.id)
        .with_for_update()
    )
    return [_prompt(row) for row in await tx.execute(statement)]


async def by_link(tx: Transaction, link_hash: bytes, *, for_update: bool = False) -> Prompt:
    """The prompt a link's token opens; 404 for every other token."""
    statement = select(prompts).where(prompts.c.link_hash == link_hash)
    row = (await tx.execute(statement.with_for_update() if for_update else statement)).one_or_none()
    if row is None:
        raise Refused("link_unknown", status=404)
    return _prompt(row)


async def lock_of_number(tx: Transaction, sender: str, recipient_key: bytes) -> list[Prompt]:
    """Every prompt of a number that is open or still holds its extension, newest first."""
    statement = (
        select(prompts)
        .where(
            prompts.c.sender == sender,
            prompts.c.recipient_key == recipient_key,
            or_(prompts.c.ext_held, prompts.c.state == State.OPEN),
        )
        .order_by(prompts.c.id)
        .with_for_update()
    )
    return sorted((_prompt(row) for row in await tx.execute(statement)), key=lambda p: p.created_at, reverse=True)


async def lock_latest_answered(tx: Transaction, about: UUID, person_id: UUID) -> Prompt | None:
    """The prompt that this person answered last about this thing."""
    statement = (
        select(prompts)
        .join(answers, answers.c.prompt_id == prompts.c.id)
        .where(prompts.c.about == about, prompts.c.person_id == person_id)
        .order_by(answers.c.at.desc(), answers.c.revision.desc())
        .limit(1)
        .with_for_update(of=prompts)
    )
    row = (await tx.execute(statement)).first()
    return _prompt(row) if row else None


async def lock_overdue(tx: Transaction, limit: int) -> list[Prompt]:
    """Open prompts whose time is over."""
    statement = (
        select(prompts)
        .where(prompts.c.state == State.OPEN, prompts.c.expires_at <= tx.now)
        .order_by(prompts.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_prompt(row) for row in await tx.execute(statement)]


async def extensions_held(tx: Transaction, sender: str, keys: Sequence[bytes]) -> dict[bytes, set[str]]:
    """The extensions, and the letters, that each number's prompts hold."""
    held: dict[bytes, set[str]] = defaultdict(set)
    statement = select(prompts.c.recipient_key, prompts.c.ext, prompts.c.letter).where(
        prompts.c.sender == sender, prompts.c.ext_held, rows.among(prompts.c.recipient_key, keys)
    )
    for row in await tx.execute(statement):
        held[row.recipient_key] |= {row.ext, row.letter} - {None}
    return held


async def release_extensions(tx: Transaction) -> int:
    """Free the extensions of prompts closed long enough ago."""
    before = tx.now - timedelta(hours=HELD_AFTER_CLOSE_HOURS)
    statement = update(prompts).where(prompts.c.ext_held, prompts.c.closed_at <= before).values(ext_held=False)
    return (await tx.execute(statement)).rowcount


async def add_answer(
    tx: Transaction, prompt: Prompt, *, option: str, channel: str, received_id: UUID | None, late: bool, at: datetime
) -> None:
    """Keep an answer under the prompt's revision: once per (prompt, revision)."""
    row = {
        "prompt_id": prompt.id,
        "revision": prompt.revision,
        "option": option,
        "channel": channel,
        "received_id": received_id,
        "late": late,
        "at": at,
    }
    await rows.add(tx, answers, [row])


async def last_answer(tx: Transaction, prompt_id: UUID) -> tuple[str, str] | None:
    """Option and channel of the last answer that was in time."""
    statement = (
        select(answers.c.option, answers.c.channel)
        .where(answers.c.prompt_id == prompt_id, ~answers.c.late)
        .order_by(answers.c.revision.desc())
        .limit(1)
    )
    row = (await tx.execute(statement)).first()
    return (row.option, row.channel) if row else None


def _prompt(row: Row[Any]) -> Prompt:
    found = dict(row._mapping)
    found["state"] = State(found["state"])
    found["options"] = tuple(Option(**{**o, "words": tuple(o["words"])}) for o in found["options"])
    return Prompt(**{name: found[name] for name in Prompt.__dataclass_fields__})
