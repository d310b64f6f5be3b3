"""What members reads from the other services, and what each leads to."""

from uuid import UUID

from chassis.reader import Read, Reader
from chassis.transaction import Transaction
from services.members.handlers.groups import task_forces


class TaskForceRequested(Reader, of="tickets.task_force_requested.v1"):
    """A group needs so many people for a ticket."""

    ticket_id: UUID
    group_id: UUID
    building_id: UUID | None = None
    size: int
    purpose_code: str


async def on_task_force_requested(event: TaskForceRequested, tx: Transaction) -> None:
    """The request waits for the leader of the group to name the people."""
    assert tx.cause is not None
    command = task_forces.RequestTaskForce(
        ticket_id=event.ticket_id,
        correlation=tx.cause.correlation,
        organization_id=event.group_id,
        building_id=event.building_id,
        size=event.size,
        purpose_code=event.purpose_code,
    )
    await task_forces.request(command, tx)


READS = (Read(TaskForceRequested, on_task_force_requested),)
