"""Indicators: each measure as a row that says what it counts, over which tickets, in which unit. Data, not code.

A condition is a list of facts that must hold; facts and cuts are columns that `views/facts.py` derives from history.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Of(StrEnum):
    """Which tickets a measure looks at."""

    FILED = "filed in this time"
    RESOLVED = "resolved in this time"
    NOW = "as they stand now"
    DAILY = "as they stood at the end of each day"


class Unit(StrEnum):
    COUNT = "count"
    SHARE = "share"
    MINUTES = "minutes"
    MARK = "one to five"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Measure:
    """`how` is count, sum, mean, median, p90, max or distinct; a share counts `when` among those that are `among`."""

    name: str
    meaning: str
    of: Of
    unit: Unit
    how: str = "count"
    column: str = ""
    when: tuple[str, ...] = ()
    among: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Quotient:
    """One measure by another, each over its own tickets."""

    name: str
    meaning: str
    over: str
    under: str


def _count(name: str, meaning: str, of: Of, *when: str) -> Measure:
    return Measure(name, meaning, of, Unit.COUNT, when=when)


def _share(name: str, meaning: str, when: tuple[str, ...], among: tuple[str, ...] = ()) -> Measure:
    return Measure(name, meaning, Of.FILED, Unit.SHARE, when=(*when, *among), among=among)


def _minutes(name: str, meaning: str, how: str, column: str, of: Of = Of.FILED, *when: str) -> Measure:
    return Measure(name, meaning, of, Unit.MINUTES, how, column, when)


MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        # Inflow
        _count("created", "tickets filed", Of.FILED),
        _count("resolved", "of the filed ones, resolved", Of.FILED, "done"),
        _count("resolved_on_time", "of the filed ones, resolved within the limit", Of.FILED, "done", "kept"),
        _count("resolved_then", "tickets resolved", Of.RESOLVED, "done"),
        # Stock
        _count("open", "open tickets", Of.NOW, "open"),
        _count("at_risk", "open, and at least 80 % of the limit used", Of.NOW, "open", "pressing"),
        _count("breached", "open past their limit", Of.NOW, "open", "missed"),
        _minutes("oldest_open", "age of the oldest open ticket", "max", "open_minutes", Of.NOW, "open"),
        _count("open_daily", "open at the end of the day", Of.DAILY, "open"),
        _count("breached_daily", "of these, past their limit", Of.DAILY, "open", "missed"),
        _count("limited_daily", "of these, with a limit", Of.DAILY, "open", "limited"),
        _count("total_daily", "known at the end of the day", Of.DAILY),
        # Time
        _minutes("contact_median", "filing to first contact, half of them", "median", "contact_minutes"),
        _minutes("contact_p90", "filing to first contact, nine in ten", "p90", "contact_minutes"),
        _minutes("resolution_mean", "filing to result", "mean", "resolution_minutes", Of.FILED, "done"),
        _minutes("resolution_p90", "filing to result, nine in ten", "p90", "resolution_minutes", Of.FILED, "done"),
        _minutes("limit_mean", "filing to the limit", "mean", "limit_minutes"),
        _share("on_time_rate", "of the resolved ones, within the limit", ("kept",), ("done",)),
        _share("limit_kept_rate", "of the filed ones, resolved within the limit", ("done", "kept")),
        _share("limit_missed_rate", "of the filed ones, past the limit", ("missed",)),
        Measure("extensions", "limits extended", Of.FILED, Unit.COUNT, "sum", "extensions"),
        _minutes("paused", "time spent waiting for others", "sum", "paused_minutes"),
        _share("paused_share", "tickets that waited for others", ("paused",)),
        # Outcome
        _share("resolution_rate", "of the filed ones, resolved", ("done",)),
        _share("first_assignment_rate", "of the assigned ones, never given to another group", ("once",), ("assigned",)),
        _share("reopen_rate", "of the resolved ones, reopened", ("reopened",), ("done",)),
        _share("response_rate", "contacted within the limit", ("contact_kept",)),
        _share("solved_rate", "of the answered ones, solved", ("solved",), ("answered",)),
        _share("satisfied_rate", "of the rated ones, satisfied", ("satisfied",), ("rated",)),
        _share("coverage", "of the asked ones, answered", ("answered",), ("asked",)),
        _count("answers_unasked", "answers nobody had asked for", Of.FILED, "answered", "unasked"),
        Measure(
            "satisfaction_mean",
            "satisfied 5, fairly satisfied 4, dissatisfied 1",
            Of.FILED,
            Unit.MARK,
            "mean",
            "mark",
            ("done", "rated"),
        ),
        # People
        _share("escalation_rate", "told to the next person up at least once", ("escalated",)),
        Measure("returns", "assignments given back", Of.FILED, Unit.COUNT, "sum", "returns"),
        # Place
        Measure("households", "households that filed", Of.FILED, Unit.COUNT, "distinct", "household"),
        Measure("me_too", "others with the same matter", Of.FILED, Unit.COUNT, "sum", "me_too"),
    )
}
QUOTIENTS: Mapping[str, Quotient] = {
    quotient.name: quotient
    for quotient in (
        Quotient("flow_ratio", "resolved in this time ÷ filed in this time", "resolved_then", "created"),
        Quotient("per_household", "tickets filed by one household", "created", "households"),
    )
}

CUTS = (
    "category", "category_group", "class", "kind", "channel", "origin", "group", "handler", "building", "estate",
    "stage", "limit", "age", "outcome", "reason", "is_open", "is_done", "day", "week", "month", "ticket", "lat", "long",
)  # fmt: skip
TIME_CUTS = frozenset({"day", "week", "month"})
ONLY_INSIDE = frozenset({"handler", "ticket", "lat", "long"})
FILTERS = ("open", "done", "at_risk", "breached", "placed")
AGES_DAYS = (1, 3, 7, 15, 30)
PRESSING_SHARE = 0.8
MARKS: Mapping[str, int] = {"satisfied": 5, "fairly_satisfied": 4, "dissatisfied": 1}
