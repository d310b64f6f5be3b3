"""A telephone becomes a person: members is asked, outside every transaction, until it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis.asking import Unanswered
from chassis.refused import Refused
from chassis.service import Running
from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.events import ReporterIdentified
from services.tickets.handlers import merging
from services.tickets.settings import TicketsSettings
from services.tickets.store import pending, tickets

WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))


@dataclass(frozen=True, slots=True)
class Person:
    """Whom members knows by this telephone, and where she lives."""

    id: UUID
    building_id: UUID | None


async def identify(
    running: Running,
    phone: str,
    seconds: float | None = None,
    *,
    enrol: bool = True,
    known_as: Mapping[str, str] | None = None,
) -> Person | None:
    """Who this is; nothing when members does not answer in time. A telephone that is none is refused. `known_as`, her
    name and e-mail address, is told once, with the first question, and forgotten here whatever the answer is."""
    question = {"phone": phone, "enrol": enrol, **(known_as or {})}
    try:
        answer = await running.asking.post("members", "/internal/people:identify", json=question, timeout=seconds)
    except Unanswered as unanswered:
        if unanswered.status == 422:
            raise _unusable(unanswered) from unanswered
        return None
    return _person(answer)


def _unusable(unanswered: Unanswered) -> Refused:
    if unanswered.code == "email_invalid":
        return Refused("email_invalid", status=422, errors=[{"pointer": "/email", "code": "invalid"}])
    return Refused("phone_invalid", status=422, errors=[{"pointer": "/reporter_phone", "code": "invalid"}])


def _person(answer: dict[str, Any]) -> Person | None:
    if not answer.get("person_id"):
        return None
    building = answer.get("building_id")
    return Person(UUID(answer["person_id"]), UUID(building) if building else None)


def wait(attempts: int) -> timedelta:
    """1, 5, 15, 60 minutes, then hourly."""
    return WAITS[min(attempts, len(WAITS)) - 1]


async def ask_again(timer: DueTimer, running: Running) -> Person | None:
    async with running.reading() as tx:
        phone = await pending.phone_of(tx, UUID(timer.key))
    return await identify(running, phone) if phone else None


async def identified(timer: DueTimer, tx: Transaction, answer: Person | Unanswered | None) -> None:
    """The person is known: the telephone goes. Else it is asked again, for three days."""
    ticket_id = UUID(timer.key)
    row = await pending.contact(tx, ticket_id)
    ticket = await tickets.find(tx, ticket_id)
    if row is None or ticket is None:
        return
    if isinstance(answer, Person):
        await pending.forget_contact(tx, ticket_id)
        saved = await tickets.save(tx, replace(ticket, reporter_id=answer.id))
        tx.announce(ReporterIdentified.of(saved), saved)
        if saved.merged_into is not None:
            await merging.join(answer.id, await merging.landed(saved, tx), tx)
    elif tx.now - row.made_at >= timedelta(hours=TicketsSettings.of(tx.service.settings).pending_contact_hours):
        await pending.forget_contact(tx, ticket_id)
    else:
        attempts = row.attempts + 1
        await pending.contact_later(tx, ticket_id, attempts, tx.now + wait(attempts))
