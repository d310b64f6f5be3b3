"""From people and challenges to contacts, asked by notify at the moment of sending."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from chassis.audit import record_read
from chassis.transaction import Transaction
from services.members.domain.identity.challenge import Challenge
from services.members.domain.people import contact
from services.members.domain.people.contact import ContactPoint
from services.members.domain.people.person import Person
from services.members.handlers.identity.sessions import real_now
from services.members.handlers.identity.sign_in import code_of
from services.members.store.identity import challenges
from services.members.store.people import contact_points, people


class Status(StrEnum):
    OK = "ok"
    NO_CONTACT = "no_contact"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    purpose: str
    about: UUID | None
    person_ids: tuple[UUID, ...]
    challenge_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """How to reach one person now, or why not."""

    person_id: UUID | None
    status: Status
    why: str | None = None
    challenge_id: UUID | None = None
    channel: str | None = None
    point: ContactPoint | None = None
    person: Person | None = None
    code: str | None = None


async def resolve(command: Resolve, tx: Transaction) -> list[Resolved]:
    """One answer for each person and each challenge. That they were handed out is one row of the access log."""
    asked = await challenges.load_many(tx, list(command.challenge_ids))
    wanted = {*command.person_ids, *(one.person_id for one in asked.values() if one.person_id)}
    known = await people.load_many(tx, wanted)
    points = await contact_points.of_people(tx, wanted)
    answers = [_person(id, known.get(id), points.get(id, [])) for id in dict.fromkeys(command.person_ids)]
    codes = [_challenge(id, asked.get(id), known, points, tx) for id in dict.fromkeys(command.challenge_ids)]
    await _record(command, [*answers, *codes], tx)
    return [*answers, *codes]


def _person(person_id: UUID, person: Person | None, points: Sequence[ContactPoint]) -> Resolved:
    if person is None:
        return Resolved(person_id=person_id, status=Status.NO_CONTACT, why="unknown")
    if not person.reachable:
        return Resolved(person_id=person_id, status=Status.WITHHELD, why="disabled")
    reached = contact.reach(points, person.channel_order)
    if reached is None:
        return Resolved(person_id=person_id, status=Status.NO_CONTACT, person=person)
    channel, point = reached
    return Resolved(person_id=person_id, status=Status.OK, channel=channel, point=point, person=person)


def _challenge(
    challenge_id: UUID,
    challenge: Challenge | None,
    known: dict[UUID, Person],
    points: dict[UUID, list[ContactPoint]],
    tx: Transaction,
) -> Resolved:
    """The code goes only to the number it was asked for, and only while it can still be used."""
    person = known.get(challenge.person_id) if challenge and challenge.person_id else None
    if challenge is None or person is None or not challenge.open(real_now()) or not person.reachable:
        return Resolved(person_id=None, challenge_id=challenge_id, status=Status.WITHHELD, why="over")
    point = next((p for p in points.get(person.id, []) if p.id == challenge.contact_point_id), None)
    if point is None:
        return Resolved(person_id=person.id, challenge_id=challenge_id, status=Status.NO_CONTACT)
    return Resolved(
        person_id=person.id,
        challenge_id=challenge_id,
        status=Status.OK,
        channel="sms",
        point=point,
        person=person,
        code=code_of(challenge, tx),
    )


async def _record(command: Resolve, answers: Sequence[Resolved], tx: Transaction) -> None:
    """A row per batch: the reason is the purpose, the fields are the ids handed out."""
    ids = [str(answer.person_id) for answer in answers if answer.status is Status.OK]
    await record_read(tx, action="resolve", subject=command.about, reason=command.purpose, fields=ids)
