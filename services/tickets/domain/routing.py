"""Which women's group takes a ticket, and the sentence that says why. Rules first, then members' coverage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from itertools import combinations
from uuid import UUID

from services.tickets.domain.calendar import Calendar

ANY_CATEGORY = "*"


@dataclass(frozen=True, slots=True)
class Group:
    """A group as members publishes it, with how near its area is to the place (0 = the place itself)."""

    id: UUID
    name: str
    path: tuple[UUID, ...]
    mandate: frozenset[str]
    active: bool
    distance: int | None
    chooses_at_once: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """A group takes a category in an area; rank orders those who share it."""

    group_id: UUID
    area_id: UUID
    category: str
    rank: int
    distance: int


class Time(StrEnum):
    """When a rule holds: `off_hours` is all time outside working hours, the night among it."""

    ANY = "any"
    WORKING = "working"
    OFF_HOURS = "off_hours"
    NIGHT = "night"


NIGHT_FROM, NIGHT_UNTIL = time(22), time(7)
_WIDTH: Mapping[Time, int] = {Time.NIGHT: 0, Time.WORKING: 1, Time.OFF_HOURS: 1, Time.ANY: 2}
_ANYWHERE = 1_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the active set: when all it names fits, its group takes the case, or the nearest with the mandate.
    What a rule leaves out fits always. `cohandlers` help from the start; `class_code` says which limits apply."""

    id: str
    version: int
    priority: int
    categories: frozenset[str] = frozenset()
    has_property_management: bool | None = None
    mandate: str = ""
    kinds: frozenset[str] = frozenset()
    area_id: UUID | None = None
    time: Time = Time.ANY
    group_id: UUID | None = None
    cohandlers: tuple[UUID, ...] = ()
    class_code: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def meets(self, other: "Rule") -> bool:
        """Whether one case could fit both equally well, so that nothing says which comes first."""
        return (
            (self.priority, self.area_id, self.time) == (other.priority, other.area_id, other.time)
            and _overlap(self.categories, other.categories)
            and (not self.kinds or not other.kinds or bool(self.kinds & other.kinds))
            and (None in (one := {self.has_property_management, other.has_property_management}) or len(one) == 1)
            and _during(self.valid_from, other.valid_until)
            and _during(other.valid_from, self.valid_until)
        )


def _overlap(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one & other) if one and other else not one and not other


def _during(begins: datetime | None, ends: datetime | None) -> bool:
    return begins is None or ends is None or begins < ends


def ambiguous(rules: Sequence[Rule]) -> list[tuple[str, str]]:
    """The pairs of rules of which nothing says which one comes first."""
    pairs = combinations(rules, 2)
    return [(one.id, other.id) for one, other in pairs if one.id == other.id or one.meets(other)]


def time_of(calendar: Calendar, moment: datetime) -> Time:
    local = moment.astimezone(calendar.zone).time()
    if local >= NIGHT_FROM or local < NIGHT_UNTIL:
        return Time.NIGHT
    return Time.WORKING if calendar.is_open(moment) else Time.OFF_HOURS


@dataclass(frozen=True, slots=True)
class Matter:
    """What is to be routed: what it is about, with the categories above it, of which kind, and when it came."""

    category: str
    label: str
    lineage: tuple[str, ...] = ()
    kind: str = "complaint"
    time: Time = Time.WORKING
    at: datetime | None = None

    def depth_of(self, rule: Rule) -> int | None:
        """How near the rule's category is: 0 for the category itself; nothing when it is another."""
        steps = (self.category, *self.lineage)
        named = [depth for depth, code in enumerate(steps) if code in rule.categories]
        return min(named, default=None) if rule.categories else _ANYWHERE


@dataclass(frozen=True, slots=True)
class Place:
    area_id: UUID | None
    path: tuple[UUID, ...]
    name: str
    has_property_management: bool | None


