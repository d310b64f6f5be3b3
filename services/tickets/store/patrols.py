"""Patrols, their walks and what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, update

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.patrol import Checkpoint, CheckResult, PatrolRound, RoundState
from services.tickets.store.tables import check_results, checkpoints, patrol_rounds, patrols, tickets


@dataclass(frozen=True, slots=True)
class Patrol:
    """A plan: which group walks where, and what it looks at. Its events speak of this."""

    id: UUID
    community_id: UUID | None
    area_id: UUID
    area_path: tuple[UUID, ...]
    group_id: UUID
    group_path: tuple[UUID, ...]
    name: str
    minimum_people: int
    correlation: UUID
    ticket_id: UUID | None = None
    revision: int = 1
    checkpoints: tuple[Checkpoint, ...] = ()


async def add(tx: Transaction, patrol: Patrol, points: Sequence[tuple[str, UUID | None]]) -> Patrol:
    values = {
        "id": patrol.id,
        "community_id": patrol.community_id,
        "area_id": patrol.area_id,
        "area_path": list(patrol.area_path),
        "group_id": patrol.group_id,
        "group_path": list(patrol.group_path),
        "ticket_id": patrol.ticket_id,
        "correlation": patrol.correlation,
        "name": patrol.name,
        "minimum_people": patrol.minimum_people,
        "revision": 1,
        "made_at": tx.now,
    }
    await tx.execute(insert(patrols).values(values))
    placed = tuple(Checkpoint(tx.new_id(), label, area_id) for label, area_id in points)
    rows = [
        {"id": point.id, "patrol_id": patrol.id, "ordinal": at, "label": point.label, "area_id": point.area_id}
        for at, point in enumerate(placed, start=1)
    ]
    await tx.execute(insert(checkpoints), rows)
    return replace(patrol, checkpoints=placed)


async def points_of(tx: Transaction, patrol_id: UUID) -> list[Row[Any]]:
    statement = select(checkpoints).where(checkpoints.c.patrol_id == patrol_id).order_by(checkpoints.c.ordinal)
    return list((await tx.execute(statement)).all())


async def load(tx: Transaction, patrol_id: UUID, *, lock: bool = True) -> Patrol:
    statement = select(patrols).where(patrols.c.id == patrol_id)
    row = (await tx.execute(statement.with_for_update() if lock else statement)).first()
    if row is None:
        raise Refused("patrol_unknown", status=404)
    return Patrol(
        row.id,
        row.community_id,
        row.area_id,
        tuple(row.area_path),
        row.group_id,
        tuple(row.group_path),
        row.name,
        row.minimum_people,
        row.correlation,
        row.ticket_id,
        row.revision,
    )


async def next_revision(tx: Transaction, patrol: Patrol) -> Patrol:
    """Each event of a walk is a change of its patrol."""
    statement = update(patrols).where(patrols.c.id == patrol.id).values(revision=patrols.c.revision + 1)
    return replace(patrol, revision=(await tx.execute(statement.returning(patrols.c.revision))).scalar_one())


async def add_round(tx: Transaction, round_: PatrolRound) -> PatrolRound:
    values = {
        "id": round_.id,
        "patrol_id": round_.patrol_id,
        "starts_at": round_.starts_at,
        "ends_at": round_.ends_at,
        "person_ids": list(round_.person_ids),
        "state": round_.state,
        "reason": "",
        "revision": 1,
    }
    await tx.execute(insert(patrol_rounds).values(values))
    return replace(round_, revision=1)


async def load_round(tx: Transaction, round_id: UUID) -> PatrolRound:
    row = (await tx.execute(select(patrol_rounds).where(patrol_rounds.c.id == round_id).with_for_update())).first()
    if row is None:
        raise Refused("patrol_round_unknown", status=404)
    return PatrolRound(
        row.id,
        row.patrol_id,
        row.starts_at,
        row.ends_at,
        tuple(row.person_ids),
        RoundState(row.state),
        row.started_at,
        row.finished_at,
        row.reason,
        row.revision,
    )


async def save_round(tx: Transaction, round_: PatrolRound) -> PatrolRound:
    statement = (
        update(patrol_rounds)
        .where(patrol_rounds.c.id == round_.id)
        .values(
            state=round_.state,
            started_at=round_.started_at,
            finished_at=round_.finished_at,
            reason=round_.reason,
            revision=patrol_rounds.c.revision + 1,
        )
    )
    return replace(round_, revision=(await tx.execute(statement.returning(patrol_rounds.c.revision))).scalar_one())


async def add_check(
    tx: Transaction,
    round_id: UUID,
    checkpoint_id: UUID,
    result: CheckResult,
    reason: str,
    ticket_id: UUID | None,
    at: datetime,
) -> None:
    await tx.execute(
        insert(check_results).values(
            round_id=round_id,
            checkpoint_id=checkpoint_id,
            result=result,
            reason=reason,
            ticket_id=ticket_id,
            by=tx.actor.person_id,
            at=at,
        )
    )


async def checks_of(tx: Transaction, round_id: UUID) -> list[Row[Any]]:
    statement = select(check_results).where(check_results.c.round_id == round_id).order_by(check_results.c.at)
    return list((await tx.execute(statement)).all())


async def findings_of(tx: Transaction, round_id: UUID) -> int:
    statement = (
        select(func.count())
        .select_from(check_results)
        .where(check_results.c.round_id == round_id, check_results.c.result == CheckResult.FINDING)
    )
    return int((await tx.execute(statement)).scalar_one())


async def open_finding(tx: Transaction, checkpoint_id: UUID, category: str) -> UUID | None:
    """The finding of this kind at this place that is not closed yet: another look joins it."""
    statement = select(tickets.c.id).where(
        tickets.c.found_at == checkpoint_id, tickets.c.category == category, tickets.c.closed_at.is_(None)
    )
    return (await tx.execute(statement.order_by(tickets.c.id).limit(1))).scalar_one_or_none()


async def resolved_findings(tx: Transaction, checkpoint_id: UUID) -> list[UUID]:
    """Findings at this place that are said to be mended, and wait for somebody to look."""
    statement = select(tickets.c.id).where(tickets.c.found_at == checkpoint_id, tickets.c.state == "resolved")
    return [row.id for row in await tx.execute(statement.order_by(tickets.c.id))]
