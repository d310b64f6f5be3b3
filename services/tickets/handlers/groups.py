"""What a leader settles for her group."""

from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.workload import GroupSettings
from services.tickets.store import copies, workloads


async def settle(group_id: UUID, wanted: GroupSettings, tx: Transaction) -> GroupSettings:
    """How much a member carries, whether the system names the handler, whether members may accept."""
    row = await copies.group(tx, group_id, (), None)
    if row is None or not tx.actor.may("tickets.hand_over", organization_path=row.path):
        raise Refused("group_unknown", status=404)
    return await workloads.put_settings(tx, group_id, wanted)
