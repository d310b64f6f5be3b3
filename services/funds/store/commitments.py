"""Commitments, as the ledger functions have made them."""

from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.commitment import Commitment, State
from services.funds.store.tables import commitment


async def load(tx: Transaction, id: UUID) -> Commitment:
    row = (await tx.execute(select(commitment).where(commitment.c.id == id))).mappings().one_or_none()
    if row is None:
        raise Refused("not_found", status=404)
    return of(row)


def of(row: Any) -> Commitment:
    values = {field.name: row[field.name] for field in fields(Commitment)}
    return Commitment(**{**values, "state": State(row["state"])})
