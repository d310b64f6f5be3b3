"""C23: better than last month? Rates, the trend, the reports that stand, and indicators by any cut.

Counts first; a percentage only where its owner gives one. Every number opens the cases it is made of.
"""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.ask import figures, members, tickets
from console.ask.asks import Asks
from console.names import NOBODY
from console.once import Once
from console.pages.topics import communities_of
from console.screen import OperatorScreen, Screen, Wanted
from console.views import Chart, chart_of

router = APIRouter()
CUTS = ("community", "group", "building", "category", "class", "channel")
USUAL = ("created", "resolved", "open", "breached", "on_time_rate", "contact_median", "satisfied_rate", "reopen_rate")
INDICATOR_CUTS = ("category", "group", "building", "kind", "channel", "class", "month", "week")
MONTHS = 12
MEASURES_MAX = 6


@router.get("/figures")
async def rates(screen: OperatorScreen, month: str = "", by: str = "community") -> Response:
    cut = by if by in CUTS else "community"

    async def ask(asks: Asks) -> figures.Rates:
        return await figures.rates(asks, month or f"{await _now(screen, asks):%Y-%m}", cut)

    return await screen.show(
        "pages/rates.html", {"rates": Wanted("tickets", ask)}, month=month, by=cut, cuts=CUTS, tab="rates"
    )


@router.get("/figures/rounds")
async def rounds(screen: OperatorScreen, month: str, by: str, scope_id: str, name: str = "") -> Response:
    """The rounds one line of the rates is made of."""
    wanted = {"rounds": Wanted("tickets", lambda asks: figures.rounds(asks, month, by, scope_id))}
    return await screen.show("pages/rounds.html", wanted, month=month, by=by, name=name[:80], tab="rates")


@router.get("/figures/trend")
async def trend(screen: OperatorScreen, place: str = "", until: str = "") -> Response:
    known = Once(lambda asks: _places(screen, asks))

    async def ask(asks: Asks) -> Chart | None:
        places = await known(asks)
        chosen = place or (str(places[0].id) if places else "")
        if not chosen:
            return None
        last = until or f"{await _now(screen, asks):%Y-%m}"
        return chart_of(await figures.trend(asks, chosen, _months_before(last), last))

    wanted = {"trend": Wanted("tickets", ask), "places": Wanted("members", known, side=True)}
    return await screen.show("pages/trend.html", wanted, place=place, until=until, tab="trend")


@router.get("/figures/trend/tickets")
async def behind(screen: OperatorScreen, place: str, month: str) -> Response:
    wanted = {"behind": Wanted("tickets", lambda asks: figures.behind_trend(asks, place, month))}
    return await screen.show("pages/behind.html", wanted, month=month, tab="trend", nobody=NOBODY)


@router.get("/figures/reports")
async def reports(screen: OperatorScreen, community: str = "") -> Response:
    known = Once(lambda asks: _places(screen, asks))

    async def ask(asks: Asks) -> figures.Reports:
        places = await known(asks)
        chosen = community or (str(places[0].id) if places else "")
        return await figures.reports(asks, chosen) if chosen else figures.Reports(items=())

    wanted = {"reports": Wanted("tickets", ask), "places": Wanted("members", known, side=True)}
    return await screen.show("pages/reports.html", wanted, community=community, tab="reports")


@router.get("/figures/reports/{report_id}")
async def report(screen: OperatorScreen, report_id: UUID) -> Response:
    wanted = {"report": Wanted("tickets", lambda asks: figures.report(asks, report_id))}
    return await screen.show("pages/report.html", wanted, cuts=("community", "group", "category"), tab="reports")


@router.get("/figures/indicators")
async def indicators(screen: OperatorScreen, request: Request) -> Response:
    """The address is the question to tickets, under its own names."""
    query = request.query_params
    measures = query.getlist("measures")[:MEASURES_MAX] or ["created", "resolved", "open", "breached"]
    cuts = query.getlist("by")[:2] or ["category"]

    async def ask(asks: Asks) -> figures.Figures:
        today = await _now(screen, asks)
        month_ago = today - timedelta(days=29)
        days = {"from": query.get("from") or f"{month_ago:%Y-%m-%d}", "to": query.get("to") or f"{today:%Y-%m-%d}"}
        params = {"measures": measures, "by": cuts} | days
        more = {name: query.getlist(name)[:5] for name in ("where", "only") if query.getlist(name)}
        return await figures.figures(asks, params | more)

    wanted = {"figures": Wanted("tickets", ask), "known": Wanted("tickets", figures.indicators, side=True)}
    return await screen.show(
        "pages/indicators.html", wanted, measures=measures, by=cuts, query=query, cuts=INDICATOR_CUTS, usual=USUAL,
        tab="indicators",
    )  # fmt: skip


async def _now(screen: Screen, asks: Asks) -> datetime:
    """By the owner's clock, which may be moved."""
    as_of = (await tickets.found(asks, {}, limit=1)).as_of
    return as_of.astimezone(ZoneInfo(screen.parts.settings.zone))


def _months_before(month: str) -> str:
    year, _, number = month.partition("-")
    if not (year.isdigit() and number.isdigit()):
        return month
    months = int(year) * 12 + int(number) - 1 - (MONTHS - 1)
    return f"{months // 12}-{months % 12 + 1:02d}"


async def _places(screen: Screen, asks: Asks) -> tuple[members.Area, ...]:
    """The communities she may look at, by name."""
    mine = await communities_of(asks, screen.person)
    groups = {group.id: group.community_id for group in (await members.groups(asks)).items}
    own = {groups.get(group) for group in screen.person.groups}
    known = (await members.communities(asks)).items
    return tuple(area for area in known if mine is None or area.id in mine or area.id in own)
