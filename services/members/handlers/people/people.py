"""Commands about people: enrol with contact points and a residency, change, disable, enable."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.people import contact
from services.members.domain.people import person as rules
from services.members.domain.people.contact import ContactKind, ContactPoint
from services.members.domain.people.person import Person, PersonMove
from services.members.handlers.people.households import NewResidency, reside
from services.members.store.people import contact_points, people
from services.members.store.places import areas
from services.members.views import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """`signs_in` left open: she signs in with the number if nobody else does."""

    kind: ContactKind
    value: str
    signs_in: bool | None = None
    preferred: bool = False
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolPerson:
    name: str
    community_id: UUID
    birth_year: int | None = None
    languages: tuple[str, ...] = ("zh-CN",)
    channel_order: tuple[str, ...] = ("sms",)
    contacts: tuple[NewContact, ...] = ()
    residency: NewResidency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePerson:
    person_id: UUID
    expected: int | None
    changes: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePerson:
    person_id: UUID
    expected: int | None
    move: PersonMove
    reason: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    person: Person
    contact_point_ids: tuple[UUID, ...]
    household_id: UUID | None


async def enrol(commands: Sequence[EnrolPerson], tx: Transaction) -> list[Enrolled]:
    """New people, each with what reaches her and where she lives."""
    known = await areas.load_many(tx, {command.community_id for command in commands})
    for index, command in enumerate(commands):
        if command.community_id not in known:
            raise _unknown(f"/items/{index}/community_id")
    for area in known.values():
        reach.require(tx.actor, "people.enrol", area_path=area.path)
    new = [_person(command, tx) for command in commands]
    saved = await people.add(tx, new)
    wanted = [(person.id, new) for person, command in zip(saved, commands, strict=True) for new in command.contacts]
    points = await new_points(wanted, tx)
    await contact_points.add(tx, points)
    homes = [
        await reside(person, command.residency, tx) if command.residency else None
        for person, command in zip(saved, commands, strict=True)
    ]
    return [
        Enrolled(person, tuple(point.id for point in points if point.person_id == person.id), home.id if home else None)
        for person, home in zip(saved, homes, strict=True)
    ]


async def change_person(command: ChangePerson, tx: Transaction) -> Person:
    """She, or whoever may enrol people, corrects what is known. Once she has a name she is provisional no longer."""
    person = await loaded(command.person_id, tx, permission="people.enrol", lock=True)
    reach.check_revision(person.revision, command.expected)
    changed = replace(person, **command.changes)  # type: ignore[arg-type]
    if changed.name and PersonMove.ENROL in rules.MOVES[changed.state]:
        changed = changed.moved(PersonMove.ENROL)
    rules.check_birth_year(changed.birth_year, this_year=tx.now.year)
    return await people.save(tx, replace(changed, name=rules.check_name(changed.name)))


async def move_person(command: MovePerson, tx: Transaction) -> Person:
    """Disable her, or let her in again."""
    person = await people.load(tx, command.person_id, lock=True)
    area = await areas.load(tx, person.community_id)
    reach.require(tx.actor, "sessions.revoke", area_path=area.path)
    reach.check_revision(person.revision, command.expected)
    saved = await people.save(tx, person.moved(command.move))
    await record_act(tx, action=f"person_{command.move}", subject=person.id, reason=command.reason)
    return saved


async def loaded(person_id: UUID, tx: Transaction, *, permission: str, lock: bool = False) -> Person:
    """A person as her own business, or as that of somebody whose grant reaches her community."""
    person = await people.load(tx, person_id, lock=lock)
    if tx.actor.person_id != person_id:
        area = await areas.load(tx, person.community_id)
        reach.require(tx.actor, permission, area_path=area.path)
    return person


async def new_points(wanted: Sequence[tuple[UUID, NewContact]], tx: Transaction) -> list[ContactPoint]:
    """New contact points of several people. A number signs in the first who has it, and reaches all."""
    values = [contact.normalise(new.kind, new.value) for _, new in wanted]
    taken = await contact_points.signing_in_already(tx, values)
    points = []
    for (person_id, new), value in zip(wanted, values, strict=True):
        signs_in = value not in taken if new.signs_in is None else new.signs_in
        points.append(_point(person_id, new, value, signs_in and new.kind is ContactKind.PHONE, tx))
        taken.add(value)
    return points


def _point(person_id: UUID, new: NewContact, value: str, signs_in: bool, tx: Transaction) -> ContactPoint:
    return ContactPoint(
        id=tx.new_id(),
        person_id=person_id,
        kind=new.kind,
        value=value,
        verified_at=tx.now if new.verified else None,
        signs_in=signs_in,
        preferred=new.preferred,
    )


def _person(command: EnrolPerson, tx: Transaction) -> Person:
    rules.check_birth_year(command.birth_year, this_year=tx.now.year)
    return Person(
        id=tx.new_id(),
        community_id=command.community_id,
        name=rules.check_name(command.name),
        birth_year=command.birth_year,
        languages=command.languages,
        channel_order=command.channel_order,
    )


def _unknown(pointer: str) -> Refused:
    error = {"pointer": pointer, "code": "unknown", "detail": "no such place"}
    return Refused("community_unknown", status=422, errors=[error])
