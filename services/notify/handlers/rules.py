"""Rules as people write them: a new version is a row; one version is in effect, and what it would do can be tried."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from chassis.audit import record_act
from chassis.reader import Reader
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain import placeholders, robot
from services.notify.domain.decision import Decision, Verdict
from services.notify.domain.message import ROBOT
from services.notify.domain.rule import Rule, check
from services.notify.domain.rule_row import of_row
from services.notify.domain.template import CHINESE, Template
from services.notify.handlers import deciding, planning
from services.notify.handlers.drafting import Recipient
from services.notify.store import catalogue, rules
from services.notify.store.catalogue import Catalogue
from services.notify.store.rules import RuleVersion


@dataclass(frozen=True, slots=True)
class Which:
    """One version of a rule, as the person saw it."""

    rule_id: UUID
    expected: int | None


@dataclass(frozen=True, slots=True)
class Past:
    """A past event as far as it is known here: the declared fields that rules and texts may use."""

    type: str
    facts: Mapping[str, Any]
    community_id: UUID | None


@dataclass(frozen=True, slots=True)
class Would:
    """What a rule would do for one person."""

    rule: Rule
    template: Template
    person_id: UUID | None
    challenge_id: UUID | None
    decision: Decision
    text: str


async def create(row: Mapping[str, Any], tx: Transaction) -> RuleVersion:
    """The next version of a rule, or a rule of a new name; not in effect until it is enabled."""
    newest = await rules.newest_version(tx, str(row.get("name", "")))
    rule = of_row(row, newest + 1)
    await _check(rule, tx)
    made = await rules.add(tx, rule)
    await record_act(tx, action="rule_written", subject=made.id)
    return made


async def switch(which: Which, tx: Transaction, *, on: bool) -> RuleVersion:
    """Put a version in effect in place of any other of its name, or take it out of effect."""
    version = await rules.lock(tx, which.rule_id)
    if which.expected != version.revision:
        raise Refused("stale", status=412, revision=version.revision)
    if version.enabled is on:
        raise Refused("cannot_enable_when_enabled" if on else "cannot_disable_when_disabled")
    if on:
        await _check(version.rule, tx)
    saved = await rules.switch(tx, version, on=on)
    catalogue.forget(tx)
    await record_act(tx, action="rule_enabled" if on else "rule_disabled", subject=saved.id, fields=["state"])
    return saved


async def dry_run(rule_id: UUID, event: Past | UUID, tx: Transaction) -> list[Would]:
    """What one version would send for a past event, to whom; it changes nothing."""
    version = await rules.load(tx, rule_id)
    past = _declared(event, tx) if isinstance(event, Past) else await _past(event, tx)
    rule = replace(version.rule, enabled=True)
    if past.type != rule.event:
        raise Refused("event_of_another_rule", status=422, detail=past.type)
    if not rule.applies(past.facts):
        return []
    template = (await Catalogue.of(tx)).live.get(rule.template)
    if template is None:
        raise Refused("rule_template_unknown", status=422, detail=rule.template)
    found = await planning.audience(rule, past.facts, past.community_id, tx)
    return [await _would(rule, template, recipient, past, tx) for recipient in found]


async def _would(rule: Rule, template: Template, recipient: Recipient, past: Past, tx: Transaction) -> Would:
    nobody = recipient == Recipient()
    decided = Decision(Verdict.SUPPRESS, "no_recipient")
    if not nobody:
        decided = await deciding.first(template, recipient.person_id, past.facts, tx)
    return Would(rule, template, recipient.person_id, recipient.challenge_id, decided, _words(template, past.facts))


def _words(template: Template, facts: Mapping[str, Any]) -> str:
    """The text with what the event says; what is asked for only when it is sent stands as it is written."""
    body = template.bodies[CHINESE]
    shown = {name: f"(({name}))" for name in placeholders.fields(body)}
    shown |= {name: str(facts[name]) for name in shown if facts.get(name)}
    return template.finished(placeholders.rendered(body, shown), CHINESE)


def _declared(event: Past, tx: Transaction) -> Past:
    """An event as somebody describes it, with the fields that its reader declares and no others."""
    model = _reader(event.type, tx)
    try:
        read = model.model_validate(event.facts)
    except ValidationError as error:
        raise Refused("event_malformed", status=422, detail=str(error.errors()[0]["loc"])) from None
    return replace(event, facts=read.model_dump(mode="json", exclude_none=True))


async def _past(event_id: UUID, tx: Transaction) -> Past:
    """An event that some rule has told somebody of: its facts stand in the messages."""
    found = await rules.past_event(tx, tx.actor.scopes("notify.rules.read"), event_id)
    return Past(found.event_type, found.facts, found.community_id)


async def _check(rule: Rule, tx: Transaction) -> None:
    if rule.event.startswith("notify."):
        raise Refused("rule_on_own_event", status=422, detail=rule.event)
    live = (await Catalogue.of(tx)).live
    check(rule, set(_reader(rule.event, tx).model_fields), set(live))
    if rule.audience.kind == ROBOT:
        robot.check(live[rule.template])


def _reader(event: str, tx: Transaction) -> type[Reader]:
    """What of an event is read here: a new event type is a reader, never a rule alone."""
    models = {read.model.of: read.model for read in tx.service.definition.reads}
    if event not in models:
        raise Refused("rule_event_unknown", status=422, detail=event)
    return models[event]
