"""Mediation of a dispute: begun by leader or secretary, held and settled by its mediators."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import mediation as rules
from services.tickets.domain.mediation import Mediation, MediationState
from services.tickets.domain.permission import Who
from services.tickets.domain.ticket import Ticket
from services.tickets.events import MediationOpened, MediationSettled
from services.tickets.store import mediations, tickets
from services.tickets.views.rights import check, relations

BEGINNERS = frozenset({Who.LEADER, Who.SECRETARY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    ticket_id: UUID
    mediators: tuple[UUID, ...]
    parties: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSession:
    ticket_id: UUID
    held_at: datetime
    present: tuple[UUID, ...]
    minutes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    ticket_id: UUID
    outcome: str
    agreement_ref: UUID | None = None


async def begin(command: Begin, tx: Transaction) -> Mediation:
    ticket = await tickets.load(tx, command.ticket_id)
    await check(tx, ticket, relations(tx.actor, ticket) & BEGINNERS)
    if await mediations.of_ticket(tx, ticket.id) is not None:
        raise Refused("mediation_begun_already")
    begun = rules.begin(ticket, mediators=command.mediators, parties=command.parties, at=tx.now)
    await mediations.put(tx, begun)
    _announce_opened(ticket, begun, tx)
    return begun


async def note_session(command: NoteSession, tx: Transaction) -> Mediation:
    _, mediation = await held_by(command.ticket_id, tx)
    rules.check_session(mediation, held_at=command.held_at, present=command.present, at=tx.now)
    await mediations.add_session(
        tx, mediation.ticket_id, held_at=command.held_at, present=command.present, minutes=command.minutes
    )
    return mediation


async def settle(command: Settle, tx: Transaction) -> Mediation:
    """Every party is told."""
    ticket, mediation = await held_by(command.ticket_id, tx)
    sessions = len(await mediations.sessions_of(tx, ticket.id))
    settled = rules.settle(
        mediation, outcome=command.outcome, agreement_ref=command.agreement_ref, sessions=sessions, at=tx.now
    )
    await mediations.put(tx, settled)
    parties = list(settled.parties)
    tx.announce(MediationSettled.of(ticket, party_ids=parties, agreement_ref=settled.agreement_ref), ticket)
    return settled


async def return_to_mediators(ticket: Ticket, tx: Transaction) -> None:
    """A case that was settled and is back goes to those who mediated it."""
    known = await mediations.of_ticket(tx, ticket.id)
    if known is not None and known.state is MediationState.SETTLED:
        await mediations.put(tx, rules.again(known))
        _announce_opened(ticket, known, tx)


async def held_by(ticket_id: UUID, tx: Transaction) -> tuple[Ticket, Mediation]:
    """The mediation, for one of its mediators, or for those who may begin one."""
    ticket = await tickets.load(tx, ticket_id)
    known = await mediations.of_ticket(tx, ticket_id)
    if known is None or tx.actor.person_id not in known.mediators:
        await check(tx, ticket, relations(tx.actor, ticket) & BEGINNERS)
    if known is None:
        raise Refused("no_mediation", status=404)
    return ticket, known


def _announce_opened(ticket: Ticket, mediation: Mediation, tx: Transaction) -> None:
    opened = MediationOpened.of(ticket, party_ids=list(mediation.parties), agreement_ref=mediation.agreement_ref)
    tx.announce(opened, ticket)
