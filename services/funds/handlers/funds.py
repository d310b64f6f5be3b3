"""Opening a fund."""

from dataclasses import dataclass
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.book import BOOK_ID
from services.funds.domain.fund import Fund, Kind, State, checked_code, checked_name
from services.funds.events import FundChanged
from services.funds.handlers.access import admit
from services.funds.handlers.periods import today_open
from services.funds.store import applications, copies, funds, ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFund:
    id: UUID
    code: str
    name: str
    kind: Kind
    community_id: UUID


async def open_fund(command: OpenFund, tx: Transaction) -> Fund:
    """A community gets a fund. Drafts that waited for one are taken in."""
    asked = Fund(
        id=command.id,
        book_id=BOOK_ID,
        community_id=command.community_id,
        code=checked_code(command.code),
        name=checked_name(command.name),
        kind=command.kind,
        opens=await today_open(tx),
        state=State.OPEN,
        revision=1,
    )
    if await copies.area_kind(tx, asked.community_id) != "community":
        errors = [{"pointer": "/community_id", "code": "unknown", "detail": "no community of this id is known here"}]
        raise Refused("community_unknown", status=422, errors=errors)
    await ledger.open_fund(tx, asked)
    fund = await funds.load(tx, asked.id)
    await admit(tx, fund, "funds.open_fund")
    if fund.kind is Kind.CHARITY:
        await applications.adopt(tx, fund.id, fund.community_id)
    tx.announce(FundChanged.of(fund), fund)
    return fund
