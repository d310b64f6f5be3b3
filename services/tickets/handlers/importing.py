"""A file becomes tickets: a thousand rows a transaction, none twice, however often it is stopped and begun again."""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import IO, Any
from uuid import UUID

from chassis.refused import Refused
from chassis.service import Running
from chassis.telemetry import log
from chassis.timers import DueTimer
from chassis.transaction import Transaction, is_passing
from services.tickets.domain import layout
from services.tickets.domain import triage as rules
from services.tickets.domain.layout import Imported, Layout, RowFault
from services.tickets.domain.profile import Origin
from services.tickets.domain.state import State
from services.tickets.events import ImportFinished, TicketConfirmed
from services.tickets.handlers import routing
from services.tickets.handlers.import_rows import Line, Making
from services.tickets.handlers.imports import place_of
from services.tickets.handlers.reporters import identify
from services.tickets.store import imports as store
from services.tickets.store import place_names, sheets, tickets
from services.tickets.store.imports import Import
from services.tickets.store.reference import load_reference

BATCH = 1_000
ACTIVATION_BATCH = 100
RAW_KEPT = timedelta(days=30)
FORGET_TIMER = "import_forgets"
ASKED_AT_ONCE = 16
IDLE_SECONDS = 1.0
FILE_IN_MEMORY = 8 << 20


@dataclass(slots=True)
class Reading:
    """An open file, how far it has been read, and how many seconds the last batch took."""

    import_id: UUID
    layout: Layout
    columns: list[str]
    header_row: int
    rows: Iterator[list[str]]
    position: int
    file: IO[bytes]
    spent: float = 0


async def importing(running: Running) -> None:
    """Work through what waits, for as long as the worker lives."""
    while True:
        if not await step(running):
            await asyncio.sleep(IDLE_SECONDS)


async def step(running: Running) -> bool:
    """One batch of the oldest import that has something to do; whether there was any."""
    async with running.reading() as tx:
        known = await store.waiting(tx)
    if known is None:
        return False
    try:
        await (_activate(known, running) if known.state == "activating" else import_batch(known, running))
    except Exception as error:
        if is_passing(error):
            raise
        await _failed(known, error, running)
    return True


async def _failed(known: Import, error: Exception, running: Running) -> None:
    """It stops where it stands, with its reason; what is made stays made."""
    reason = str(getattr(error, "code", "") or type(error).__name__)
    log.error("import.failed", error=error, reason=reason)
    async with running.transaction(label="import") as tx:
        await store.change(tx, known.id, state="failed", reason=reason)


async def import_batch(known: Import, running: Running) -> None:
    """Read on from where the import stands, and write what was read, unless somebody else has done so meanwhile."""
    began = time.monotonic()
    reading = await _opened(known, running)
    taken = await asyncio.to_thread(_taken, reading)
    people = await _people([line.said for line in taken if isinstance(line.said, Imported)], running)
    running.state.pop("import_reading", None)
    async with running.transaction(label="import") as tx:
        current = await store.locked(tx, known.id)
        if current is None or current.state != "running" or current.position != reading.position:
            reading.file.close()
            return
        await _written(current, reading, taken, people, tx)
    reading.position += len(taken)
    reading.spent = time.monotonic() - began
    running.state["import_reading"] = reading


def _taken(reading: Reading) -> list[Line]:
    """The next rows of the file, read."""
    first = reading.header_row + reading.position + 2
    return [_line(first + at, row, reading) for at, row in enumerate(islice(reading.rows, BATCH))]


def _line(number: int, row: Sequence[str], reading: Reading) -> Line:
    cells = {name: cell for name, cell in zip(reading.columns, row, strict=False) if name}
    raw = {name: cell for name, cell in cells.items() if name not in reading.layout.never_kept}
    try:
        return Line(number, raw, reading.layout.read(cells))
    except RowFault as fault:
        return Line(number, raw, fault)


async def _opened(known: Import, running: Running) -> Reading:
    """The file that is open already, or the file again up to where the last batch ended."""
    open_ = running.state.get("import_reading")
    if isinstance(open_, Reading) and (open_.import_id, open_.position) == (known.id, known.position):
        return open_
    file = tempfile.SpooledTemporaryFile(max_size=FILE_IN_MEMORY)  # noqa: SIM115 - it lives as long as the reading
    async with running.reading() as tx:
        async for piece in store.pieces(tx, known.id):
            file.write(piece)
    return await asyncio.to_thread(_skipped, known, file)


