"""Confidential cases as the named see them; to auditors and districts only counts, from five upwards."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.transaction import Transaction
from services.tickets.domain.confidential import SMALLEST_COUNT
from services.tickets.domain.state import STATE_TYPES, State
from services.tickets.store import confidential


class CaseRow(BaseModel):
    id: UUID
    state: str
    state_type: str
    round: int
    mine: bool
    filed_at: datetime
    revision: int


class NoteModel(BaseModel):
    id: UUID
    author_id: UUID | None
    at: datetime
    text: str


class MoveModel(BaseModel):
    move: str
    state_to: str
    actor_id: UUID | None
    at: datetime


class CaseModel(CaseRow):
    category: str
    text: str
    result: str
    reporter_id: UUID
    counsellor_ids: list[UUID]
    handler_id: UUID | None
    outcome: str | None
    notes: list[NoteModel]
    history: list[MoveModel]
    possible_moves: list[str]


async def own_cases(tx: Transaction) -> list[CaseRow]:
    await confidential.act_as(tx, tx.actor.person_id)
    return [
        CaseRow(
            id=row.id,
            state=row.state,
            state_type=STATE_TYPES[State(row.state)],
            round=row.round,
            mine=row.reporter_id == tx.actor.person_id,
            filed_at=row.filed_at,
            revision=row.revision,
        )
        for row in await confidential.visible(tx)
    ]


async def one_case(tx: Transaction, case_id: UUID) -> CaseModel:
    await confidential.act_as(tx, tx.actor.person_id)
    row = await confidential.row(tx, case_id)
    case = confidential.from_row(row)
    words, result = confidential.opened(tx, row)
    return CaseModel(
        id=case.id,
        state=case.state,
        state_type=case.state_type,
        round=case.round,
        mine=case.reporter_id == tx.actor.person_id,
        filed_at=case.filed_at,
        revision=case.revision,
        category=case.category,
        text=words,
        result=result,
        reporter_id=case.reporter_id,
        counsellor_ids=list(case.counsellor_ids),
        handler_id=case.handler_id,
        outcome=case.outcome,
        notes=[
            NoteModel(id=note.id, author_id=note.author_id, at=note.at, text=text)
            for note, text in await confidential.notes(tx, row)
        ],
        history=[
            MoveModel(move=step.move, state_to=step.state_to, actor_id=step.actor_id, at=step.at)
            for step in await confidential.history(tx, case_id)
        ],
        possible_moves=[move.value for move in case.possible_moves],
    )


async def count(tx: Transaction) -> int | None:
    await confidential.act_as(tx, None)
    found = await confidential.count_in(tx, tx.actor.scopes("confidential.count").areas)
    return found if found >= SMALLEST_COUNT else None
