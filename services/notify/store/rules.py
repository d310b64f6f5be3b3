"""Rules: rows <-> domain objects. One version of a rule is in effect; which, a person says, or the seeds."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.auth import Scopes
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.digest import Digest
from services.notify.domain.prompt import Option
from services.notify.domain.rule import Audience, Condition, Question, Rule, Step
from services.notify.store import rows
from services.notify.store.tables import messages, notifications, places, rules


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """One version of a rule, who wrote it, and whether it is the one in effect."""

    id: UUID
    rule: Rule
    author: UUID | None
    switched_by: UUID | None
    created_at: datetime
    enabled: bool
    revision: int

    @property
    def state(self) -> str:
        return "enabled" if self.enabled else "disabled"


async def enabled(tx: Transaction) -> list[Rule]:
    """The rules in effect."""
    found = await tx.execute(select(rules.c.body).where(rules.c.enabled).order_by(rules.c.name))
    return [_rule(row.body) for row in found]


async def lock(tx: Transaction, rule_id: UUID) -> RuleVersion:
    row = (await tx.execute(select(rules).where(rules.c.id == rule_id).with_for_update())).one_or_none()
    if row is None:
        raise Refused("rule_unknown", status=404)
    return _version(row)


async def load(tx: Transaction, rule_id: UUID) -> RuleVersion:
    row = (await tx.execute(select(rules).where(rules.c.id == rule_id))).one_or_none()
    if row is None:
        raise Refused("rule_unknown", status=404)
    return _version(row)


async def newest_version(tx: Transaction, name: str) -> int:
    """The highest number any version of this rule has; 0 for none."""
    return (await tx.execute(select(func.max(rules.c.version)).where(rules.c.name == name))).scalar_one() or 0


async def add(tx: Transaction, rule: Rule) -> RuleVersion:
    """A new version, not yet in effect."""
    version = RuleVersion(
        id=tx.new_id(),
        rule=rule,
        author=tx.actor.person_id,
        switched_by=None,
        created_at=tx.now,
        enabled=False,
        revision=1,
    )
    values = {k: v for k, v in rows.values(version).items() if k != "rule"}
    named = {"name": rule.name, "version": rule.version, "event": rule.event, "body": asdict(rule)}
    await tx.execute(insert(rules).values(values | named))
    return version


async def switch(tx: Transaction, version: RuleVersion, *, on: bool) -> RuleVersion:
    """Put one version in effect in place of any other of its name, or take it out of effect."""
    if on:
        others = (rules.c.name == version.rule.name, rules.c.enabled)
        await tx.execute(update(rules).where(*others).values(enabled=False))
    saved = replace(version, enabled=on, switched_by=tx.actor.person_id, revision=version.revision + 1)
    changes = {"enabled": on, "switched_by": saved.switched_by, "revision": saved.revision}
    await tx.execute(update(rules).where(rules.c.id == saved.id).values(changes))
    return saved


async def names_of_template(tx: Transaction, template: str) -> list[str]:
    """The rules in effect that send this template."""
    return sorted(rule.name for rule in await enabled(tx) if rule.template == template)


def _seen(scopes: Scopes) -> ColumnElement[bool]:
    """Events of the communities in the reader's areas, and those of no community."""
    community = notifications.c.community_id
    inside = select(places.c.area_id).where(places.c.path.overlap(scopes.areas))
    return or_(community.is_(None), community.in_(scopes.areas), community.in_(inside))


async def past_event(tx: Transaction, scopes: Scopes, event_id: UUID) -> Row[Any]:
    """Type, facts and community of an event of which somebody was told; 404 outside the reader's areas."""
    statement = (
        select(notifications.c.event_type, messages.c.facts, notifications.c.community_id)
        .join_from(notifications, messages, messages.c.notification_id == notifications.c.id)
        .where(notifications.c.event_id == event_id, _seen(scopes))
    )
    row = (await tx.execute(statement.limit(1))).one_or_none()
    if row is None:
        raise Refused("event_unknown", status=404)
    return row


async def seed(tx: Transaction, seeded: Sequence[Rule]) -> None:
    """Put the seeded rules in place, but those that a person has rewritten or switched.

    One that is no longer seeded is switched off, never deleted.
    """
    touched = select(rules.c.name).where(or_(rules.c.author.is_not(None), rules.c.switched_by.is_not(None)))
    own = set((await tx.execute(touched)).scalars())
    gone = rules.c.name.not_in(own | {rule.name for rule in seeded})
    await tx.execute(update(rules).where(gone, rules.c.enabled).values(enabled=False))
    for rule in seeded:
        if rule.name not in own:
            await tx.execute(_seeding(rule, tx))


def _seeding(rule: Rule, tx: Transaction) -> Any:
    values = {"event": rule.event, "body": asdict(rule), "enabled": True}
    fixed = {"id": tx.new_id(), "name": rule.name, "version": rule.version, "created_at": tx.now, "revision": 1}
    statement = upsert(rules).values(values | fixed)
    return statement.on_conflict_do_update(index_elements=["name", "version"], set_=values)


def _version(row: Row[Any]) -> RuleVersion:
    return RuleVersion(
        id=row.id,
        rule=_rule(row.body),
        author=row.author,
        switched_by=row.switched_by,
        created_at=row.created_at,
        enabled=row.enabled,
        revision=row.revision,
    )


def _rule(body: dict[str, Any]) -> Rule:
    question = body["question"]
    return Rule(
        **{
            **body,
            "when": tuple(Condition(**c) for c in body["when"]),
            "audience": Audience(**body["audience"]),
            "fallback": Audience(**body["fallback"]) if body["fallback"] else None,
            "question": _question(question) if question else None,
            "channels": tuple(Step(**step) for step in body["channels"]),
            "withdraw_on": tuple(body["withdraw_on"]),
            "digest": Digest(**body["digest"]) if body.get("digest") else None,
        }
    )


def _question(body: dict[str, Any]) -> Question:
    options = tuple(Option(**{**o, "words": tuple(o["words"])}) for o in body["options"])
    return Question(**{**body, "options": options, "withdraw_on": tuple(body["withdraw_on"])})
