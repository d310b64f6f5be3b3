"""What the Open311 door shows: public categories, and tickets without anything of a person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, false, or_, select

from chassis.transaction import Transaction
from services.tickets.domain import open311
from services.tickets.domain.open311 import CHANNEL, Change, PublicTicket
from services.tickets.domain.profile import Origin
from services.tickets.domain.state import STATE_TYPES, State
from services.tickets.store import copies
from services.tickets.store.reference import Reference, load_reference
from services.tickets.store.tables import areas, attachments, moves, organizations, tickets

BULK_MAX = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which requests: of one community, or of all that are served."""

    community_ids: Sequence[UUID]
    numbers: Sequence[str] = ()
    categories: Sequence[str] = ()
    statuses: Sequence[str] = ()
    filed_from: datetime | None = None
    filed_until: datetime | None = None
    offset: int = 0
    limit: int = 1_000
    with_changes: bool = field(default=False)


def _visible(reference: Reference, community_ids: Sequence[UUID], now: datetime) -> ColumnElement[bool]:
    """What each community shows under its public categories; never a report, a draft, or what another system keeps."""
    shown = [
        and_(
            tickets.c.community_id == community_id,
            tickets.c.category.in_(
                [each.code for each in reference.of_community(community_id, now) if open311.is_public(each)]
            ),
        )
        for community_id in community_ids
    ]
    return and_(
        or_(false(), *shown),
        tickets.c.parent_id.is_(None),
        tickets.c.kind.not_in(sorted(open311.NEVER_PUBLIC_KINDS)),
        tickets.c.state != State.DRAFT,
        tickets.c.origin != Origin.IMPORT,
    )


async def requests(tx: Transaction, wanted: Wanted, base: str) -> list[PublicTicket]:
    """Newest first. Released photographs are named by their address under `base`."""
    reference = await load_reference(tx)
    last = and_(moves.c.ticket_id == tickets.c.id, moves.c.seq == tickets.c.seq)
    building, group = areas.alias("building"), organizations.alias("led")
    statement = (
        select(
            tickets,
            moves.c.at.label("updated_at"),
            building.c.path.label("building_path"),
            building.c.lat.label("building_lat"),
            building.c.long.label("building_long"),
            group.c.name.label("group_name"),
        )
        .join(moves, last)
        .outerjoin(building, and_(building.c.id == tickets.c.building_id, building.c.kind == "building"))
        .outerjoin(group, group.c.id == tickets.c.group_id)
        .where(_visible(reference, wanted.community_ids, tx.now), *_conditions(wanted))
        .order_by(tickets.c.filed_at.desc(), tickets.c.id.desc())
        .offset(wanted.offset)
        .limit(wanted.limit)
    )
    rows = (await tx.execute(statement)).all()
    names = await copies.names(tx, sorted({id_ for row in rows for id_ in (row.building_path or row.area_path)}))
    ids = [row.id for row in rows]
    changes = await _changes(tx, ids) if wanted.with_changes else {}
    photos = await _photos(tx, ids, base)
    return [
        replace(
            _public(row, names, reference, tx.now), changes=tuple(changes.get(row.id, ())), photos=tuple(photos[row.id])
        )
        for row in rows
    ]


async def _photos(tx: Transaction, ticket_ids: Sequence[UUID], base: str) -> dict[UUID, list[str]]:
    """Those that an operator has released to everybody."""
    found: dict[UUID, list[str]] = defaultdict(list)
    shown = (attachments.c.released_at.is_not(None), attachments.c.removed_at.is_(None))
    wanted = select(attachments.c.ticket_id, attachments.c.id).where(
        attachments.c.ticket_id.in_(list(ticket_ids)), *shown
    )
    for row in await tx.execute(wanted.order_by(attachments.c.attached_at, attachments.c.id)):
        found[row.ticket_id].append(f"{base}v1/attachments/{row.id}")
    return found


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Named numbers override everything else."""
    if wanted.numbers:
        return [tickets.c.number.in_(list(wanted.numbers))]
    found: list[ColumnElement[bool]] = []
    if wanted.categories:
        found.append(tickets.c.category.in_(list(wanted.categories)))
    if wanted.statuses:
        states = [state for state in State if open311.status(state) in wanted.statuses]
        found.append(tickets.c.state.in_(states))
    if wanted.filed_from:
        found.append(tickets.c.filed_at >= wanted.filed_from)
    if wanted.filed_until:
        found.append(tickets.c.filed_at <= wanted.filed_until)
    return found


def _public(row: Row[Any], names: dict[UUID, str], reference: Reference, now: datetime) -> PublicTicket:
    path = row.building_path or [id_ for id_ in row.area_path if id_ == row.community_id]
    place = [names.get(id_, "") for id_ in reversed(path)]
    return PublicTicket(
        number=row.number,
        state=State(row.state),
        outcome=row.outcome,
        category=row.category,
        category_label=reference.label(row.category, row.community_id, now),
        channel=row.channel,
        words=open311.shown_words(
            filed_here=row.channel == CHANNEL, description=row.description, public_summary=row.public_summary
        ),
        group_name=row.group_name or "",
        requested_at=row.filed_at,
        updated_at=row.updated_at,
        closed_at=row.closed_at,
        expected_at=row.resolve_due_at,
        address=" ".join(name for name in place if name),
        address_id=str(row.building_id) if row.building_path else None,
        lat=row.building_lat if row.building_path else open311.rough(row.lat),
        long=row.building_long if row.building_path else open311.rough(row.long),
    )


async def number_of(tx: Transaction, ticket_id: UUID) -> Row[Any] | None:
    """The number and the state of the ticket that a token stands for."""
    return (await tx.execute(select(tickets.c.number, tickets.c.state).where(tickets.c.id == ticket_id))).first()


async def changes(
    tx: Transaction, community_ids: Sequence[UUID], first: datetime, last: datetime, limit: int
) -> list[Change]:
    """What became of public tickets in this time, oldest first."""
    reference = await load_reference(tx)
    wanted = and_(_visible(reference, community_ids, tx.now), moves.c.at >= first, moves.c.at <= last, _moved())
    rows = await tx.execute(_told().where(wanted).order_by(moves.c.at, tickets.c.id, moves.c.seq).limit(limit))
    return [_change(row) for row in rows]


async def _changes(tx: Transaction, ticket_ids: Sequence[UUID]) -> dict[UUID, list[Change]]:
    found: dict[UUID, list[Change]] = defaultdict(list)
    rows = await tx.execute(
        _told().where(moves.c.ticket_id.in_(list(ticket_ids)), _moved()).order_by(moves.c.ticket_id, moves.c.seq)
    )
    for row in rows:
        found[row.ticket_id].append(_change(row))
    return found


def _moved() -> ColumnElement[bool]:
    return or_(moves.c.state_from.is_(None), moves.c.state_from != moves.c.state_to)


def _told() -> Any:
    return (
        select(
            moves.c.ticket_id,
            moves.c.seq,
            moves.c.state_to,
            moves.c.at,
            tickets.c.number,
            tickets.c.outcome,
            organizations.c.name.label("group_name"),
        )
        .join(tickets, tickets.c.id == moves.c.ticket_id)
        .outerjoin(organizations, organizations.c.id == tickets.c.group_id)
    )


def _change(row: Row[Any]) -> Change:
    outcome = row.outcome if STATE_TYPES[State(row.state_to)] == "closed" else None
    return Change(row.number, row.seq, State(row.state_to), outcome, row.group_name or "", row.at)
