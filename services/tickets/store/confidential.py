"""Confidential cases: sealed under a key per case, behind row-level security. Whoever is not named sees no row."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.confidential import Case
from services.tickets.domain.state import State
from services.tickets.store.tables import (
    confidential_cases,
    confidential_marks,
    confidential_moves,
    confidential_notes,
)

_AS = text("SELECT set_config('yihu.actor', :actor, true)")
_LOADS = text("""
SELECT DISTINCT g.subject_id, (SELECT count(*) FROM confidential_cases c
        WHERE g.subject_id = ANY(c.counsellor_ids) AND c.state <> 'closed') AS load
FROM grants g, clock
WHERE g.role = 'counsellor' AND g.valid_from <= now() + shift
  AND (g.valid_until IS NULL OR g.valid_until > now() + shift)
  AND (g.scope_id = ANY(CAST(:area_path AS uuid[])) OR EXISTS (
    SELECT 1 FROM organizations o JOIN areas a ON a.id = o.area_id
    WHERE o.id = g.scope_id AND CAST(:community_id AS uuid) = ANY(a.path)))
""")


async def act_as(tx: Transaction, actor: UUID | None) -> None:
    """From here on this transaction sees what this person may see; without one, what the system must."""
    await tx.execute(_AS, {"actor": str(actor) if actor else "system"})


async def loads(tx: Transaction, area_path: Sequence[UUID], community_id: UUID | None) -> dict[UUID, int]:
    """The counsellors of a place with the number of open cases each has."""
    rows = await tx.execute(_LOADS, {"area_path": list(area_path), "community_id": community_id})
    return {row.subject_id: row.load for row in rows}


async def add(tx: Transaction, case: Case, words: str) -> Case:
    key, wrapped = tx.service.sealing.new_data_key()
    sealed = tx.service.sealing.seal(words, key=key, aad=f"confidential_cases.text:{case.id}")
    values = _values(case) | {
        "id": case.id,
        "community_id": case.community_id,
        "area_path": list(case.area_path),
        "category": case.category,
        "reporter_id": case.reporter_id,
        "filed_at": case.filed_at,
        "text_sealed": sealed,
        "data_key": wrapped,
        "revision": 1,
    }
    await tx.execute(insert(confidential_cases).values(values))
    await _history(tx, case)
    return replace(case, revision=1, steps=())


async def save(tx: Transaction, case: Case) -> Case:
    table = confidential_cases
    statement = update(table).where(table.c.id == case.id).values(_values(case) | {"revision": table.c.revision + 1})
    revision = (await tx.execute(statement.returning(table.c.revision))).scalar_one()
    await _history(tx, case)
    return replace(case, revision=revision, steps=())


async def load(tx: Transaction, case_id: UUID, expected: int | None = None) -> Case:
    case = from_row(await row(tx, case_id, lock=True))
    if expected is not None and case.revision != expected:
        raise Refused("stale", status=412, revision=case.revision)
    return case


async def open_of(tx: Transaction, reporter_id: UUID) -> Case | None:
    """Her newest case that is not closed."""
    table = confidential_cases
    wanted = select(table).where(table.c.reporter_id == reporter_id, table.c.state != State.CLOSED)
    found = (await tx.execute(wanted.order_by(table.c.filed_at.desc()).limit(1))).first()
    return from_row(found) if found else None


async def row(tx: Transaction, case_id: UUID, *, lock: bool = False) -> Row[Any]:
    statement = select(confidential_cases).where(confidential_cases.c.id == case_id)
    found = (await tx.execute(statement.with_for_update() if lock else statement)).first()
    if found is None:
        raise Refused("ticket_unknown", status=404)
    return found


def from_row(found: Row[Any]) -> Case:
    return Case(
        found.id,
        found.community_id,
        tuple(found.area_path),
        found.category,
        found.reporter_id,
        State(found.state),
        found.filed_at,
        tuple(found.counsellor_ids),
        found.handler_id,
        found.round,
        found.seq,
        found.revision,
        found.contacted_at,
        found.resolved_at,
        found.closed_at,
        found.outcome,
    )


def opened(tx: Transaction, found: Row[Any]) -> tuple[str, str]:
    """The words and the result of a case."""
    key = tx.service.sealing.unwrap(found.data_key)
    words = tx.service.sealing.unseal(found.text_sealed, key=key, aad=f"confidential_cases.text:{found.id}")
    if found.result_sealed is None:
        return words, ""
    return words, tx.service.sealing.unseal(found.result_sealed, key=key, aad=f"confidential_cases.result:{found.id}")


async def keep_result(tx: Transaction, case_id: UUID, result: str) -> None:
    found = await row(tx, case_id)
    key = tx.service.sealing.unwrap(found.data_key)
    sealed = tx.service.sealing.seal(result, key=key, aad=f"confidential_cases.result:{case_id}")
    await tx.execute(update(confidential_cases).where(confidential_cases.c.id == case_id).values(result_sealed=sealed))


async def add_note(tx: Transaction, case_id: UUID, words: str, author_id: UUID | None = None) -> UUID:
    found, id_ = await row(tx, case_id), tx.new_id()
    key = tx.service.sealing.unwrap(found.data_key)
    sealed = tx.service.sealing.seal(words, key=key, aad=f"confidential_notes.text:{id_}")
    await tx.execute(
        insert(confidential_notes).values(
            id=id_, case_id=case_id, text_sealed=sealed, author_id=author_id or tx.actor.person_id, at=tx.now
        )
    )
    return id_


async def notes(tx: Transaction, found: Row[Any]) -> list[tuple[Row[Any], str]]:
    key = tx.service.sealing.unwrap(found.data_key)
    statement = select(confidential_notes).where(confidential_notes.c.case_id == found.id)
    rows = await tx.execute(statement.order_by(confidential_notes.c.at, confidential_notes.c.id))
    return [
        (note, tx.service.sealing.unseal(note.text_sealed, key=key, aad=f"confidential_notes.text:{note.id}"))
        for note in rows
    ]


async def history(tx: Transaction, case_id: UUID) -> Sequence[Row[Any]]:
    statement = select(confidential_moves).where(confidential_moves.c.case_id == case_id)
    return (await tx.execute(statement.order_by(confidential_moves.c.seq))).all()


async def visible(tx: Transaction) -> Sequence[Row[Any]]:
    """What the one acting is named in; the wall itself is the filter."""
    statement = select(confidential_cases).order_by(confidential_cases.c.filed_at.desc(), confidential_cases.c.id)
    return (await tx.execute(statement.limit(200))).all()


async def count_in(tx: Transaction, areas: Sequence[UUID]) -> int:
    overlap = confidential_cases.c.area_path.op("&&", is_comparison=True)(list(areas))
    return int((await tx.execute(select(func.count()).select_from(confidential_cases).where(overlap))).scalar_one())


async def mark_once(tx: Transaction, case_id: UUID, round_: int, threshold: int) -> bool:
    values = {"case_id": case_id, "round": round_, "threshold": threshold, "raised_at": tx.now}
    statement = upsert(confidential_marks).values(values).on_conflict_do_nothing()
    return (await tx.execute(statement.returning(confidential_marks.c.round))).first() is not None


def _values(case: Case) -> dict[str, Any]:
    names = (
        "handler_id",
        "state",
        "round",
        "seq",
        "contacted_at",
        "resolved_at",
        "closed_at",
        "outcome",
    )
    return {name: getattr(case, name) for name in names} | {"counsellor_ids": list(case.counsellor_ids)}


async def _history(tx: Transaction, case: Case) -> None:
    rows = [
        {
            "case_id": case.id,
            "seq": step.seq,
            "round": step.round,
            "move": step.move,
            "state_to": step.state_to,
            "actor_id": step.actor_id,
            "details": dict(step.details),
            "at": step.at,
        }
        for step in case.steps
    ]
    await tx.execute(insert(confidential_moves), rows)
