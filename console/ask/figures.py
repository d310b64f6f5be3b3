"""What the console asks of tickets about rates, trends, reports and indicators: counts, as their owner defines them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from console.ask.asks import Asks
from console.ask.client import Shape, shaped
from console.ask.tickets import SERVICE, Row


class Share(Shape):
    """A rate as it may be shown: no percentage where there are too few."""

    hits: float
    of: int
    percent: float | None = None
    low: float | None = None
    high: float | None = None


class RateItem(Shape):
    """One line; where it is suppressed, its numbers are too few to leave the community."""

    scope_id: UUID | None = None
    scope: str | None = None
    name: str | None = None
    suppressed: bool = False
    rounds: int | None = None
    response: Mapping[str, int] = {}
    solved: Mapping[str, int] = {}
    satisfied: Mapping[str, int] = {}
    shares: Mapping[str, Share] = {}
    score: float | None = None
    excluded: Mapping[str, int] = {}


class Rates(Shape):
    month: str
    as_of: datetime
    definition: str = ""
    items: tuple[RateItem, ...]


class Round(Shape):
    """One round of a case, as the rates count it."""

    ticket_id: UUID
    number: str
    round: int
    contacted_in_time: bool | None = None
    solved: str | None = None
    satisfaction: str | None = None
    excluded: str | None = None


class Rounds(Shape):
    items: tuple[Round, ...]
    as_of: datetime


class Band(Shape):
    low: float
    high: float


class Month(Shape):
    month: str
    complaints: int
    households: int = 0
    me_too: int = 0
    per_100_households: float | None = None
    band: Band | None = None
    unusual: bool = False


class Intervention(Shape):
    """Something that was done in between: a group that was founded."""

    date: date
    what: str
    name: str


class Trend(Shape):
    place: UUID
    name: str
    months: tuple[Month, ...]
    sentence: str = ""
    interventions: tuple[Intervention, ...] = ()
    as_of: datetime


class Behind(Shape):
    """The cases a number is made of."""

    items: tuple[Row, ...]
    as_of: datetime


class Report(Shape):
    id: UUID
    month: str
    as_of: datetime
    made_at: datetime
    definition: str = ""
    figures: Mapping[str, Any] = {}

    def rates(self, by: str) -> tuple[RateItem, ...]:
        """The lines of one cut, as they stood when the report was made."""
        items = (self.figures.get(by) or {}).get("items", ())
        return tuple(RateItem.model_validate(item) for item in items)


class Reports(Shape):
    items: tuple[Report, ...]


class Indicator(Shape):
    name: str
    meaning: str
    unit: str


class Indicators(Shape):
    items: tuple[Indicator, ...]
    cuts: tuple[str, ...]


class Value(Shape):
    value: float | None = None
    hits: float | None = None
    of: float | None = None


class Line(Shape):
    """One line of an indicator; `tickets_url` is the same question by ticket."""

    cut: Mapping[str, str | None]
    names: Mapping[str, str] = {}
    values: Mapping[str, Value]
    suppressed: bool = False
    tickets_url: str = ""

    @property
    def behind(self) -> str:
        """The address of the list behind the line: the console's parameters are the owner's."""
        return self.tickets_url.partition("?")[2]


class Figures(Shape):
    lines: tuple[Line, ...]
    more: bool = False
    as_of: datetime


async def rates(asks: Asks, month: str, by: str = "community", **narrowed: str | None) -> Rates:
    return shaped(Rates, await asks.read(SERVICE, "/v1/rates", month=month, by=by, **narrowed), SERVICE)


async def rounds(asks: Asks, month: str, by: str, scope_id: str) -> Rounds:
    return shaped(Rounds, await asks.read(SERVICE, "/v1/rates/rounds", month=month, by=by, scope_id=scope_id), SERVICE)


async def trend(asks: Asks, place: str, first: str, last: str) -> Trend:
    params = {"place": place, "from": first, "to": last}
    return shaped(Trend, await asks.read(SERVICE, "/v1/trends/complaints", **params), SERVICE)


async def behind_trend(asks: Asks, place: str, month: str) -> Behind:
    answer = await asks.read(SERVICE, "/v1/trends/complaints/tickets", place=place, month=month)
    return shaped(Behind, answer, SERVICE)


async def reports(asks: Asks, community_id: str) -> Reports:
    return shaped(Reports, await asks.read(SERVICE, "/v1/reports", community_id=community_id), SERVICE)


async def report(asks: Asks, report_id: UUID) -> Report:
    return shaped(Report, await asks.read(SERVICE, f"/v1/reports/{report_id}"), SERVICE)


async def indicators(asks: Asks) -> Indicators:
    return shaped(Indicators, await asks.read(SERVICE, "/v1/indicators"), SERVICE)


async def figures(asks: Asks, params: Mapping[str, Any]) -> Figures:
    return shaped(Figures, await asks.read(SERVICE, "/v1/indicators/figures", **params), SERVICE)
