"""The words a case is found by, written with it and with nothing else: a move touches no index of words."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from services.tickets.domain.category import SEALED
from services.tickets.domain.similarity import normalised, terms
from services.tickets.domain.ticket import Ticket
from services.tickets.store import writing
from services.tickets.store.reference import ZONE
from services.tickets.store.tables import search_words

MARK = "@"  # stands in no word: what begins with it is a month or a community, by which the index is narrowed


def month_term(year: int, month: int) -> str:
    return f"{MARK}{year}{month:02d}"


def community_term(community_id: UUID) -> str:
    return f"{MARK}{community_id.hex}"


def row(ticket: Ticket) -> writing.Row | None:
    """To be written with a new ticket; nothing where the words are sealed."""
    if ticket.category in SEALED:
        return None
    said = normalised(f"{ticket.title} {ticket.description} {ticket.place_text} {ticket.public_summary}")
    filed = ticket.filed_at.astimezone(ZONE)
    marks = [month_term(filed.year, filed.month)]
    if ticket.community_id is not None:
        marks.append(community_term(ticket.community_id))
    words = " ".join(f"'{term}'" for term in [*marks, *terms(said)])
    return search_words, {"ticket_id": ticket.id, "text": said, "words": words}


async def put(tx: Transaction, ticket: Ticket) -> None:
    """The words have changed, or the place or category has: as they stand now."""
    written = row(ticket)
    if written is None:
        await tx.execute(delete(search_words).where(search_words.c.ticket_id == ticket.id))
        return
    values = dict(written[1])
    statement = insert(search_words).values(values)
    changed = {"text": statement.excluded.text, "words": statement.excluded.words}
    await tx.execute(statement.on_conflict_do_update(index_elements=["ticket_id"], set_=changed))
