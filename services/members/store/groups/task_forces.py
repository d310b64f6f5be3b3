"""Rows of task forces."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.transaction import Transaction
from services.members.domain.groups.task_force import TaskForce, TaskForceState
from services.members.store import rows
from services.members.store.groups.tables import task_forces


async def load(tx: Transaction, task_force_id: UUID, *, lock: bool = False) -> TaskForce:
    statement = select(task_forces).where(task_forces.c.id == task_force_id)
    found = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if found is None:
        raise rows.not_found()
    return task_force_of(found)


async def requested(tx: Transaction, ticket_id: UUID, organization_id: UUID) -> TaskForce | None:
    """The request of a ticket that still waits for its people."""
    chosen = select(task_forces).where(
        task_forces.c.ticket_id == ticket_id,
        task_forces.c.organization_id == organization_id,
        task_forces.c.state == TaskForceState.REQUESTED,
    )
    found = (await tx.execute(chosen.with_for_update())).one_or_none()
    return task_force_of(found) if found else None


async def save(tx: Transaction, one: TaskForce) -> TaskForce:
    values = {
        "id": one.id,
        "organization_id": one.organization_id,
        "community_id": one.community_id,
        "ticket_id": one.ticket_id,
        "correlation": one.correlation,
        "building_id": one.building_id,
        "size": one.size,
        "purpose_code": one.purpose_code,
        "state": one.state,
        "person_ids": list(one.person_ids),
        "until": one.until,
    }
    return replace(one, revision=await rows.write(tx, task_forces, values, one.revision))


def task_force_of(row: Any) -> TaskForce:
    return TaskForce(
        id=row.id,
        organization_id=row.organization_id,
        community_id=row.community_id,
        ticket_id=row.ticket_id,
        correlation=row.correlation,
        building_id=row.building_id,
        size=row.size,
        purpose_code=row.purpose_code,
        state=TaskForceState(row.state),
        person_ids=tuple(row.person_ids),
        until=row.until,
        revision=row.revision,
    )
