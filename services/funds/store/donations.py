"""Donations."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from chassis.transaction import Transaction
from services.funds.domain.donation import Donation, Form, Publish, State
from services.funds.domain.money import Fen
from services.funds.store.tables import donation, fund

SELECT = select(donation, fund.c.community_id).join(fund, fund.c.id == donation.c.fund_id)


async def find(tx: Transaction, id: UUID) -> Donation | None:
    row = (await tx.execute(SELECT.where(donation.c.id == id))).mappings().one_or_none()
    return of(row) if row is not None else None


async def add(tx: Transaction, given: Donation) -> Donation:
    columns = {column.name: getattr(given, column.name) for column in donation.columns}
    await tx.execute(insert(donation), columns)
    return given


def of(row: Any) -> Donation:
    kinds = {
        "form": Form(row["form"]),
        "publish": Publish(row["publish"]),
        "state": State(row["state"]),
        "amount_fen": Fen(row["amount_fen"]),
    }
    return Donation(**{**row, **kinds})
