"""Imports: the file in sealed pieces, how far it has been read, and what became of every row."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, any_, delete, func, insert, select, text, update

from chassis.transaction import Transaction
from services.tickets.domain.anomaly import Centre
from services.tickets.store.reference import seed_rows
from services.tickets.store.tables import areas, import_chunks, import_rows, imports, tickets

PIECE = 1 << 20
_AAD = "import_chunks.sealed:"
_RAW_AAD = "import_rows.raw:"
_SERIALS = text("SELECT nextval('ticket_serial') FROM generate_series(1, :count)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One file on its way in. `position`: rows of the file behind us, empty ones too."""

    id: UUID
    community_id: UUID
    state: str
    layout: str | None = None
    reason: str = ""
    position: int = 0
    rows_read: int = 0
    made: int = 0
    duplicates: int = 0
    failed: int = 0
    flagged: int = 0
    seconds: float = 0
    rows_expected: int | None = None
    made_by: UUID | None = None
    made_at: datetime
    finished_at: datetime | None = None
    activated_at: datetime | None = None
    revision: int = 1

    @property
    def correlation(self) -> UUID:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one row: ticket, duplicate or error."""

    row: int
    outcome: str
    raw: Mapping[str, str]
    flags: Sequence[str] = ()
    ticket_id: UUID | None = None
    fault_column: str | None = None
    fault: str | None = None
    due_at: datetime | None = None
    closed_at: datetime | None = None
    is_open: bool | None = None


async def add(tx: Transaction, new: Import, file: bytes) -> None:
    """The file stands sealed, in pieces, until it has been read."""
    await tx.execute(insert(imports).values({name: getattr(new, name) for name in imports.c.keys()}))  # noqa: SIM118
    for no, at in enumerate(range(0, max(len(file), 1), PIECE)):
        sealed = tx.service.sealing.seal(file[at : at + PIECE].decode("latin-1"), aad=f"{_AAD}{new.id}:{no}")
        await tx.execute(insert(import_chunks).values(import_id=new.id, no=no, sealed=sealed))


async def pieces(tx: Transaction, import_id: UUID) -> AsyncIterator[bytes]:
    """The file again, a piece at a time."""
    no = 0
    wanted = import_chunks.c.import_id == import_id
    while row := (await tx.execute(select(import_chunks).where(wanted, import_chunks.c.no == no))).first():
        yield tx.service.sealing.unseal(row.sealed, aad=f"{_AAD}{import_id}:{no}").encode("latin-1")
        no += 1


async def find(tx: Transaction, import_id: UUID) -> Import | None:
    row = (await tx.execute(select(imports).where(imports.c.id == import_id))).first()
    return _import(row) if row else None


async def locked(tx: Transaction, import_id: UUID) -> Import | None:
    """For one worker at a time: nothing where another has it."""
    statement = select(imports).where(imports.c.id == import_id).with_for_update(skip_locked=True)
    row = (await tx.execute(statement)).first()
    return _import(row) if row else None


async def waiting(tx: Transaction) -> Import | None:
    """The oldest that has something to do."""
    wanted = imports.c.state.in_(["running", "activating"])
    row = (await tx.execute(select(imports).where(wanted).order_by(imports.c.made_at).limit(1))).first()
    return _import(row) if row else None


async def listed(tx: Transaction, community_ids: Sequence[UUID], limit: int) -> list[Import]:
    wanted = select(imports).where(imports.c.community_id.in_(list(community_ids)))
    rows = await tx.execute(wanted.order_by(imports.c.made_at.desc()).limit(limit))
    return [_import(row) for row in rows]


async def change(tx: Transaction, import_id: UUID, **values: Any) -> Import:
    statement = update(imports).where(imports.c.id == import_id)
    made = await tx.execute(statement.values(**values, revision=imports.c.revision + 1).returning(*imports.c))
    return _import(made.one())


async def add_rows(tx: Transaction, import_id: UUID, kept: Sequence[Kept]) -> None:
    seal = tx.service.sealing.seal
    lines = [
        {
            "import_id": import_id,
            "row": each.row,
            "outcome": each.outcome,
            "flags": list(each.flags),
            "ticket_id": each.ticket_id,
            "fault_column": each.fault_column,
            "fault": each.fault,
            "raw_sealed": seal(json.dumps(each.raw, ensure_ascii=False), aad=f"{_RAW_AAD}{import_id}:{each.row}"),
            "due_at": each.due_at,
            "closed_at": each.closed_at,
            "is_open": each.is_open,
            "active": False,
        }
        for each in kept
    ]
    if lines:
        await tx.execute(insert(import_rows), lines)


async def failed_rows(
    tx: Transaction, import_id: UUID, after: int, limit: int
) -> list[tuple[Row[Any], dict[str, str]]]:
    """Rows that became nothing, each with what the file said where that is still kept."""
    wanted = (import_rows.c.import_id == import_id, import_rows.c.outcome == "error", import_rows.c.row > after)
    rows = await tx.execute(select(import_rows).where(*wanted).order_by(import_rows.c.row).limit(limit))
    return [(row, _raw(tx, row)) for row in rows]


def _raw(tx: Transaction, row: Row[Any]) -> dict[str, str]:
    if row.raw_sealed is None:
        return {}
    told = tx.service.sealing.unseal(row.raw_sealed, aad=f"{_RAW_AAD}{row.import_id}:{row.row}")
    found: dict[str, str] = json.loads(told)
    return found


async def flag_counts(tx: Transaction, import_id: UUID) -> dict[str, int]:
    flag = func.unnest(import_rows.c.flags).label("flag")
    flags = select(flag).where(import_rows.c.import_id == import_id).subquery()
    rows = await tx.execute(select(flags.c.flag, func.count().label("n")).group_by(flags.c.flag).order_by(flags.c.flag))
    return {row.flag: row.n for row in rows}


async def on_time(tx: Transaction, import_id: UUID) -> tuple[int, int]:
    """Of the rows with a due and a closed date, how many were closed in time: by the file's own dates."""
    both = (
        import_rows.c.import_id == import_id,
        import_rows.c.due_at.is_not(None),
        import_rows.c.closed_at.is_not(None),
    )
    kept = func.count().filter(import_rows.c.closed_at <= import_rows.c.due_at)
    row = (await tx.execute(select(kept.label("kept"), func.count().label("of")).where(*both))).one()
    return row.kept, row.of


