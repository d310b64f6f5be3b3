"""Duties of people in funds."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.duty import Duty, FundDuty, State
from services.funds.store.tables import fund_duty

_WORKING = text(
    "SELECT duty FROM unnest(CAST(:duties AS text[])) AS asked (duty) WHERE duty_works(:fund, :person, duty)"
)
_HOLDERS = text(
    "SELECT DISTINCT person_id FROM fund_duty WHERE fund_id = :fund AND duty = :duty AND state = 'confirmed'"
    " AND duty_works(:fund, person_id, :duty) ORDER BY person_id LIMIT 100"
)


async def load(tx: Transaction, id: UUID) -> FundDuty:
    """The duty, held until this transaction ends."""
    row = (await tx.execute(select(fund_duty).where(fund_duty.c.id == id).with_for_update())).mappings().one_or_none()
    if row is None:
        raise Refused("not_found", status=404)
    return of(row)


async def add(tx: Transaction, duty: FundDuty) -> FundDuty:
    """A person holds one duty of a kind in a fund at a time."""
    try:
        await tx.execute(insert(fund_duty), asdict(duty))
    except IntegrityError as error:
        raise Refused("already_proposed") from error
    return duty


async def save(tx: Transaction, duty: FundDuty) -> None:
    changed = {"state": duty.state, "confirmed_by": duty.confirmed_by, "revision": duty.revision}
    await tx.execute(update(fund_duty).where(fund_duty.c.id == duty.id).values(**changed))


async def working(tx: Transaction, fund_id: UUID, person_id: UUID | None, duties: Iterable[Duty]) -> frozenset[Duty]:
    """Which of these duties she may use in the fund at this moment."""
    values = {"duties": [str(duty) for duty in duties], "fund": fund_id, "person": person_id}
    return frozenset(Duty(row.duty) for row in (await tx.execute(_WORKING, values)).all())


async def holders(tx: Transaction, fund_id: UUID, duty: Duty) -> list[UUID]:
    return list((await tx.execute(_HOLDERS, {"fund": fund_id, "duty": str(duty)})).scalars())


def of(row: Any) -> FundDuty:
    return FundDuty(**{**row, "duty": Duty(row["duty"]), "state": State(row["state"])})