def _skipped(known: Import, file: Any) -> Reading:
    sheets.check(file)
    head = list(islice(sheets.rows(file), layout.HEADER_ROWS_MAX))
    found = layout.recognised(head)
    if found is None:
        raise Refused("layout_unknown")
    of, header_row, columns = found
    rows = islice(sheets.rows(file), header_row + 1 + known.position, None)
    return Reading(known.id, of, columns, header_row, rows, known.position, file)


async def _people(rows: Sequence[Imported], running: Running) -> dict[str, UUID]:
    """Whose telephones these are; members is asked, outside the transaction, and the telephones are not kept."""
    gate = asyncio.Semaphore(ASKED_AT_ONCE)

    async def ask(phone: str) -> tuple[str, UUID | None]:
        async with gate:
            try:
                person = await identify(running, phone, 2)
            except Refused:
                person = None
            return phone, person.id if person else None

    phones = sorted({row.phone for row in rows if row.phone})
    found = await asyncio.gather(*(ask(phone) for phone in phones))
    return {phone: person for phone, person in found if person is not None}


async def _written(
    current: Import,
    reading: Reading,
    taken: Sequence[Line],
    people: Mapping[str, UUID],
    tx: Transaction,
) -> None:
    """Tickets, rows and progress of one batch; the last batch finishes the import."""
    told = [line for line in taken if any(line.raw.values())]
    said = [line.said.key for line in told if isinstance(line.said, Imported)]
    known = await store.known_keys(tx, current.community_id, reading.layout.name, said)
    making = Making(
        current,
        await place_of(current.community_id, tx),
        await load_reference(tx),
        people,
        known,
        await store.centres(tx, current.community_id),
        await place_names.of_community(tx, current.community_id),
        store.beginnings(),
        tx.now,
    )
    serials = iter(await store.serials(tx, len(said)))
    kept = [making.kept(line, serials, tx) for line in told]
    await tickets.add_many(tx, making.new)
    await store.add_rows(tx, current.id, kept)
    outcomes = [each.outcome for each in kept]
    moved = await store.change(
        tx,
        current.id,
        position=current.position + len(taken),
        rows_read=current.rows_read + len(told),
        made=current.made + outcomes.count("ticket"),
        duplicates=current.duplicates + outcomes.count("duplicate"),
        failed=current.failed + outcomes.count("error"),
        flagged=current.flagged + sum(bool(each.flags) for each in kept),
        seconds=current.seconds + reading.spent,
    )
    if len(taken) < BATCH:
        await _finished(moved, tx)


async def _finished(done: Import, tx: Transaction) -> None:
    """The one thing that is said of an import; its file goes, its raw rows stay for a month."""
    finished = await store.change(tx, done.id, state="done", finished_at=tx.now)
    await store.forget_file(tx, done.id)
    await tx.set_timer(FORGET_TIMER, str(done.id), tx.now + RAW_KEPT)
    counts = {"made": done.made, "duplicates": done.duplicates, "failed": done.failed, "flagged": done.flagged}
    tx.announce(ImportFinished(rows=done.rows_read, **counts), finished)


async def forget(timer: DueTimer, tx: Transaction) -> None:
    await store.forget_raw(tx, UUID(timer.key))


async def _activate(known: Import, running: Running) -> None:
    """The open ones become cases like any other: routed, with clocks that begin now."""
    async with running.transaction(label="import") as tx:
        current = await store.locked(tx, known.id)
        if current is None or current.state != "activating":
            return
        ticket_ids = await store.still_open(tx, current.id, ACTIVATION_BATCH)
        for ticket_id in ticket_ids:
            await _take_over(current, ticket_id, tx)
        if len(ticket_ids) < ACTIVATION_BATCH:
            await store.change(tx, current.id, state="active", activated_at=tx.now)


async def _take_over(current: Import, ticket_id: UUID, tx: Transaction) -> None:
    ticket = await tickets.load(tx, ticket_id)
    await store.taken_over(tx, current.id, ticket_id, Origin.ON_BEHALF)
    if ticket.state is not State.RECEIVED:
        return
    taken = rules.take_over(replace(ticket, origin=Origin.ON_BEHALF, round_started_at=tx.now), at=tx.now)
    await routing.route(taken, tx, TicketConfirmed)
