"""Many households at once, with the people in them: as a community office brings them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.people import person as rules
from services.members.domain.people.contact import ContactKind
from services.members.domain.people.household import Household, Relation, Tenure
from services.members.domain.people.person import Person
from services.members.domain.places.area import Area
from services.members.handlers.people.households import check_building, new_household, new_residency
from services.members.handlers.people.people import NewContact, new_points
from services.members.store.people import contact_points, households, people
from services.members.store.places import areas
from services.members.views import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupant:
    name: str
    phone: str | None
    relation: Relation
    birth_year: int | None
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHousehold:
    building_id: UUID
    dwelling: str
    tenure: Tenure
    people: tuple[Occupant, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    household: Household
    person_ids: tuple[UUID, ...]


async def bring_in(commands: Sequence[NewHousehold], tx: Transaction) -> list[Brought]:
    """New households and their people, in a few statements however many there are."""
    buildings = await _buildings(commands, tx)
    await _check_free(commands, tx)
    new = [new_household(buildings[c.building_id], c.dwelling, c.tenure, tx) for c in commands]
    groups = [[_person(each, household, tx) for each in c.people] for household, c in zip(new, commands, strict=True)]
    await households.add(tx, new)
    await people.add(tx, [person for group in groups for person in group])
    phones = [each for group, command in zip(groups, commands, strict=True) for each in _phones(group, command)]
    await contact_points.add(tx, await new_points(phones, tx))
    await households.add_residencies(
        tx,
        [
            new_residency(household, person.id, occupant.relation, True, tx)
            for household, group, command in zip(new, groups, commands, strict=True)
            for person, occupant in zip(group, command.people, strict=True)
        ],
    )
    return [Brought(household, tuple(p.id for p in group)) for household, group in zip(new, groups, strict=True)]


async def _buildings(commands: Sequence[NewHousehold], tx: Transaction) -> dict[UUID, Area]:
    found = await areas.load_many(tx, {command.building_id for command in commands})
    for index, command in enumerate(commands):
        check_building(found.get(command.building_id), f"/items/{index}/building_id")
    for building in found.values():
        reach.require(tx.actor, "households.edit", area_path=building.path)
    return found


async def _check_free(commands: Sequence[NewHousehold], tx: Transaction) -> None:
    """One household per dwelling, in what is there and in what comes."""
    taken = await households.taken(tx, [(c.building_id, c.dwelling) for c in commands], tx.now)
    errors = []
    for index, command in enumerate(commands):
        key = (command.building_id, households.dwelling_index(tx, command.building_id, command.dwelling) or b"")
        if key[1] and key in taken:
            errors.append({"pointer": f"/items/{index}/dwelling", "code": "overlaps", "detail": "is lived in"})
        taken.add(key)
    if errors:
        raise Refused("overlaps", errors=errors)


def _person(occupant: Occupant, household: Household, tx: Transaction) -> Person:
    rules.check_birth_year(occupant.birth_year, this_year=tx.now.year)
    return Person(
        id=tx.new_id(),
        community_id=household.community_id,
        name=rules.check_name(occupant.name),
        birth_year=occupant.birth_year,
        languages=occupant.languages,
    )


def _phones(group: Sequence[Person], command: NewHousehold) -> list[tuple[UUID, NewContact]]:
    return [
        (person.id, NewContact(kind=ContactKind.PHONE, value=occupant.phone))
        for person, occupant in zip(group, command.people, strict=True)
        if occupant.phone
    ]
