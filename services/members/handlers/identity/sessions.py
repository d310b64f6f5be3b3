"""Commands about sessions: begun by a sign-in, traded for tokens, ended by sign-out or by others."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from chassis.audit import record_act
from chassis.auth import end_session
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.identity import session as rules
from services.members.domain.identity.session import TOKEN_LIFE, Level, Session
from services.members.domain.people.person import Person, PersonMove
from services.members.events.fact import About
from services.members.events.identity import SessionEnded
from services.members.handlers.people.people import MovePerson, move_person
from services.members.store.identity import sessions
from services.members.store.people import people
from services.members.store.places import areas
from services.members.views import reach

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A new session with the only copy of its secret."""

    session: Session
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSession:
    session_id: UUID
    reason: str = ""


def real_now() -> datetime:
    """Tokens, codes and sessions live by the real clock, whatever the clock of the neighbourhood says."""
    return datetime.now(UTC)


async def begin(
    tx: Transaction, person_id: UUID, account_id: UUID | None, level: Level, *, keep: bool = False
) -> Begun:
    """A new session with a new secret, at each sign-in."""
    session = rules.session(tx.new_id(), person_id, account_id, level, at=real_now(), keep=keep)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    await sessions.add(tx, session, secret)
    return Begun(session=session, secret=secret)


async def used(tx: Transaction, secret: str) -> Session:
    """The good session of a secret, kept awake by its use."""
    session = await sessions.by_secret(tx, secret, lock=True)
    if session is None or not session.good(real_now()):
        raise Refused("session_over", status=401)
    if not (await people.load(tx, session.person_id)).reachable:
        raise Refused("session_over", status=401)
    awake = replace(session, last_used_at=real_now())
    await sessions.save(tx, awake)
    return awake


async def sign_out(secret: str, tx: Transaction) -> Session:
    """She ends her own session."""
    session = await used(tx, secret)
    await end(session, tx)
    return session


async def end_by_id(command: EndSession, tx: Transaction) -> Session:
    """She, or whoever may end sessions where she belongs, ends one of hers."""
    session = await sessions.load(tx, command.session_id)
    if tx.actor.person_id != session.person_id:
        person = await people.load(tx, session.person_id)
        area = await areas.load(tx, person.community_id)
        reach.require(tx.actor, "sessions.revoke", area_path=area.path)
        await record_act(tx, action="session_ended", subject=session.person_id, reason=command.reason)
    await end(session, tx)
    return session


async def disable_or_enable(command: MovePerson, tx: Transaction) -> Person:
    """A disabled person is out at once: her sessions end and every service is told."""
    person = await move_person(command, tx)
    if command.move is PersonMove.DISABLE:
        for session in await sessions.open_of(tx, person.id):
            await end(session, tx)
    return await people.load(tx, person.id)


async def end(session: Session, tx: Transaction) -> None:
    if session.ended_at is not None:
        return
    at = real_now()
    await sessions.end(tx, session, at)
    await end_session(tx, session.id, at + TOKEN_LIFE)
    tx.announce(SessionEnded.of(session, at=at), About.of(await people.touch(tx, session.person_id)))
