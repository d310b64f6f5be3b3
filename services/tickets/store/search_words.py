"""The words a case is found by, written with it and with nothing else: a move touches no index of words."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from services.tickets.domain.category import SEALED
from services.tickets.domain.similarity import normalised, terms
from services.tickets.domain.ticket import Ticket
from services.tickets.store import writing
from services.tickets.store.tables import search_words

MARK = "@"  # stands in no word: what begins with it is a fact of the case, by which the index is narrowed
SPANS_IN_WEEKS = (1, 8, 64)
MARKED = ("community_id", "building_id", "category", "kind", "origin")
_FIRST_WEEK = datetime(2000, 1, 1, tzinfo=UTC)


def week_of(moment: datetime) -> int:
    """Weeks since the beginning of 2000."""
    return (moment - _FIRST_WEEK) // timedelta(weeks=1)


def week_mark(week: int, span: int) -> str:
    """The stretch of so many weeks in which this week lies."""
    return f"{MARK}w{span}.{week // span}"


def mark(name: str, value: object) -> str:
    """The term of one fact, such as `@category:noise`."""
    return f"{MARK}{name}:{value}"


def row(ticket: Ticket) -> writing.Row:
    """To be written with a new ticket. Of a sealed matter only its facts stand here, no word."""
    said = f"{ticket.title} {ticket.description} {ticket.place_text} {ticket.public_summary}"
    plain = "" if ticket.category in SEALED else normalised(said)
    facts = {name: getattr(ticket, name) for name in MARKED}
    marks = [mark(name, value) for name, value in facts.items() if value is not None]
    weeks = [week_mark(week_of(ticket.filed_at), span) for span in SPANS_IN_WEEKS]
    found_by = [*weeks, *marks, *terms(plain)]
    words = " ".join(f"'{term}'" for term in found_by)
    return search_words, {"ticket_id": ticket.id, "text": plain, "words": words}


async def put(tx: Transaction, ticket: Ticket) -> None:
    """The words have changed, or one of the facts has: as they stand now."""
    values = dict(row(ticket)[1])
    statement = insert(search_words).values(values)
    changed = {"text": statement.excluded.text, "words": statement.excluded.words}
    await tx.execute(statement.on_conflict_do_update(index_elements=["ticket_id"], set_=changed))
