"""Commands about households and residencies."""

from dataclasses import dataclass, replace
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.people.household import Household, Relation, Residency, Tenure
from services.members.domain.people.person import Person
from services.members.domain.period import Period
from services.members.domain.places.area import Area, AreaKind
from services.members.store.people import households, people
from services.members.store.places import areas
from services.members.views import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class NewResidency:
    building_id: UUID
    dwelling: str = ""
    tenure: Tenure = Tenure.UNKNOWN
    relation: Relation = Relation.OTHER
    main: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AddResidency:
    person_id: UUID
    residency: NewResidency


@dataclass(frozen=True, slots=True, kw_only=True)
class EndResidency:
    person_id: UUID
    residency_id: UUID


async def add_residency(command: AddResidency, tx: Transaction) -> UUID:
    """She moves in."""
    person = await _editable(command.person_id, tx)
    household = await reside(person, command.residency, tx)
    if command.residency.main:
        await people.save(tx, replace(person, community_id=household.community_id))
    return household.id


async def end_residency(command: EndResidency, tx: Transaction) -> Residency:
    """She moves out."""
    await _editable(command.person_id, tx)
    residency = await households.load_residency(tx, command.person_id, command.residency_id)
    return await households.save_residency(tx, residency.ended(tx.now))


async def reside(person: Person, new: NewResidency, tx: Transaction) -> Household:
    """Put her into the household of that dwelling, which begins with her if there is none."""
    building = await building_of(new.building_id, "/residency/building_id", tx)
    if new.main:
        await _check_one_main(person.id, tx)
    household = await households.at(tx, building.id, new.dwelling, tx.now)
    if household is None:
        household = new_household(building, new.dwelling, new.tenure, tx)
        await households.add(tx, [household])
    residency = new_residency(household, person.id, new.relation, new.main, tx)
    await households.add_residencies(tx, [residency])
    return household


def new_household(building: Area, dwelling: str, tenure: Tenure, tx: Transaction) -> Household:
    return Household(
        id=tx.new_id(),
        community_id=building.community_id or building.path[0],
        building_id=building.id,
        dwelling=dwelling,
        during=Period(tx.now),
        tenure=tenure,
    )


def new_residency(household: Household, person_id: UUID, relation: Relation, main: bool, tx: Transaction) -> Residency:
    return Residency(
        id=tx.new_id(),
        community_id=household.community_id,
        person_id=person_id,
        household_id=household.id,
        during=household.during if household.during.start == tx.now else Period(tx.now),
        relation=relation,
        main=main,
    )


async def building_of(building_id: UUID, pointer: str, tx: Transaction) -> Area:
    found = (await areas.load_many(tx, [building_id])).get(building_id)
    check_building(found, pointer)
    assert found is not None
    return found


def check_building(found: Area | None, pointer: str) -> None:
    """People live in buildings; scattered ones may be known only by their cluster or courtyard."""
    homes = (AreaKind.BUILDING, AreaKind.ENTRANCE, AreaKind.COURTYARD, AreaKind.CLUSTER, AreaKind.NATURAL_VILLAGE)
    if found is None or found.kind not in homes:
        error = {"pointer": pointer, "code": "building_unknown", "detail": "no such building"}
        raise Refused("building_unknown", status=422, errors=[error])


async def _check_one_main(person_id: UUID, tx: Transaction) -> None:
    """One main residency at a time; the row in the way is named."""
    for other in await households.residencies_of(tx, person_id):
        if other.main and other.during.overlaps(Period(tx.now)):
            raise Refused("overlaps", residency_id=str(other.id))


async def _editable(person_id: UUID, tx: Transaction) -> Person:
    person = await people.load(tx, person_id, lock=True)
    area = await areas.load(tx, person.community_id)
    reach.require(tx.actor, "people.enrol", area_path=area.path)
    return person
