"""Indicators by any cut, as a series, beside the period before; every line opens the tickets it is made of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.indicator import CUTS, FILTERS, MEASURES, ONLY_INSIDE, QUOTIENTS, TIME_CUTS, Of
from services.tickets.domain.rates import SUPPRESSED_BELOW
from services.tickets.store import copies
from services.tickets.store.reference import load_reference
from services.tickets.views import rated
from services.tickets.views.facts import facts
from services.tickets.views.indicator_sums import Query, statement, visible

DAYS_MAX = 1_100
Key = tuple[str | None, ...]
Found = dict[Key, dict[str, Any]]


class Value(BaseModel):
    """`hits` and `of` where it is a share; `value` is nothing where there is nothing to divide by."""

    value: float | None
    hits: float | None = None
    of: float | None = None


class Line(BaseModel):
    cut: dict[str, str | None]
    names: dict[str, str]
    values: dict[str, Value]
    prior: dict[str, Value] | None
    suppressed: bool
    tickets_url: str


class Figures(BaseModel):
    lines: list[Line]
    more: bool
    as_of: datetime


def checked(query: Query) -> Query:
    """A word that is no measure, cut or filter is named."""
    wrong = [("measures", name) for name in query.measures if name not in MEASURES and name not in QUOTIENTS]
    wrong += [("by", name) for name in query.by if name not in CUTS]
    wrong += [("where", name) for name, _ in query.where if name not in CUTS]
    wrong += [("only", name) for name in query.only if name not in FILTERS]
    if wrong or not query.measures:
        errors = [{"pointer": f"/{where}", "code": "unknown", "detail": name} for where, name in wrong]
        raise Refused("indicator_unknown", status=400, errors=errors)
    within = query.first.year >= 1900 and query.last.year < 2200
    if not within or not 0 <= (query.last - query.first).days <= DAYS_MAX:
        raise Refused("days_invalid", status=400, detail="From a day to a later one, at most three years.")
    if any("\0" in value for _, value in query.where):
        raise Refused("where_unreadable", status=400)
    return query


async def figures(tx: Transaction, query: Query) -> Figures:
    whole = await rated.seen_whole(tx, "handler" if "handler" in query.by else "group")
    cuts = {*query.by, *(name for name, _ in query.where)}
    if not whole and cuts & ONLY_INSIDE:
        raise Refused("not_permitted", status=403)
    found = await _found(tx, query)
    prior = await _found(tx, query.before) if query.with_prior else None
    names = await _names(tx, query, list(found))
    lines = [_line(key, values, query, prior, names, whole=whole) for key, values in found.items()]
    lines = [line for line in lines if (line.values[query.measures[0]].value or 0) >= query.at_least]
    lines.sort(key=lambda line: _order(line, query))
    return Figures(lines=lines[: query.limit], more=len(lines) > query.limit, as_of=tx.now)


def _order(line: Line, query: Query) -> tuple[Any, ...]:
    """In time; else the greatest first."""
    times = tuple(line.cut[name] or "" for name in query.by if name in TIME_CUTS)
    first = line.values[query.measures[0]].value
    return (*times, -(first or 0), tuple(value or "" for value in line.cut.values()))


async def _found(tx: Transaction, query: Query) -> Found:
    """The sums of every measure asked for, each over the tickets it looks at, brought together by cut."""
    named = [part for name in query.measures for part in (_parts(name) if name in QUOTIENTS else (name,))]
    wanted = [MEASURES[name] for name in dict.fromkeys(named)]
    known = facts(visible(tx, query), tx.now)
    found: Found = {}
    for of in Of:
        own = [measure for measure in wanted if measure.of is of]
        if own:
            for row in await tx.execute(statement(own, known, query, of)):
                key = tuple(None if value is None else str(value) for value in row[: len(query.by)])
                sums = found.setdefault(key, {"n": 0})
                sums["n"] = max(sums["n"], row.n)
                sums |= {name: row._mapping[name] for name in row._fields[len(query.by) + 1 :]}
    return found


def _parts(name: str) -> tuple[str, str]:
    return QUOTIENTS[name].over, QUOTIENTS[name].under


def _line(
    key: Key, sums: dict[str, Any], query: Query, prior: Found | None, names: dict[str, str], *, whole: bool
) -> Line:
    hidden = not whole and sums["n"] < SUPPRESSED_BELOW
    empty: dict[str, Value] = {name: Value(value=None) for name in query.measures}
    before = None if prior is None else _values(prior.get(key, {"n": 0}), query)
    cut = dict(zip(query.by, key, strict=True))
    return Line(
        cut=cut,
        names={value: names[value] for value in key if value in names},
        values=empty if hidden else _values(sums, query),
        prior=empty if hidden and before is not None else before,
        suppressed=hidden,
        tickets_url=_url(cut, query),
    )


def _values(sums: dict[str, Any], query: Query) -> dict[str, Value]:
    return {name: _value(name, sums) for name in query.measures}


def _value(name: str, sums: dict[str, Any]) -> Value:
    if name in QUOTIENTS:
        return _divided(*(_number(sums.get(part)) for part in _parts(name)))
    measure = MEASURES[name]
    if measure.among is not None:
        return _divided(_number(sums.get(name)), _number(sums.get(f"{name}/of")))
    counts = measure.how in ("count", "distinct", "sum")
    known = sums.get(name)
    return Value(value=_number(known) if known is not None or counts else None)


def _number(value: Any) -> float:
    return round(float(value or 0), 2)


def _divided(hits: float, of: float) -> Value:
    return Value(value=round(hits / of, 4) if of else None, hits=hits, of=of)


async def _names(tx: Transaction, query: Query, keys: Sequence[Key]) -> dict[str, str]:
    """Labels of categories, names of places and groups."""
    reference = await load_reference(tx)
    found = {code: reference.label(code) for code in reference.categories} if "category" in query.by else {}
    named = {"group", "building", "estate"}
    ids = {key[at] for key in keys for at, name in enumerate(query.by) if name in named}
    known = await copies.names(tx, [UUID(value) for value in ids if value])
    return found | {str(id_): name for id_, name in known.items()}


def _url(cut: dict[str, str | None], query: Query) -> str:
    """The same question by ticket."""
    pairs = [
        ("measures", "created"),
        ("by", "ticket"),
        ("from", query.first.isoformat()),
        ("to", query.last.isoformat()),
    ]
    pairs += [("only", name) for name in query.only]
    pairs += [("where", f"{name}:{value}") for name, value in [*query.where, *cut.items()] if value is not None]
    return f"/v1/indicators/figures?{urlencode(pairs)}"
