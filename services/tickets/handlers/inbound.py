"""A text without a question before it: its words are fetched from notify and become a note, a ticket or a draft."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.asking import Unanswered
from chassis.service import Running
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain.category import ALWAYS_CONFIDENTIAL, OTHER, only_guess
from services.tickets.domain.state import StateType
from services.tickets.domain.ticket import Ticket
from services.tickets.events import ReceivedTaken
from services.tickets.handlers import clocks, confidential, merging, reporters
from services.tickets.handlers.filing import FileTicket, file_ticket
from services.tickets.store import notes, pending, tickets
from services.tickets.store.reference import load_reference

DESCRIPTION_MAX = 4_000


@dataclass(frozen=True, slots=True)
class Words:
    """What notify holds for us, and who sent it."""

    text: str
    person_id: UUID | None
    phone: str | None
    building_id: UUID | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What the event about the text speaks of."""

    id: UUID
    revision: int
    community_id: UUID | None
    correlation: UUID


async def remember(
    received_id: UUID, person_id: UUID | None, hints: Sequence[UUID], tx: Transaction, *, confidential: bool
) -> None:
    """Words wait at notify; the timer fetches them."""
    if await pending.text(tx, received_id) is None:
        community_id = tx.cause.community if tx.cause else None
        await pending.add_text(tx, received_id, person_id, hints, community_id, confidential=confidential)


async def fetch(timer: DueTimer, running: Running) -> Words:
    """The claim check: the words of one text, and the person its number belongs to."""
    answer = await running.asking.get("notify", f"/internal/received/{timer.key}")
    phone = answer.get("phone")
    person = await reporters.identify(running, phone) if phone else None
    person_id = person.id if person else (UUID(answer["person_id"]) if answer.get("person_id") else None)
    return Words(str(answer["text"]), person_id, phone, person.building_id if person else None)


async def take(timer: DueTimer, tx: Transaction, answer: Words | Unanswered) -> None:
    """A note on the ticket it hints at; else a ticket when the matter and the place are clear, else a draft. What is
    confidential becomes none of these."""
    received_id = UUID(timer.key)
    row = await pending.text(tx, received_id)
    if row is None or row.taken_at is not None:
        return
    if isinstance(answer, Unanswered):
        await pending.text_later(tx, received_id, row.attempts + 1, tx.now + reporters.wait(row.attempts + 1))
        return
    if row.confidential:
        await pending.text_taken(tx, received_id, None)
        await confidential.take_words(answer.text, answer.person_id or row.person_id, row.community_id, tx)
        return
    hinted = await _hinted(row.hints, tx)
    if hinted is not None:
        await notes.add(
            tx,
            hinted,
            kind="text",
            text=answer.text,
            audience="resident",
            author_id=answer.person_id or row.person_id,
        )
        hinted = await clocks.word_from(hinted, answer.person_id or row.person_id, tx)
    ticket = hinted or await _filed(answer, row.person_id, row.community_id, tx)
    await pending.text_taken(tx, received_id, ticket.id)
    tx.announce(ReceivedTaken(received_id=received_id), Taken(received_id, 1, ticket.community_id, ticket.correlation))


async def _hinted(hints: Sequence[UUID], tx: Transaction) -> Ticket | None:
    for ticket_id in hints:
        ticket = await tickets.find(tx, ticket_id)
        if ticket is not None:
            ticket = await merging.landed(ticket, tx)
        if ticket is not None and ticket.state_type is not StateType.CLOSED:
            return ticket
    return None


async def _filed(words: Words, person_id: UUID | None, community_id: UUID | None, tx: Transaction) -> Ticket:
    categories = list((await load_reference(tx)).categories.values())
    guess = only_guess(words.text, categories)
    clear = guess is not None and guess not in ALWAYS_CONFIDENTIAL and words.building_id is not None
    reporter_id = words.person_id or person_id
    filed = await file_ticket(
        FileTicket(
            description=words.text[:DESCRIPTION_MAX] or "…",
            category=guess if clear and guess else OTHER,
            building_id=words.building_id,
            community_id=None if words.building_id else community_id,
            reporter_id=reporter_id,
            pending_phone=None if reporter_id else words.phone,
            channel="sms",
            draft=not clear,
        ),
        tx,
    )
    return filed.ticket