async def known_keys(tx: Transaction, community_id: UUID, system: str, keys: Sequence[str]) -> dict[str, UUID]:
    """Of these keys the ones that are tickets already."""
    wanted = (
        tickets.c.community_id == community_id,
        tickets.c.source_system == system,
        tickets.c.source_key.in_(list(keys)),
    )
    return {
        row.source_key: row.id for row in await tx.execute(select(tickets.c.source_key, tickets.c.id).where(*wanted))
    }


async def serials(tx: Transaction, count: int) -> list[int]:
    return [int(value) for value in (await tx.execute(_SERIALS, {"count": count})).scalars()] if count else []


async def centres(tx: Transaction, community_id: UUID) -> list[Centre]:
    """Where the places of a community lie, as far as members has told."""
    wanted: tuple[ColumnElement[bool], ...] = (any_(areas.c.path) == community_id, areas.c.lat.is_not(None))
    rows = await tx.execute(select(areas.c.lat, areas.c.long).where(*wanted, areas.c.long.is_not(None)))
    return [Centre(row.lat, row.long) for row in rows]


async def still_open(tx: Transaction, import_id: UUID, limit: int) -> list[UUID]:
    """Tickets of open rows that nobody has taken over yet."""
    wanted = (
        import_rows.c.import_id == import_id,
        import_rows.c.outcome == "ticket",
        import_rows.c.is_open.is_(True),
        import_rows.c.active.is_(False),
    )
    rows = await tx.execute(select(import_rows.c.ticket_id).where(*wanted).order_by(import_rows.c.row).limit(limit))
    return [row.ticket_id for row in rows]


async def taken_over(tx: Transaction, import_id: UUID, ticket_id: UUID, origin: str) -> None:
    """From now on it is a case like any other."""
    wanted = (import_rows.c.import_id == import_id, import_rows.c.ticket_id == ticket_id)
    await tx.execute(update(import_rows).where(*wanted).values(active=True))
    await tx.execute(update(tickets).where(tickets.c.id == ticket_id).values(origin=origin))


async def forget_file(tx: Transaction, import_id: UUID) -> None:
    await tx.execute(delete(import_chunks).where(import_chunks.c.import_id == import_id))


async def forget_raw(tx: Transaction, import_id: UUID) -> None:
    await tx.execute(update(import_rows).where(import_rows.c.import_id == import_id).values(raw_sealed=None))


def beginnings() -> dict[str, str]:
    """How other systems' words for a matter begin, and which category that is."""
    return {row["beginning"]: row["category"] for row in seed_rows("import_words.csv")}


def _import(row: Row[Any]) -> Import:
    return Import(**row._mapping)
