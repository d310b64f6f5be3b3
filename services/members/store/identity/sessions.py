"""Rows of sessions: of the secret only its hash is kept."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from chassis.transaction import Transaction
from services.members.domain.identity.session import Level, Session
from services.members.store import rows
from services.members.store.identity.tables import sessions


async def add(tx: Transaction, session: Session, secret: str) -> None:
    await rows.put(tx, sessions, [_values(session) | {"secret_hash": _hash(secret)}])


async def by_secret(tx: Transaction, secret: str, *, lock: bool = False) -> Session | None:
    statement = select(sessions).where(sessions.c.secret_hash == _hash(secret))
    found = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    return session_of(found) if found else None


async def load(tx: Transaction, session_id: UUID) -> Session:
    found = (await tx.execute(select(sessions).where(sessions.c.id == session_id).with_for_update())).one_or_none()
    if found is None:
        raise rows.not_found()
    return session_of(found)


async def open_of(tx: Transaction, person_id: UUID) -> list[Session]:
    """A person's sessions that nobody has ended."""
    chosen = select(sessions).where(sessions.c.person_id == person_id, sessions.c.ended_at.is_(None))
    return [session_of(row) for row in await tx.execute(chosen.order_by(sessions.c.id).with_for_update())]


async def save(tx: Transaction, session: Session) -> None:
    await tx.execute(update(sessions).where(sessions.c.id == session.id).values(**_values(session)))


async def end(tx: Transaction, session: Session, at: datetime) -> None:
    await tx.execute(update(sessions).where(sessions.c.id == session.id).values(ended_at=at))


def session_of(row: Any) -> Session:
    return Session(
        id=row.id,
        person_id=row.person_id,
        account_id=row.account_id,
        level=Level(row.level),
        authenticated_at=row.authenticated_at,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        kept=row.kept,
        ended_at=row.ended_at,
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _values(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "person_id": session.person_id,
        "account_id": session.account_id,
        "level": session.level,
        "authenticated_at": session.authenticated_at,
        "created_at": session.created_at,
        "last_used_at": session.last_used_at,
        "kept": session.kept,
        "ended_at": session.ended_at,
    }
