"""What the console asks of funds: the applications of a case, and the names of the funds."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Shape, shaped

SERVICE = "funds"


class Application(Shape):
    """Help that was asked of a fund for one case."""

    id: UUID
    code: str | None = None
    fund_id: UUID | None = None
    category: str
    asked_fen: int | None = None
    proposed_fen: int | None = None
    urgent: bool = False
    state: str
    waiting: str | None = None
    made_at: datetime | None = None


class Applications(Shape):
    items: tuple[Application, ...]
    as_of: datetime


class Fund(Shape):
    id: UUID
    name: str


class Funds(Shape):
    items: tuple[Fund, ...]


async def applications_of(asks: Asks, ticket_id: UUID) -> Applications:
    return shaped(Applications, await asks.read(SERVICE, "/v1/applications", ticket=ticket_id, limit=50), SERVICE)


async def names_of_funds(asks: Asks) -> Mapping[UUID, str]:
    answer = await asks.read(SERVICE, "/v1/funds", limit=200)
    return {fund.id: fund.name for fund in shaped(Funds, answer, SERVICE).items}
