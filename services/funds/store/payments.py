"""Payments. A bank reference is used once, whichever fund it was for."""

from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.payment import UNDER_WAY, Payment, State
from services.funds.store.tables import payment


async def find(tx: Transaction, id: UUID, *, hold: bool = False) -> Payment | None:
    asked = select(payment).where(payment.c.id == id)
    row = (await tx.execute(asked.with_for_update() if hold else asked)).mappings().one_or_none()
    return of(row) if row is not None else None


async def load(tx: Transaction, id: UUID, *, hold: bool = False) -> Payment:
    found = await find(tx, id, hold=hold)
    if found is None:
        raise Refused("not_found", status=404)
    return found


async def under_way(tx: Transaction, commitment_id: UUID) -> list[Payment]:
    """The orders of a commitment that may still reach the bank, held in order of their ids."""
    asked = select(payment).where(payment.c.commitment_id == commitment_id, payment.c.state.in_(UNDER_WAY))
    rows = (await tx.execute(asked.order_by(payment.c.id).with_for_update())).mappings()
    return [of(row) for row in rows]


async def add(tx: Transaction, made: Payment) -> Payment:
    await tx.execute(insert(payment), _columns(made))
    return made


async def save(tx: Transaction, changed: Payment) -> Payment:
    saved = replace(changed, revision=changed.revision + 1)
    try:
        await tx.execute(update(payment).where(payment.c.id == saved.id).values(**_columns(saved)))
    except IntegrityError as error:
        if "bank_reference_once" not in str(error):
            raise
        raise Refused("reference_used") from error
    return saved


def _columns(one: Payment) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def of(row: Any) -> Payment:
    values = {field.name: row[field.name] for field in fields(Payment)}
    return Payment(**{**values, "state": State(row["state"])})
