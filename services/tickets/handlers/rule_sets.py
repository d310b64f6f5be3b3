"""A new version of a community's routing rules: checked whole, or nothing of it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.clock import CLASSES
from services.tickets.domain.routing import Rule, ambiguous
from services.tickets.events import RoutingChanged
from services.tickets.store import copies, routing_sets
from services.tickets.store.reference import Reference, changed, load_reference
from services.tickets.store.routing_sets import RuleSet, rules_from

PERMISSION = "tickets.manage_rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeRules:
    community_id: UUID
    rules: Sequence[dict[str, Any]]
    effective_from: datetime | None = None


async def make_rules(command: MakeRules, tx: Transaction) -> RuleSet:
    await check_community(command.community_id, tx)
    version = await routing_sets.next_version(tx, command.community_id)
    rules = rules_from(command.rules, version)
    await check(rules, command.community_id, tx)
    made = RuleSet(command.community_id, version, command.effective_from or tx.now, rules)
    await routing_sets.add(tx, made, command.rules)
    await changed(tx)
    await record_act(tx, action="routing_rules_made", subject=command.community_id, fields=["rules"])
    tx.announce(RoutingChanged(version=version), made)
    return made


async def check_community(community_id: UUID, tx: Transaction) -> None:
    path = await copies.path_of(tx, community_id)
    if path is None or not tx.actor.may(PERMISSION, area_path=path):
        raise Refused("community_unknown", status=404)


async def check(rules: Sequence[Rule], community_id: UUID, tx: Transaction) -> None:
    """All faults at once: what is unknown, and two rules of which nothing says which one comes first."""
    reference = await load_reference(tx)
    errors = [fault for at, rule in enumerate(rules) for fault in _faults(at, rule, reference)]
    for at, rule in enumerate(rules):
        for pointer, group_id in _groups(at, rule):
            row = await copies.group(tx, group_id, (), community_id)
            if row is None or not row.in_community or row.state != "active":
                errors.append({"pointer": pointer, "code": "group_unknown"})
        if rule.area_id is not None and community_id not in (await copies.path_of(tx, rule.area_id) or ()):
            errors.append({"pointer": f"/rules/{at}/area_id", "code": "area_unknown"})
    pairs = ambiguous(rules)
    if pairs:
        raise Refused("rules_ambiguous", status=422, errors=errors, pairs=[list(pair) for pair in pairs])
    if errors:
        raise Refused("rules_invalid", status=422, errors=errors)


def _faults(at: int, rule: Rule, reference: Reference) -> list[dict[str, str]]:
    unknown = [code for code in sorted(rule.categories) if code not in reference.categories]
    faults = [{"pointer": f"/rules/{at}/categories", "code": "category_unknown", "detail": code} for code in unknown]
    if rule.class_code is not None and rule.class_code not in CLASSES:
        faults.append({"pointer": f"/rules/{at}/class", "code": "class_unknown"})
    if (rule.group_id is None) == (not rule.mandate):
        faults.append({"pointer": f"/rules/{at}/group_id", "code": "group_or_mandate"})
    return faults


def _groups(at: int, rule: Rule) -> list[tuple[str, UUID]]:
    named = [(f"/rules/{at}/group_id", rule.group_id)] if rule.group_id else []
    return named + [(f"/rules/{at}/cohandlers/{no}", each) for no, each in enumerate(rule.cohandlers)]
