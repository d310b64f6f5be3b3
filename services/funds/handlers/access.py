"""Two keys: a role grant of members whose scope covers the fund, and a duty in the fund. Both are asked for here."""

from uuid import UUID

from chassis.auth import Grant
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.fund import Fund
from services.funds.domain.permission import DUTIES, PERMISSIONS, WITHOUT_DUTY
from services.funds.store import duties, funds


async def admitted_fund(tx: Transaction, fund_id: UUID | None, permission: str) -> Fund:
    """The fund, if the actor may do this in it. A fund outside all her grants does not exist for her."""
    fund = await funds.find(tx, fund_id) if fund_id is not None else None
    if fund is None:
        raise Refused("not_found", status=404)
    await admit(tx, fund, permission)
    return fund


async def admit(tx: Transaction, fund: Fund, permission: str) -> None:
    roles = frozenset(grant.role for grant in tx.actor.grants if _covers(grant, fund))
    if not roles:
        raise Refused("not_found", status=404)
    if not roles & PERMISSIONS[permission]:
        raise Refused("not_permitted", status=403, permission=permission)
    needed = DUTIES.get(permission)
    if needed is None or roles & WITHOUT_DUTY.get(permission, frozenset()):
        return
    if not await duties.working(tx, fund.id, tx.actor.person_id, needed):
        raise Refused("duty_missing", status=403, duties=sorted(needed))


def acting_person(tx: Transaction) -> UUID:
    """Who acts. Money is moved by people: neither by services nor by nobody."""
    if tx.actor.person_id is None:
        raise Refused("not_permitted", status=403)
    return tx.actor.person_id


def refuse_stale(expected: int | None, revision: int) -> None:
    """She decided on what she saw; if it has changed since, she looks again."""
    if expected is not None and expected != revision:
        raise Refused("stale", status=412, revision=revision)


def _covers(grant: Grant, fund: Fund) -> bool:
    if grant.scope_kind == "area":
        return grant.scope_id in fund.area_path
    return grant.scope_id in fund.organization_ids
