"""Approvals with their parts and votes. Amounts are written by functions only."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.application import Application
from services.funds.domain.approval import REQUIRED, RULE, Approval, Decision, Part, State, Vote
from services.funds.domain.money import Fen
from services.funds.store.tables import approval, approval_part, vote

SELECT: Final = "SELECT a.*, s.community_id, s.correlation FROM approval a JOIN application s ON s.id = a.subject_id"
_LOAD: Final = text(SELECT + " WHERE a.id = :id")
_HOLD: Final = text(SELECT + " WHERE a.id = :id FOR UPDATE OF a")
_OPEN: Final = text("SELECT approval_open(:id, :application, :rule, :required, :expires_at)")
_VALID_YES: Final = text("SELECT approval_valid_yes(:id)")


async def load(tx: Transaction, id: UUID, *, hold: bool = False) -> Approval:
    row = (await tx.execute(_HOLD if hold else _LOAD, {"id": id})).mappings().one_or_none()
    if row is None:
        raise Refused("not_found", status=404)
    return of(row)


async def open_for(tx: Transaction, id: UUID, application: Application, expires_at: datetime) -> Approval:
    """Opens the approval of an application as it stands in the database."""
    values = {
        "id": id,
        "application": application.id,
        "rule": RULE,
        "required": REQUIRED,
        "expires_at": expires_at,
    }
    await tx.execute(_OPEN, values)
    return await load(tx, id)


async def save(tx: Transaction, changed: Approval) -> Approval:
    saved = replace(changed, revision=changed.revision + 1)
    values = {"state": saved.state, "decided_at": saved.decided_at, "revision": saved.revision}
    await tx.execute(update(approval).where(approval.c.id == saved.id).values(**values))
    return saved


async def parts(tx: Transaction, id: UUID) -> Mapping[UUID, Part]:
    asked = select(approval_part.c.person_id, approval_part.c.part).where(approval_part.c.approval_id == id)
    return {row.person_id: Part(row.part) for row in (await tx.execute(asked)).all()}


async def add_part(tx: Transaction, id: UUID, person_id: UUID, part: Part) -> None:
    """Give her this part. Taking the same part twice is one part; another part is refused by the key."""
    row = {"approval_id": id, "person_id": person_id, "part": part}
    keys = [approval_part.c.approval_id, approval_part.c.person_id, approval_part.c.part]
    await tx.execute(upsert(approval_part).values(**row).on_conflict_do_nothing(index_elements=keys))


async def votes(tx: Transaction, id: UUID) -> tuple[Vote, ...]:
    asked = select(vote).where(vote.c.approval_id == id).order_by(vote.c.at, vote.c.person_id)
    return tuple(
        Vote(person_id=row.person_id, decision=Decision(row.decision), subject_hash=bytes(row.subject_hash), at=row.at)
        for row in (await tx.execute(asked)).all()
    )


async def add_vote(tx: Transaction, id: UUID, cast: Vote) -> None:
    await add_part(tx, id, cast.person_id, Part.APPROVER)
    row = {
        "approval_id": id,
        "person_id": cast.person_id,
        "decision": cast.decision,
        "subject_hash": cast.subject_hash,
        "at": cast.at,
    }
    await tx.execute(insert(vote), row)


async def valid_yes(tx: Transaction, id: UUID) -> int:
    """How many yes votes count at this moment."""
    return int((await tx.execute(_VALID_YES, {"id": id})).scalar_one())


def of(row: Any) -> Approval:
    values = {field.name: row[field.name] for field in fields(Approval)}
    kinds = {
        "state": State(row["state"]),
        "subject_hash": bytes(row["subject_hash"]),
        "amount_fen": Fen(row["amount_fen"]),
        "used_fen": Fen(row["used_fen"]),
    }
    return Approval(**{**values, **kinds})
