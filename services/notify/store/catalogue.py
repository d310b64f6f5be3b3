"""Rules and templates as a process knows them; the sender, the provider and the switch.

A process keeps rules and templates in memory, and notices by a stamp that somebody has changed them.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.auth import Scopes
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.rule import Rule
from services.notify.domain.template import Template
from services.notify.domain.template_version import State
from services.notify.store import rules, templates
from services.notify.store.tables import catalogue_stamp, groups, places, switches, template_versions
from services.notify.store.tables import rules as rule_table
from services.notify.store.tables import templates as head

_STATE = "catalogue"
LOOK_AGAIN_SECONDS: Final = 1.0


@dataclass(slots=True)
class Catalogue:
    """What this process knows of rules and templates, and since when."""

    rules: dict[str, list[Rule]]
    settles: dict[str, frozenset[str]]
    live: dict[str, Template]
    versions: dict[tuple[str, int], Template]
    stamp: int
    looked_at: float

    @classmethod
    async def of(cls, tx: Transaction, needed: Iterable[tuple[str, int]] = ()) -> "Catalogue":
        """The catalogue. Changes are looked for once a second, and at once where a needed version is missing."""
        known: Catalogue | None = tx.service.state.get(_STATE)
        if known is not None and known.fresh and known.versions.keys() >= set(needed):
            return known
        stamp = (await tx.execute(select(catalogue_stamp.c.stamp))).scalar_one()
        if known is None or known.stamp != stamp:
            known = tx.service.state[_STATE] = await _read(tx, stamp)
        known.looked_at = time.monotonic()
        return known

    @property
    def fresh(self) -> bool:
        return time.monotonic() - self.looked_at < LOOK_AGAIN_SECONDS


def forget(tx: Transaction) -> None:
    """Something was changed here: look again at the next use."""
    tx.service.state.pop(_STATE, None)


async def _read(tx: Transaction, stamp: int) -> Catalogue:
    by_event: dict[str, list[Rule]] = {}
    for rule in await rules.enabled(tx):
        by_event.setdefault(rule.event, []).append(rule)
    known = await templates.all_of(tx)
    live = {template.name: template for template, state in known if state is State.LIVE}
    versions = {(template.name, template.version): template for template, _ in known}
    settles = _settled_by(chain.from_iterable(by_event.values()))
    return Catalogue(by_event, settles, live, versions, stamp, time.monotonic())


async def shown_templates(tx: Transaction, scopes: Scopes) -> list[dict[str, Any]]:
    """Every template a reader may see, with the words that are live, and how many versions it has."""
    v = template_versions
    many = select(v.c.name, func.count().label("versions")).group_by(v.c.name).subquery()
    live = and_(v.c.name == head.c.name, v.c.state == State.LIVE)
    own = (v.c.version.label("live"), v.c.bodies, v.c.subjects, many.c.versions)
    statement = select(*head.c, *own).select_from(head).outerjoin(v, live).join(many, many.c.name == head.c.name)
    statement = statement.where(_seen(scopes)).order_by(head.c.name)
    return [dict(row._mapping) for row in await tx.execute(statement)]


async def shown_versions(tx: Transaction, scopes: Scopes, template_id: UUID) -> list[dict[str, Any]]:
    """Every version of one template, newest first."""
    v = template_versions
    statement = select(*v.c).join_from(head, v, v.c.name == head.c.name).where(head.c.id == template_id, _seen(scopes))
    found = [dict(row._mapping) for row in await tx.execute(statement.order_by(v.c.version.desc()))]
    if not found:
        raise Refused("template_unknown", status=404)
    return found


async def shown_rules(tx: Transaction) -> list[dict[str, Any]]:
    """Every version of every rule."""
    found = await tx.execute(select(rule_table).order_by(rule_table.c.event, rule_table.c.name, rule_table.c.version))
    return [dict(row._mapping) for row in found]


def _seen(scopes: Scopes) -> ColumnElement[bool]:
    """Common templates, and those of the organisations and communities in the reader's grants."""
    inside = select(places.c.area_id).where(places.c.path.overlap(scopes.areas))
    groups_inside = select(groups.c.group_id).where(groups.c.area_id.in_(inside))
    owner = head.c.organization_id
    named = owner.in_([*scopes.areas, *scopes.organizations])
    return or_(owner.is_(None), named, owner.in_(inside), owner.in_(groups_inside))


def _settled_by(known: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """Which questions, by purpose, each event settles."""
    settles: dict[str, set[str]] = {}
    for question in (rule.question for rule in known if rule.question is not None):
        for event in question.withdraw_on:
            settles.setdefault(event, set()).add(question.purpose)
    return {event: frozenset(purposes) for event, purposes in settles.items()}


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
