"""Commands about estates."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from chassis.transaction import Transaction
from services.members.domain.places import estate as rules
from services.members.domain.places.estate import Estate
from services.members.handlers.places.areas import announce
from services.members.store.places import areas, estates
from services.members.views import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEstate:
    name: str
    community_id: UUID
    building_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameEstate:
    estate_id: UUID
    expected: int | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBuildings:
    estate_id: UUID
    expected: int | None
    add: tuple[UUID, ...]
    remove: tuple[UUID, ...]


async def add_estate(command: AddEstate, tx: Transaction) -> Estate:
    """A new estate over buildings of one or several communities."""
    above = await areas.load(tx, command.community_id)
    reach.require(tx.actor, "places.edit", area_path=above.path)
    saved = await estates.save(tx, Estate(id=tx.new_id(), name=command.name, community_id=above.id))
    await _put_in(saved, command.building_ids, tx)
    return saved


async def rename_estate(command: RenameEstate, tx: Transaction) -> Estate:
    estate = await _loaded(command.estate_id, command.expected, tx)
    return await estates.save(tx, estate.renamed(command.name))


async def change_buildings(command: ChangeBuildings, tx: Transaction) -> Estate:
    """Buildings come into the estate or leave it; each is announced anew."""
    estate = await _loaded(command.estate_id, command.expected, tx)
    await estates.take_out(tx, estate.id, command.remove)
    await _announce_anew(command.remove, tx)
    await _put_in(estate, command.add, tx)
    return await estates.save(tx, estate)


async def _put_in(estate: Estate, building_ids: Collection[UUID], tx: Transaction) -> None:
    rules.check_buildings(estate.id, building_ids, await areas.load_many(tx, building_ids))
    await estates.put_in(tx, estate.id, building_ids)
    await _announce_anew(building_ids, tx)


async def _announce_anew(building_ids: Collection[UUID], tx: Transaction) -> None:
    for building in (await areas.load_many(tx, building_ids)).values():
        announce([await areas.save(tx, building)], tx)


async def _loaded(estate_id: UUID, expected: int | None, tx: Transaction) -> Estate:
    estate = await estates.load(tx, estate_id, lock=True)
    above = await areas.load(tx, estate.community_id)
    reach.require(tx.actor, "places.edit", area_path=above.path)
    reach.check_revision(estate.revision, expected)
    return estate
