"""Rows of people: the name sealed with her own key and found by keyed tokens."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, update

from chassis.transaction import Transaction
from services.members.domain.people.person import Person, PersonState, tokens
from services.members.store import rows
from services.members.store.people import sealed
from services.members.store.people.tables import data_keys, people

_NAME = "people.name"


def chosen() -> Select[Any]:
    """People, each with her wrapped key."""
    return select(people, data_keys.c.wrapped).join(data_keys, data_keys.c.owner_id == people.c.id)


async def load(tx: Transaction, person_id: UUID, *, lock: bool = False) -> Person:
    statement = chosen().where(people.c.id == person_id)
    found = (await tx.execute(statement.with_for_update(of=people) if lock else statement)).one_or_none()
    if found is None:
        raise rows.not_found()
    return person_of(tx, found)


async def load_many(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, Person]:
    if not ids:
        return {}
    return {row.id: person_of(tx, row) for row in await tx.execute(chosen().where(rows.among(people.c.id, ids)))}


async def lock_many(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, Person]:
    """Several people, locked in the order of their ids as everybody does."""
    statement = chosen().where(people.c.id.in_(ids)).order_by(people.c.id).with_for_update(of=people)
    return {row.id: person_of(tx, row) for row in await tx.execute(statement)}


async def add(tx: Transaction, new: Sequence[Person]) -> list[Person]:
    """New people, each with a key of her own."""
    keys = await sealed.new_keys(tx, [person.id for person in new])
    await rows.put(tx, people, [_values(tx, person, keys[person.id]) | {"revision": 1} for person in new])
    return [replace(person, revision=1) for person in new]


async def save(tx: Transaction, person: Person) -> Person:
    key = (await sealed.keys_of(tx, [person.id]))[person.id]
    return replace(person, revision=await rows.write(tx, people, _values(tx, person, key), person.revision))


async def touch(tx: Transaction, person_id: UUID) -> Person:
    """Something that belongs to her has changed: a new revision, in the order of the facts about her."""
    await tx.execute(update(people).where(people.c.id == person_id).values(revision=people.c.revision + 1))
    return await load(tx, person_id)


def person_of(tx: Transaction, row: Any) -> Person:
    return Person(
        id=row.id,
        community_id=row.community_id,
        name=sealed.opened(tx, row, row.name_sealed, _NAME, row.id),
        birth_year=row.birth_year,
        languages=tuple(row.languages),
        channel_order=tuple(row.channel_order),
        paused_until=row.paused_until,
        state=PersonState(row.state),
        revision=row.revision,
    )


def name_tokens(tx: Transaction, name: str) -> list[bytes]:
    """The keyed forms a name is found by."""
    return [tx.service.sealing.index(f"name:{token}") for token in sorted(tokens(name))]


def _values(tx: Transaction, person: Person, key: bytes) -> dict[str, Any]:
    return {
        "id": person.id,
        "community_id": person.community_id,
        "name_sealed": sealed.seal(tx, person.name, key, _NAME, person.id),
        "name_index": name_tokens(tx, person.name) if person.name else [],
        "birth_year": person.birth_year,
        "languages": list(person.languages),
        "channel_order": list(person.channel_order),
        "paused_until": person.paused_until,
        "state": person.state,
    }