@dataclass(frozen=True, slots=True)
class Candidate:
    group_id: UUID
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided, with everything it was decided from. Never edited afterwards."""

    group: Group | None
    rule_id: str
    rule_version: int
    explanation: str
    candidates: tuple[Candidate, ...] = ()
    inputs: Mapping[str, object] = field(default_factory=dict)
    cohandlers: tuple[UUID, ...] = ()
    class_code: str | None = None


def choose(
    place: Place,
    matter: Matter,
    *,
    rules: Sequence[Rule],
    coverage: Sequence[Coverage],
    groups: Sequence[Group],
    passed_over: frozenset[UUID] = frozenset(),
) -> Choice:
    """The first rule that fits and finds its group, else the nearest coverage, else nobody: the operator's desk."""
    inputs = _inputs(place, matter)
    eligible = [group for group in groups if group.active and group.id not in passed_over]
    for rule in in_order(rules, place, matter):
        group = _group_of(rule, eligible)
        if group is not None:
            sentence = _because_of_rule(rule, place, matter.label, group)
            others = _others(group, coverage, groups, passed_over)
            return Choice(group, rule.id, rule.version, sentence, others, inputs, rule.cohandlers, rule.class_code)
    for row in sorted(coverage, key=lambda row: (row.distance, row.category == ANY_CATEGORY, row.rank)):
        group = next((group for group in eligible if group.id == row.group_id), None)
        if group is not None:
            sentence = f"{group.name}负责{place.name}的“{matter.label}”"
            others = _others(group, coverage, groups, passed_over)
            return Choice(group, "coverage", 1, sentence, others, inputs={**inputs, "area_id": str(row.area_id)})
    others = _others(None, coverage, groups, passed_over)
    return Choice(None, "none", 1, f"{place.name}的“{matter.label}”还没有小组负责, 由受理员分派", others, inputs=inputs)


def in_order(rules: Sequence[Rule], place: Place, matter: Matter) -> list[Rule]:
    """The rules that fit: by priority, then the nearest place, the deepest category, the narrowest time."""
    fitting = [(rule, _order(rule, place, matter)) for rule in rules]
    known = [(order, rule) for rule, order in fitting if order is not None]
    return [rule for _, rule in sorted(known, key=lambda pair: (pair[0], pair[1].id))]


def _order(rule: Rule, place: Place, matter: Matter) -> tuple[int, int, int, int] | None:
    depth = matter.depth_of(rule)
    if depth is None or (rule.kinds and matter.kind not in rule.kinds) or not _holds_at(rule, matter):
        return None
    if rule.has_property_management is not None and rule.has_property_management != place.has_property_management:
        return None
    if rule.area_id is not None and rule.area_id not in place.path:
        return None
    distance = _ANYWHERE if rule.area_id is None else len(place.path) - 1 - place.path.index(rule.area_id)
    return rule.priority, distance, depth, _WIDTH[rule.time]


def _holds_at(rule: Rule, matter: Matter) -> bool:
    by_clock = rule.time in (Time.ANY, matter.time) or (rule.time is Time.OFF_HOURS and matter.time is Time.NIGHT)
    if matter.at is None:
        return by_clock
    begun = rule.valid_from is None or rule.valid_from <= matter.at
    return by_clock and begun and (rule.valid_until is None or rule.valid_until > matter.at)


def _inputs(place: Place, matter: Matter) -> dict[str, object]:
    return {
        "place": place.name,
        "category": matter.category,
        "has_property_management": place.has_property_management,
        "kind": matter.kind,
        "time": matter.time.value,
    }


def _group_of(rule: Rule, eligible: Sequence[Group]) -> Group | None:
    if rule.group_id is not None:
        return next((group for group in eligible if group.id == rule.group_id), None)
    able = [group for group in eligible if rule.mandate in group.mandate and group.distance is not None]
    return min(able, key=lambda group: (group.distance, str(group.id)), default=None)


def _because_of_rule(rule: Rule, place: Place, category_label: str, group: Group) -> str:
    because = {False: "没有物业管理", True: "有物业管理", None: "按规则"}[rule.has_property_management]
    return f"{place.name}{because}, “{category_label}”由{group.name}承办"


def _others(
    chosen: Group | None, coverage: Sequence[Coverage], groups: Sequence[Group], passed_over: frozenset[UUID]
) -> tuple[Candidate, ...]:
    covering = {row.group_id for row in coverage}
    return tuple(
        Candidate(group.id, group.name, _why_not(group, passed_over))
        for group in groups
        if group.id in covering and (chosen is None or group.id != chosen.id)
    )


def _why_not(group: Group, passed_over: frozenset[UUID]) -> str:
    if not group.active:
        return "not_active"
    return "returned_it" if group.id in passed_over else "rule_comes_first"
