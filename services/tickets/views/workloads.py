"""The members of a group with what they have on their hands."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import workload as rules
from services.tickets.domain.permission import Who
from services.tickets.domain.workload import GroupSettings
from services.tickets.store import copies, tickets, workloads
from services.tickets.views.detail import read


class LoadModel(BaseModel):
    person_id: UUID
    open: int
    given_at: datetime | None
    on_leave: bool


class Workload(BaseModel):
    id: UUID
    cap: int
    chooses_at_once: bool
    members_accept: bool
    revision: int
    members: list[LoadModel]
    as_of: datetime


def plain(settings: GroupSettings) -> dict[str, Any]:
    return asdict(settings)


async def workload(tx: Transaction, group_id: UUID) -> Workload:
    row = await copies.group(tx, group_id, (), None)
    if row is None or not tx.actor.may("tickets.hand_over", organization_path=row.path):
        raise Refused("group_unknown", status=404)
    loads = await workloads.loads_of(tx, group_id)
    members = [LoadModel.model_validate(load, from_attributes=True) for load in loads]
    settings = await workloads.settings_of(tx, group_id)
    return Workload(id=group_id, **plain(settings), members=members, as_of=tx.now)


async def suggested(tx: Transaction, ticket_id: UUID) -> list[LoadModel]:
    """Whom the leader might name, the fairest choice first."""
    ticket, found = await read(tx, ticket_id)
    if not found & {Who.LEADER, Who.SECRETARY}:
        raise Refused("not_permitted", status=403)
    if ticket.group_id is None:
        return []
    history = await tickets.history(tx, ticket)
    settings = await workloads.settings_of(tx, ticket.group_id)
    loads = await workloads.loads_of(tx, ticket.group_id)
    able = rules.able(loads, settings.cap, rules.barred(ticket, history))
    return [LoadModel.model_validate(load, from_attributes=True) for load in able]
