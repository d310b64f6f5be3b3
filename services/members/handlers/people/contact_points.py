"""Commands about contact points."""

from dataclasses import dataclass, replace
from uuid import UUID

from chassis.transaction import Transaction
from services.members.domain.people.contact import ContactPoint
from services.members.handlers.people.people import NewContact, loaded, new_points
from services.members.store.people import contact_points
from services.members.views import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContact:
    person_id: UUID
    contact: NewContact


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeContact:
    """What is None stays. Only staff may say that a number is verified; a code says it for everybody else."""

    person_id: UUID
    point_id: UUID
    preferred: bool | None
    verified: bool | None
    signs_in: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveContact:
    person_id: UUID
    point_id: UUID


async def add_contact(command: AddContact, tx: Transaction) -> ContactPoint:
    """One more way to reach her."""
    person = await loaded(command.person_id, tx, permission="people.enrol", lock=True)
    herself = tx.actor.person_id == person.id
    contact = replace(command.contact, verified=command.contact.verified and not herself)
    (point,) = await new_points([(person.id, contact)], tx)
    await contact_points.add(tx, [point])
    return await _preferred_alone(point, tx)


async def change_contact(command: ChangeContact, tx: Transaction) -> ContactPoint:
    person = await loaded(command.person_id, tx, permission="people.enrol", lock=True)
    point = await contact_points.load(tx, person.id, command.point_id)
    if command.verified and tx.actor.person_id == person.id:
        raise reach.not_permitted("people.enrol")
    changed = replace(
        point,
        preferred=point.preferred if command.preferred is None else command.preferred,
        signs_in=point.signs_in if command.signs_in is None else command.signs_in,
    )
    saved = await contact_points.save(tx, changed.verified(tx.now) if command.verified else changed)
    return await _preferred_alone(saved, tx)


async def remove_contact(command: RemoveContact, tx: Transaction) -> ContactPoint:
    person = await loaded(command.person_id, tx, permission="people.enrol", lock=True)
    point = await contact_points.load(tx, person.id, command.point_id)
    await contact_points.remove(tx, point)
    return point


async def _preferred_alone(point: ContactPoint, tx: Transaction) -> ContactPoint:
    if point.preferred:
        await contact_points.unprefer_others(tx, point)
    return point
