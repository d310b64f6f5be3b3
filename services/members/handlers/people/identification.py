"""From a number to a person: the one find-or-create that another service asks for."""

from dataclasses import dataclass
from uuid import UUID

from chassis.audit import record_read
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.people import contact
from services.members.domain.people.contact import ContactKind, ContactPoint
from services.members.domain.people.person import Person, PersonState
from services.members.domain.places.area import Area
from services.members.store.people import contact_points, people
from services.members.store.places import areas
from services.members.views import people as views

OTHERS_MAX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify:
    """`name` and `email` are what an unknown caller said of herself; a known person is never changed by them."""

    phone: str
    enrol: bool
    building_id: UUID | None
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Identified:
    """Who the number reaches first, who shares it, and whether she was enrolled just now."""

    person: Person | None
    verified: bool
    others: tuple[Person, ...]
    enrolled: bool = False


async def identify(command: Identify, tx: Transaction) -> tuple[Identified, UUID | None]:
    """Whose number is this, and where does she live? Unknown and wanted: a provisional person, once."""
    number = contact.phone(command.phone)
    found = await _known(number, tx)
    if found.person is None and command.enrol:
        await contact_points.wait_for(tx, ContactKind.PHONE, number)
        found = await _known(number, tx)
        if found.person is None:
            found = await _enrol(number, command, tx)
    subject = found.person.id if found.person else None
    await record_read(tx, action="identify", subject=subject, fields=["contact_points.value"])
    home = (await views.buildings_of(tx, [subject])).get(subject) if subject else None
    return found, home


async def _known(number: str, tx: Transaction) -> Identified:
    points = await contact_points.found_by(tx, ContactKind.PHONE, number)
    known = await people.load_many(tx, [point.person_id for point in points[: OTHERS_MAX + 1]])
    reached = [known[point.person_id] for point in points if point.person_id in known]
    if not reached:
        return Identified(None, False, ())
    return Identified(reached[0], points[0].verified_at is not None, tuple(reached[1:]))


async def _enrol(number: str, command: Identify, tx: Transaction) -> Identified:
    home = await _home(command.building_id, tx)
    person = Person(
        id=tx.new_id(),
        community_id=home.community_id or home.path[0],
        name=command.name,
        state=PersonState.PROVISIONAL,
    )
    (saved,) = await people.add(tx, [person])
    points = [ContactPoint(id=tx.new_id(), person_id=saved.id, kind=ContactKind.PHONE, value=number, signs_in=True)]
    if command.email:
        email = contact.normalise(ContactKind.EMAIL, command.email)
        points.append(ContactPoint(id=tx.new_id(), person_id=saved.id, kind=ContactKind.EMAIL, value=email))
    await contact_points.add(tx, points)
    return Identified(saved, False, (), enrolled=True)


async def _home(building_id: UUID | None, tx: Transaction) -> Area:
    """Where an unknown caller belongs for now: the community of the building named, else the whole tree."""
    named = (await areas.load_many(tx, [building_id])).get(building_id) if building_id else None
    home = named or await areas.root(tx)
    if home is None:
        raise Refused("no_root_area", status=503)
    return home
