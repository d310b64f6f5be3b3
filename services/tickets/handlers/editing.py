"""Words beside the moves: title, tags, summary and notes. They move no state and no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from chassis.transaction import Transaction
from services.tickets.domain.permission import TEXT_READERS, Who
from services.tickets.domain.ticket import Ticket
from services.tickets.handlers import clocks
from services.tickets.handlers.work import Command
from services.tickets.store import notes, tickets
from services.tickets.views.rights import check, check_read, relations

EDITORS = frozenset({Who.OPERATOR, Who.SECRETARY, Who.LEADER})


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTicket(Command):
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote:
    ticket_id: UUID
    text: str
    audience: str


class NoteMade(BaseModel):
    id: UUID
    ticket_id: UUID


async def edit_ticket(command: EditTicket, tx: Transaction) -> Ticket:
    ticket = await tickets.load(tx, command.ticket_id)
    await check(tx, ticket, relations(tx.actor, ticket) & EDITORS, command.expected)
    edited = await tickets.edit(tx, replace(ticket, **command.values), command.values)
    await tickets.put_words(tx, edited, command.values)
    return edited


async def add_note(command: AddNote, tx: Transaction) -> NoteMade:
    """A resident's own words are for everybody on the case."""
    ticket = await tickets.load(tx, command.ticket_id)
    found = await check_read(tx, ticket)
    await check(tx, ticket, found & TEXT_READERS)
    only_reporter = found == {Who.REPORTER} or found == {Who.WATCHER}
    audience = "resident" if only_reporter else command.audience
    id_ = await notes.add(tx, ticket, kind="note", text=command.text, audience=audience)
    await clocks.word_from(ticket, tx.actor.person_id, tx)
    return NoteMade(id=id_, ticket_id=ticket.id)
