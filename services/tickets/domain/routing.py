"""Which women's group takes a ticket, and the sentence that says why. Rules first, then members' coverage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

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


@dataclass(frozen=True, slots=True)
class Coverage:
    """A group takes a category in an area; rank orders those who share it."""

    group_id: UUID
    area_id: UUID
    category: str
    rank: int
    distance: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the active set: when the place and the category fit, the group with the mandate takes it."""

    id: str
    version: int
    priority: int
    categories: frozenset[str]
    has_property_management: bool | None
    mandate: str


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


def choose(
    place: Place,
    category: str,
    category_label: str,
    *,
    rules: Sequence[Rule],
    coverage: Sequence[Coverage],
    groups: Sequence[Group],
    passed_over: frozenset[UUID] = frozenset(),
) -> Choice:
    """The first rule that fits and finds its group, else the nearest coverage, else nobody: the operator's desk."""
    inputs = {"place": place.name, "category": category, "has_property_management": place.has_property_management}
    eligible = [group for group in groups if group.active and group.id not in passed_over]
    for rule in sorted(rules, key=lambda rule: rule.priority):
        group = _group_of(rule, place, category, eligible)
        if group is not None:
            sentence = _because_of_rule(rule, place, category_label, group)
            others = _others(group, coverage, groups, passed_over)
            return Choice(group, rule.id, rule.version, sentence, others, inputs)
    for row in sorted(coverage, key=lambda row: (row.distance, row.category == ANY_CATEGORY, row.rank)):
        group = next((group for group in eligible if group.id == row.group_id), None)
        if group is not None:
            sentence = f"{group.name}负责{place.name}的“{category_label}”"
            others = _others(group, coverage, groups, passed_over)
            return Choice(group, "coverage", 1, sentence, others, {**inputs, "area_id": str(row.area_id)})
    others = _others(None, coverage, groups, passed_over)
    return Choice(None, "none", 1, f"{place.name}的“{category_label}”还没有小组负责, 由受理员分派", others, inputs)


def _group_of(rule: Rule, place: Place, category: str, eligible: Sequence[Group]) -> Group | None:
    if category not in rule.categories:
        return None
    if rule.has_property_management is not None and rule.has_property_management != place.has_property_management:
        return None
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
