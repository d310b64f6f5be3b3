"""Applications, and the documents attached to them."""

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.application import LIVE, Application, Category, State
from services.funds.store.tables import application, attachment

_WAITING = text(
    "SELECT s.id FROM application s JOIN approval a ON a.id = s.approval_id AND a.state = 'granted'"
    " WHERE s.fund_id = :fund AND s.state = 'deciding' ORDER BY a.decided_at, s.id LIMIT 100"
)
_ADOPT = text(
    "UPDATE application SET fund_id = :fund WHERE fund_id IS NULL AND community_id = :community AND state = 'draft'"
)
_PAYERS = text("SELECT person_id FROM approval_part WHERE approval_id = :approval AND part = 'payer'")


async def find(tx: Transaction, id: UUID, *, hold: bool = False) -> Application | None:
    asked = select(application).where(application.c.id == id)
    row = (await tx.execute(asked.with_for_update() if hold else asked)).mappings().one_or_none()
    return of(row) if row is not None else None


async def load(tx: Transaction, id: UUID, *, hold: bool = False) -> Application:
    found = await find(tx, id, hold=hold)
    if found is None:
        raise Refused("not_found", status=404)
    return found


async def of_ticket(tx: Transaction, ticket_id: UUID) -> list[UUID]:
    """The live applications of a ticket."""
    asked = select(application.c.id).where(application.c.ticket_id == ticket_id, application.c.state.in_(LIVE))
    return list((await tx.execute(asked.order_by(application.c.id))).scalars())


async def live_one(tx: Transaction, ticket_id: UUID, category: Category) -> UUID | None:
    asked = select(application.c.id).where(
        application.c.ticket_id == ticket_id, application.c.category == category, application.c.state.in_(LIVE)
    )
    return (await tx.execute(asked)).scalar_one_or_none()


async def waiting(tx: Transaction, fund_id: UUID) -> list[UUID]:
    """What has been approved and waits for money, oldest decision first."""
    return list((await tx.execute(_WAITING, {"fund": fund_id})).scalars())


async def payers(tx: Transaction, approval_id: UUID | None) -> frozenset[UUID]:
    """Everybody who has taken a slip of it in hand."""
    return frozenset((await tx.execute(_PAYERS, {"approval": approval_id})).scalars())


async def add(tx: Transaction, made: Application) -> Application:
    try:
        await tx.execute(insert(application), _columns(made) | {"made_at": tx.now})
    except IntegrityError as error:
        raise Refused("already_open") from error
    return made


async def save(tx: Transaction, changed: Application) -> Application:
    """Write it with its next revision."""
    saved = replace(changed, revision=changed.revision + 1)
    try:
        await tx.execute(update(application).where(application.c.id == saved.id).values(**_columns(saved)))
    except IntegrityError as error:
        raise Refused("already_open") from error
    return saved


async def adopt(tx: Transaction, fund_id: UUID, community_id: UUID) -> None:
    """Drafts that were made before their community had a fund."""
    await tx.execute(_ADOPT, {"fund": fund_id, "community": community_id})


async def attach(tx: Transaction, application_id: UUID, documents: Iterable[UUID], place: str) -> None:
    rows = [{"application_id": application_id, "document_id": id, "place": place} for id in documents]
    if rows:
        await tx.execute(upsert(attachment).on_conflict_do_nothing(), rows)


def _columns(one: Application) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def of(row: Any) -> Application:
    values = {field.name: row[field.name] for field in fields(Application)}
    return Application(**{**values, "category": Category(row["category"]), "state": State(row["state"])})
