"""Rules, templates, the sender and the provider: rows that only a migration or an operator changes.

A process reads rules and templates once; what an operator can change is read where it is used.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.transaction import Transaction
from services.notify.domain.prompt import Option
from services.notify.domain.rule import Audience, Condition, Question, Rule
from services.notify.domain.template import Template
from services.notify.store.tables import providers, rules, senders, switches, templates

_STATE = "catalogue"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What this process knows of rules and templates."""

    rules: dict[str, list[Rule]]
    settles: dict[str, frozenset[str]]
    live: dict[str, Template]
    versions: dict[tuple[str, int], Template]

    @classmethod
    async def of(cls, tx: Transaction) -> "Catalogue":
        """The catalogue, read at the first use."""
        known = tx.service.state.get(_STATE)
        if known is None:
            known = tx.service.state[_STATE] = await _read(tx)
        return known


async def _read(tx: Transaction) -> Catalogue:
    by_event: dict[str, list[Rule]] = {}
    for row in await tx.execute(select(rules).where(rules.c.enabled).order_by(rules.c.name, rules.c.version)):
        by_event.setdefault(row.event, []).append(_rule(row.body))
    live, versions = {}, {}
    for row in await tx.execute(select(templates)):
        template = Template(row.name, row.version, row.message_class, row.topic, row.body, row.provider_code)
        versions[row.name, row.version] = template
        if row.live:
            live[row.name] = template
    return Catalogue(by_event, _settled_by(chain.from_iterable(by_event.values())), live, versions)


def _settled_by(known: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """Which questions, by purpose, each event settles."""
    settles: dict[str, set[str]] = {}
    for question in (rule.question for rule in known if rule.question is not None):
        for event in question.withdraw_on:
            settles.setdefault(event, set()).add(question.purpose)
    return {event: frozenset(purposes) for event, purposes in settles.items()}


async def write_rules(tx: Transaction, seeded: Sequence[Rule]) -> None:
    """Put the seeded rules in place; one that is no longer seeded is switched off, never deleted."""
    await tx.execute(update(rules).values(enabled=False))
    for rule in seeded:
        values = {
            "name": rule.name,
            "version": rule.version,
            "event": rule.event,
            "body": asdict(rule),
            "enabled": True,
        }
        statement = upsert(rules).values(values)
        await tx.execute(statement.on_conflict_do_update(index_elements=["name", "version"], set_=values))


async def write_templates(tx: Transaction, seeded: Sequence[Template]) -> None:
    """Make the seeded texts the live ones. A text that differs from its last version becomes the next version."""
    for template in seeded:
        newest = (
            await tx.execute(
                select(templates).where(templates.c.name == template.name).order_by(templates.c.version.desc()).limit(1)
            )
        ).one_or_none()
        if newest is not None and newest.body == template.body:
            continue
        await tx.execute(update(templates).where(templates.c.name == template.name).values(live=False))
        version = newest.version + 1 if newest is not None else template.version
        row = asdict(replace(template, version=version)) | {"filed_text": template.filed_text, "live": True}
        await tx.execute(upsert(templates).values(row))


async def write_sender(tx: Transaction, base_number: str, signature: str, ext_width: int) -> None:
    values = {"base_number": base_number, "signature": signature, "ext_width": ext_width}
    statement = upsert(senders).values(values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["base_number"], set_=values))


async def write_provider(tx: Transaction, provider: str, base_url: str, in_flight: int) -> None:
    values = {"kind": provider, "base_url": base_url, "in_flight": in_flight}
    statement = upsert(providers).values({"id": provider, "left_out_for": "", **values})
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


async def left_out_until(tx: Transaction, provider: str) -> datetime | None:
    """Until when nothing is given to this provider."""
    statement = select(providers.c.left_out_until).where(providers.c.id == provider)
    return (await tx.execute(statement)).scalar_one_or_none()


async def leave_out(tx: Transaction, provider: str, until: datetime, why: str) -> None:
    """Give a provider a rest after it said that it takes nothing now."""
    statement = update(providers).where(providers.c.id == provider).values(left_out_until=until, left_out_for=why)
    await tx.execute(statement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """The kill switch of one class of messages."""

    id: UUID
    message_class: str
    stopped: bool
    reason: str
    by: str
    at: datetime
    revision: int

    @property
    def state(self) -> str:
        return "stopped" if self.stopped else "on"


async def stopped_classes(tx: Transaction) -> frozenset[str]:
    """Classes of which nothing goes out."""
    statement = select(switches.c.message_class).where(switches.c.stopped)
    return frozenset((await tx.execute(statement)).scalars())


async def turn_switch(tx: Transaction, message_class: str, *, stopped: bool, reason: str) -> Switch:
    """Stop a class, or let it go on."""
    what = {"stopped": stopped, "reason": reason, "by": tx.actor.name, "at": tx.now}
    statement = upsert(switches).values({"id": tx.new_id(), "message_class": message_class, "revision": 1, **what})
    statement = statement.on_conflict_do_update(
        index_elements=["message_class"], set_={**what, "revision": switches.c.revision + 1}
    )
    row = (await tx.execute(statement.returning(*switches.c))).one()
    return Switch(**row._mapping)


def _rule(body: dict[str, Any]) -> Rule:
    question = body["question"]
    return Rule(
        **{
            **body,
            "when": tuple(Condition(**c) for c in body["when"]),
            "audience": Audience(**body["audience"]),
            "fallback": Audience(**body["fallback"]) if body["fallback"] else None,
            "question": _question(question) if question else None,
        }
    )


def _question(body: dict[str, Any]) -> Question:
    options = tuple(Option(**{**o, "words": tuple(o["words"])}) for o in body["options"])
    return Question(**{**body, "options": options, "withdraw_on": tuple(body["withdraw_on"])})
