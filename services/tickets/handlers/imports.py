"""Imports: a file is taken in, started, paused, resumed; and when it is through, its open rows are taken over."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import IO
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import layout
from services.tickets.domain.layout import Layout
from services.tickets.store import imports as store
from services.tickets.store import open311, sheets
from services.tickets.store.imports import Import
from services.tickets.store.open311 import Jurisdiction


@dataclass(frozen=True, slots=True, kw_only=True)
class AddImport:
    community_id: UUID
    file: bytes
    layout: Layout
    rows_expected: int


def inspected(file: IO[bytes]) -> tuple[Layout, int]:
    """Which layout a file has and about how many rows, before anything is kept of it."""
    sheets.check(file)
    found = layout.recognised(list(islice(sheets.rows(file), layout.HEADER_ROWS_MAX)))
    if found is None:
        known = {each.name: sorted(each.needed) for each in layout.LAYOUTS}
        raise Refused("layout_unknown", status=422, layouts=known)
    return found[0], max(sheets.count(file) - found[1] - 1, 0)


async def add_import(command: AddImport, tx: Transaction) -> Import:
    place = await place_of(command.community_id, tx)
    if not tx.actor.may("imports.manage", area_path=place.path):
        raise Refused("community_unknown", status=404)
    new = Import(
        id=tx.new_id(),
        community_id=place.id,
        state="uploaded",
        layout=command.layout.name,
        rows_expected=command.rows_expected,
        made_by=tx.actor.person_id,
        made_at=tx.now,
    )
    await store.add(tx, new, command.file)
    await record_act(tx, action="import.added", subject=new.id)
    return new


# What may follow on what.
GOES: Mapping[str, Mapping[str, str]] = {
    "start": {"uploaded": "running"},
    "pause": {"running": "paused", "activating": "activation_paused"},
    "resume": {"paused": "running", "activation_paused": "activating"},
    "activate": {"done": "activating"},
}


async def steer(import_id: UUID, verb: str, tx: Transaction) -> Import:
    """Start, pause, resume or activate."""
    known = await owned(import_id, tx)
    if known.state not in GOES[verb]:
        raise Refused(f"cannot_{verb}_when_{known.state}")
    await record_act(tx, action=f"import.{verb}", subject=known.id)
    return await store.change(tx, known.id, state=GOES[verb][known.state])


async def owned(import_id: UUID, tx: Transaction) -> Import:
    """The import, for the secretary of its community."""
    known = await store.find(tx, import_id)
    if known is None or not tx.actor.may("imports.manage", area_path=(await place_of(known.community_id, tx)).path):
        raise Refused("import_unknown", status=404)
    return known


async def place_of(community_id: UUID, tx: Transaction) -> Jurisdiction:
    place = next((each for each in await open311.jurisdictions(tx) if each.id == community_id), None)
    if place is None:
        raise Refused("community_unknown", status=404)
    return place
