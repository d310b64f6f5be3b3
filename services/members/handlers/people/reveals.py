"""Showing what is masked: with a reason, on record, and for a person at a time."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from chassis.audit import record_read
from chassis.transaction import Transaction
from services.members.store.people import contact_points, households, people
from services.members.store.rows import not_found
from services.members.views import people as views


class What(StrEnum):
    NAME = "name"
    CONTACT_POINT = "contact_point"
    DWELLING = "dwelling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reveal:
    person_id: UUID
    what: What
    target_id: UUID | None
    reason: str


async def reveal(command: Reveal, tx: Transaction) -> str:
    """The value itself. That it was shown, to whom and why is written before it is sent."""
    if not await views.within_reach(tx, command.person_id, "contact.reveal"):
        raise not_found()
    value = await _value(command, tx)
    await record_read(tx, action="reveal", subject=command.person_id, reason=command.reason, fields=[str(command.what)])
    return value


async def _value(command: Reveal, tx: Transaction) -> str:
    if command.what is What.NAME:
        return (await people.load(tx, command.person_id)).name
    if command.target_id is None:
        raise not_found()
    if command.what is What.CONTACT_POINT:
        return (await contact_points.load(tx, command.person_id, command.target_id)).value
    residency = await households.load_residency(tx, command.person_id, command.target_id)
    return await households.open_dwelling(tx, residency.household_id)
