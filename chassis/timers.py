"""Timers: a row with `due_at`, claimed and turned into a command.

Claim, command, `fired_at` and events commit together, so a timer fires once in effect. Attempts are counted before
each try and survive a death; after `timer_attempts` the timer is parked with its reason. Nothing scans "the newest N".
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chassis.asking import Unanswered
from chassis.telemetry import log, measure, span
from chassis.testing import crashpoint

if TYPE_CHECKING:
    from chassis.service import Running


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer whose time has come."""

    id: UUID
    kind: str
    key: str
    due_at: datetime
    data: Mapping[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True)
class Timer:
    """What a kind of timer leads to: `handler(timer, tx)`.

    A timer that must ask another service first names `ask`: it runs before and outside the transaction, and
    `handler(timer, tx, answer)` gets what it returned, or the `Unanswered` it raised.
    """

    kind: str
    handler: Callable[..., Awaitable[object]]
    ask: "Callable[[DueTimer, Running], Awaitable[object]] | None" = None


_DUE = (
    "SELECT id, kind, key, due_at, data FROM timer, clock WHERE fired_at IS NULL AND parked_at IS NULL"
    " AND due_at <= now() + shift AND (claimed_until IS NULL OR claimed_until < now())"
    " AND kind = ANY($1::text[]) ORDER BY due_at, id LIMIT $2"
)
_MARK = (
    "UPDATE timer SET attempts = attempts + 1, claimed_until = now() + make_interval(secs => $2)"
    " WHERE id = $1 AND fired_at IS NULL AND parked_at IS NULL AND (claimed_until IS NULL OR claimed_until < now())"
    " RETURNING attempts"
)
_CLAIM = "SELECT true FROM timer WHERE id = $1 AND fired_at IS NULL AND parked_at IS NULL FOR UPDATE SKIP LOCKED"
_FIRED = "UPDATE timer SET fired_at = now() WHERE id = $1"
_PARK = "UPDATE timer SET parked_at = now(), reason = $2 WHERE id = $1 AND fired_at IS NULL"
_LATER = "UPDATE timer SET claimed_until = now() + make_interval(secs => $2) WHERE id = $1 AND fired_at IS NULL"


async def fire_due(running: "Running", timers: Mapping[str, Timer]) -> int:
    """Fire what is due, earliest first; returns how many were due."""
    async with running.database.asking_once() as connection:
        rows = await connection.fetch(_DUE, list(timers), running.settings.timer_batch)
    for row in rows:
        attempt = await _mark(running, row["id"])
        if attempt is None:
            continue
        due = DueTimer(**row, attempt=attempt)
        if attempt > running.settings.timer_attempts:
            await _park(running, due, "process_died")
            continue
        try:
            await _fire(running, due, timers[due.kind])
        except Exception as error:
            await _failed(running, due, error)
    return len(rows)


async def _mark(running: "Running", timer_id: UUID) -> int | None:
    """Count the attempt before it is made, and keep other workers off meanwhile; None where one has it."""
    async with running.database.asking_once() as connection:
        attempts: int | None = await connection.fetchval(_MARK, timer_id, running.settings.timer_claim_seconds)
        return attempts


async def _fire(running: "Running", due: DueTimer, timer: Timer) -> None:
    answer: tuple[object, ...] = ()
    if timer.ask:
        try:
            answer = (await timer.ask(due, running),)
        except Unanswered as error:
            answer = (error,)
    with span(f"timer {due.kind}"):
        async with running.transaction(label="timer") as tx:
            if not await tx.driver.fetchval(_CLAIM, due.id):
                return
            await tx.driver.execute(_FIRED, due.id)
            crashpoint("timer.effect", due.key)
            await timer.handler(due, tx, *answer)
    measure.timers.add(1, {"kind": due.kind})


async def _failed(running: "Running", due: DueTimer, error: Exception) -> None:
    from chassis.transaction import is_passing

    reason = getattr(error, "code", "") or type(error).__name__
    log.error("timers.failed", error=error, kind=due.kind, attempt=due.attempt, reason=str(reason))
    if due.attempt >= running.settings.timer_attempts and not is_passing(error):
        return await _park(running, due, str(reason))
    async with running.database.asking_once() as connection:
        await connection.execute(_LATER, due.id, 0.2 * 4 ** min(due.attempt, 5))


async def _park(running: "Running", due: DueTimer, reason: str) -> None:
    log.error("timers.parked", kind=due.kind, reason=reason)
    async with running.database.asking_once() as connection:
        await connection.execute(_PARK, due.id, reason)


async def timer_loop(running: "Running", timers: Sequence[Timer]) -> None:
    """Fire what is due, for as long as the worker lives."""
    by_kind = {timer.kind: timer for timer in timers}
    while by_kind:
        tried = 0
        try:
            tried = await fire_due(running, by_kind)
        except Exception as error:
            log.error("timers.loop_failed", error=error)
            await asyncio.sleep(1)
        if tried < running.settings.timer_batch:
            await asyncio.sleep(running.settings.timer_every_ms / 1000)
