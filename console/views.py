"""Frozen view models that several screens share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from console.ask.client import Problem, Unheard
from console.ask.figures import Month, Trend
from console.ask.operations import Standing
from console.language import Language
from console.session import Person

SOON = timedelta(hours=2)
TroubleKind = Literal[
    "invalid", "saved_before", "step_up", "forbidden", "gone", "refused", "stale", "busy", "unsure", "error"
]
ClockKind = Literal["left", "soon", "over", "paused", "none"]


@dataclass(frozen=True, slots=True)
class ClockView:
    """How long until something is due, as its owner's time tells it: shape, word and colour."""

    kind: ClockKind
    due: datetime | None = None
    now: datetime | None = None

    @property
    def span(self) -> timedelta:
        return abs(self.due - self.now) if self.due and self.now else timedelta()


def clock_of(due: datetime | None, state_type: str, now: datetime) -> ClockView:
    """A paused or finished ticket has no running clock."""
    if state_type == "paused":
        return ClockView("paused", due, now)
    if due is None or state_type in ("awaiting", "closed"):
        return ClockView("none")
    if due < now:
        return ClockView("over", due, now)
    return ClockView("soon" if due - now <= SOON else "left", due, now)


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said or done in a ticket's conversation."""

    at: datetime
    kind: Literal["move", "message", "answer", "note", "trouble"]
    icon: str
    title: str
    who: str | None = None
    said: str | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an answer to a command becomes on screen: calm words, the way on, and nothing lost."""

    kind: TroubleKind
    words: str
    detail: str = ""
    faults: tuple[Fault, ...] = ()
    moves: tuple[str, ...] = ()
    wait_seconds: int | None = None
    trace_id: str = ""
    status: int = 409
    values: Mapping[str, str] = field(default_factory=dict)

    def at(self, name: str) -> str | None:
        """The words at one field."""
        return next((fault.words for fault in self.faults if fault.name == name), None)


def trouble_of(failed: Problem | Unheard, told: Language, values: Mapping[str, str]) -> Trouble:
    """The table of what each answer becomes."""
    if isinstance(failed, Unheard):
        kind: Any = "busy" if failed.why == "busy" else "unsure"
        return Trouble(kind, told.word("said", f"command_{kind}"), status=503, values=values)
    return Trouble(
        kind=_kind(failed),
        words=told.problem(failed.code, failed.title),
        detail=failed.detail,
        faults=tuple(_fault(error, told) for error in failed.errors),
        moves=tuple(str(move) for move in failed.extra.get("possible_moves") or ()),
        wait_seconds=failed.retry_after_seconds,
        trace_id=failed.trace_id,
        status=failed.status,
        values=values,
    )


def _kind(problem: Problem) -> Any:
    if problem.code == "idempotency_key_reused":
        return "saved_before"
    if problem.code == "step_up":
        return "step_up"
    by_status = {400: "invalid", 422: "invalid", 403: "forbidden", 404: "gone", 409: "refused", 412: "stale",
                 429: "busy", 503: "busy"}  # fmt: skip
    return by_status.get(problem.status, "error")


def _fault(error: Mapping[str, Any], told: Language) -> Fault:
    """The field is the first step of the pointer; of the answers to a category's questions, the question."""
    first, _, rest = str(error.get("pointer", "")).strip("/").partition("/")
    name = f"q-{rest}" if first == "answers" and rest else first
    return Fault(name, told.word("problem", str(error.get("code")), str(error.get("detail") or "")))


@dataclass(frozen=True, slots=True)
class Bar:
    """A month of a trend as it is drawn: percent of the height, and of the width."""

    month: Month
    x: float
    width: float
    height: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A trend with its bars."""

    trend: Trend
    bars: tuple[Bar, ...]
    as_of: datetime


def chart_of(trend: Trend) -> Chart:
    """The highest number or band fills the height."""
    tops = [month.complaints for month in trend.months] + [month.band.high for month in trend.months if month.band]
    whole = max([*tops, 1])
    step = 100 / max(len(trend.months), 1)
    bars = tuple(
        Bar(
            month, round(place * step + step * 0.15, 2), round(step * 0.7, 2), round(100 * month.complaints / whole, 2),
            round(100 * month.band.low / whole, 2) if month.band else None,
            round(100 * month.band.high / whole, 2) if month.band else None,
        )
        for place, month in enumerate(trend.months)
    )  # fmt: skip
    return Chart(trend, bars, trend.as_of)


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands around every page."""

    path: str
    here: str
    language: Language
    who: Person | None
    csrf: str
    flash: str | None
    size: str
    contrast: str
    telephone: str
    health: tuple[Standing, ...]
    topics: str | None
    stage: bool
    now: datetime
