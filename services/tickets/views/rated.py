"""The three rates by whatever they are cut: counts first, shares where they mean something, stamps on everything."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from pydantic import BaseModel

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import rates
from services.tickets.domain.class_table import SHIPPED
from services.tickets.domain.rates import SUPPRESSED_BELOW, Definition, Rates, Round, Share
from services.tickets.store import copies
from services.tickets.store.reference import Reference, load_reference
from services.tickets.views import rounds as read
from services.tickets.views.rounds import Asked, Known

Scope = UUID | str | None
CUTS: Mapping[str, Callable[[Round], Scope]] = {
    "community": lambda each: each.community_id,
    "group": lambda each: each.group_id,
    "handler": lambda each: each.handler_id,
    "building": lambda each: each.building_id,
    "estate": lambda each: each.estate_id,
    "category": lambda each: each.category,
    "class": lambda each: each.class_code,
    "channel": lambda each: each.channel,
    "origin": lambda each: each.origin,
    "month": lambda each: f"{each.month:%Y-%m}",
}
HANDLER_READERS = frozenset({"leader", "secretary"})


class ShareModel(BaseModel):
    hits: float
    of: int
    percent: float | None
    low: float | None
    high: float | None
    words: str

    @classmethod
    def of_share(cls, share: Share) -> "ShareModel":
        low, high = (share.interval.low, share.interval.high) if share.interval else (None, None)
        return cls(
            hits=share.hits,
            of=share.of,
            percent=share.percent,
            low=round(100 * low, 1) if low is not None else None,
            high=round(100 * high, 1) if high is not None else None,
            words=share.words,
        )


class RateItem(BaseModel):
    """One line. Where it is suppressed, its numbers are too few to leave the community."""

    scope_id: UUID | None
    scope: str | None
    name: str
    suppressed: bool
    rounds: int | None
    response: dict[str, int]
    solved: dict[str, int]
    satisfied: dict[str, int]
    sentence: str
    shares: dict[str, ShareModel]
    score: float | None
    excluded: dict[str, int]
    rounds_url: str


class RateReport(BaseModel):
    month: str
    until: str
    by: str
    definition: str
    weights: list[int]
    partly_counts_half: bool
    weights_are: str = "configured, not an official formula"
    calendar_version: str
    class_version: str
    history_seq: int
    items: list[RateItem]
    as_of: datetime


class RoundModel(BaseModel):
    ticket_id: UUID
    number: str
    round: int
    contacted_in_time: bool | None
    solved: str | None
    satisfaction: str | None
    excluded: str | None


async def report(tx: Transaction, asked: Asked, by: str, *, whole: bool) -> RateReport:
    """`whole`: also cells below five; outside the community they are suppressed."""
    known = await read.rounds(tx, asked)
    grouped: dict[Scope, list[Round]] = defaultdict(list)
    for each in known.rounds:
        grouped[CUTS[by](each)].append(each)
    names = await copies.names(tx, [scope for scope in grouped if isinstance(scope, UUID)])
    reference = await load_reference(tx)
    items = [
        _item(scope, found, asked, by, known, whole=whole, name=_name(scope, by, names, reference.label))
        for scope, found in grouped.items()
    ]
    definition = _definition_of(known.rounds, known)
    return RateReport(
        month=f"{asked.first:%Y-%m}",
        until=f"{asked.last:%Y-%m}",
        by=by,
        definition=definition.version,
        weights=list(definition.weights),
        partly_counts_half=definition.partly_counts_half,
        calendar_version=reference.calendar.version,
        class_version=_class_versions(known.rounds, reference, asked.as_of),
        history_seq=known.history_lines,
        items=sorted(items, key=lambda item: (item.name, item.scope or "")),
        as_of=asked.as_of,
    )


def _class_versions(found: Sequence[Round], reference: Reference, as_of: datetime) -> str:
    versions = {reference.classes_of(each.community_id, as_of).version for each in found}
    return ", ".join(sorted(versions or {SHIPPED.version}))


async def behind(tx: Transaction, asked: Asked, by: str, scope: str, *, whole: bool) -> list[RoundModel]:
    """The rounds one line is made of; not of a line that is suppressed."""
    known = await read.rounds(tx, asked)
    mine = [each for each in known.rounds if str(CUTS[by](each)) == scope]
    if not whole and len(mine) < SUPPRESSED_BELOW:
        return []
    return [
        RoundModel(
            ticket_id=each.ticket_id,
            number=each.number,
            round=each.round,
            contacted_in_time=each.contacted_at <= each.contact_due_at if each.contacted_at else None,
            solved=each.solved,
            satisfaction=each.satisfaction,
            excluded=each.excluded,
        )
        for each in mine
    ]


async def seen_whole(tx: Transaction, by: str) -> bool:
    """Whether the reader stands inside a community; and whether she may see this cut at all."""
    held = [grant for grant in tx.actor.grants if grant.role in tx.actor.roles("tickets.figures")]
    if by == "handler" and not any(grant.role in HANDLER_READERS for grant in held):
        raise Refused("not_permitted", status=403)
    if any(grant.scope_kind == "organization" for grant in held):
        return True
    return await read.stands_inside(tx, [grant.scope_id for grant in held])


def _definition_of(found: list[Round], known: Known) -> Definition:
    """That of the community, where all these rounds are of one."""
    communities = {each.community_id for each in found}
    only = communities.pop() if len(communities) == 1 else None
    return known.definitions.get(only, Definition()) if only else Definition()


def _name(scope: Scope, by: str, names: Mapping[UUID, str], label: Callable[[str], str]) -> str:
    if isinstance(scope, UUID):
        return names.get(scope, "")
    return label(scope) if by == "category" and scope else scope or ""


def _item(scope: Scope, found: list[Round], asked: Asked, by: str, known: Known, *, whole: bool, name: str) -> RateItem:
    definition = _definition_of(found, known)
    counted = rates.rates(found)
    hidden = not whole and len(found) < SUPPRESSED_BELOW
    told: dict[str, Any] = _nothing() if hidden else _told(counted, definition)
    return RateItem(
        scope_id=scope if isinstance(scope, UUID) else None,
        scope=str(scope) if scope is not None else None,
        name=name,
        suppressed=hidden,
        rounds_url=_url(asked, by, scope),
        **told,
    )


def _told(found: Rates, definition: Definition) -> dict[str, Any]:
    counts = asdict(found)
    parts = rates.shares(found, definition)
    return {
        "rounds": found.rounds,
        "response": {"within": found.within, "late": found.late, "never": found.never, "n": found.rounds},
        "solved": {name: counts[name] for name in ("solved", "answered", "asked", "pending", "unanswered")},
        "satisfied": {"satisfied": found.satisfied, "answered": found.answered_with_satisfaction},
        "sentence": found.sentence,
        "shares": {name: ShareModel.of_share(part) for name, part in parts.items()},
        "score": rates.score(parts, definition),
        "excluded": dict(found.excluded),
    }


def _nothing() -> dict[str, Any]:
    empty: dict[str, Any] = {name: {} for name in ("response", "solved", "satisfied", "shares", "excluded")}
    return empty | {"rounds": None, "sentence": f"少于 {SUPPRESSED_BELOW} 件", "score": None}


def _url(asked: Asked, by: str, scope: Scope) -> str:
    query = {"month": f"{asked.first:%Y-%m}", "by": by, "scope_id": str(scope)}
    if asked.last != asked.first:
        query |= {"until": f"{asked.last:%Y-%m}"}
    return f"/v1/rates/rounds?{urlencode(query | {'as_of': asked.as_of.isoformat()})}"
