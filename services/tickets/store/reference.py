"""The references: categories, calendar and routing rules. They change seldom, so a process keeps them, and looks once a
second whether another version stands."""

import csv
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from chassis.transaction import Transaction
from services.tickets.domain import class_table, clock, routing
from services.tickets.domain.calendar import Calendar, DayKind
from services.tickets.domain.category import NEVER_PUBLIC, OTHER, Category
from services.tickets.domain.class_table import ClassTable
from services.tickets.domain.clock import Class, Clocks
from services.tickets.domain.routing import Matter, Rule
from services.tickets.domain.ticket import Step
from services.tickets.store.category_versions import CategoryVersion, all_versions
from services.tickets.store.class_versions import all_tables
from services.tickets.store.routing_sets import RuleSet, all_sets
from services.tickets.store.tables import calendar_days, categories, reference_version, routing_rules

SEEDS = Path(__file__).parent.parent / "seeds"
ZONE = ZoneInfo("Asia/Shanghai")
LOOK_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Reference:
    """`seeded` are the categories as shipped; `categories` holds beside them those that a community has made."""

    seeded: Mapping[str, Category]
    categories: Mapping[str, Category]
    calendar: Calendar
    rules: Sequence[Rule]
    sets: Sequence[RuleSet] = ()
    versions: Sequence[CategoryVersion] = ()
    class_tables: Sequence[ClassTable] = ()

    def rules_of(self, community_id: UUID | None, at: datetime) -> Sequence[Rule]:
        """The one active set of a community: its own newest, else the seeded one."""
        own = (known for known in self.sets if known.community_id == community_id and known.effective_from <= at)
        newest = next(own, None)
        return newest.rules if newest else self.rules

    @property
    def named_groups(self) -> list[UUID]:
        """Groups that stand in a rule by their id."""
        return sorted({rule.group_id for known in self.sets for rule in known.rules if rule.group_id})

    def matter(self, category: str, kind: str, at: datetime) -> Matter:
        """What routing asks of a case that came at this instant."""
        lineage: list[str] = []
        above = self.categories[category].parent if category in self.categories else None
        while above is not None and above not in lineage:
            lineage.append(above)
            above = self.categories[above].parent if above in self.categories else None
        time = routing.time_of(self.calendar, at)
        return Matter(category, self.label(category), tuple(lineage), kind, time, at)

    def classes_of(self, community_id: UUID | None, at: datetime) -> ClassTable:
        """The limits of a community as they stood at this instant."""
        return class_table.in_force(self.class_tables, community_id, at)

    def class_of(self, community_id: UUID | None, code: str, history: Sequence[Step]) -> Class:
        """The limits that hold for the newest round of a case: those in force when it began."""
        return self.classes_of(community_id, clock.round_began(history)).classes[code]

    def clocks(self, community_id: UUID | None, dispatch_limit: timedelta) -> Clocks:
        """How the cases of a community are reckoned."""
        return lambda history, code: clock.readings(
            history, self.calendar, self.class_of(community_id, code, history), dispatch_limit
        )

    def label(self, category: str, community_id: UUID | None = None, at: datetime | None = None) -> str:
        """What a category is called; in a community that has renamed it, by the name it has there."""
        known = self.category(category, community_id, at) if at is not None else self.categories.get(category)
        return known.label if known is not None else category

    def category(self, code: str, community_id: UUID | None, at: datetime) -> Category | None:
        """A category as it stood in a community at this instant; nothing where it is another community's own."""
        in_force = (v for v in self.versions if v.is_of(code, community_id) and v.effective_from <= at)
        newest = next(in_force, None)
        return newest.category if newest is not None else self.seeded.get(code)

    def of_community(self, community_id: UUID | None, at: datetime) -> list[Category]:
        """All categories of a community in their order, the hidden ones among them; `other` last."""
        codes = dict.fromkeys([*self.seeded, *(v.category.code for v in self.versions)])
        found = [known for code in codes if (known := self.category(code, community_id, at)) is not None]
        return sorted(found, key=lambda category: (category.code == OTHER, category.order, category.code))


@dataclass(frozen=True, slots=True)
class Kept:
    """The references as this process holds them, and when it last looked whether they still stand."""

    reference: Reference
    version: UUID | None
    looked_at: float


async def load_reference(tx: Transaction) -> Reference:
    kept: Kept | None = tx.service.state.get("reference")
    now = time.monotonic()
    if kept is not None and now - kept.looked_at < LOOK_AGAIN_SECONDS:
        return kept.reference
    version = (await tx.execute(select(reference_version.c.version))).scalar()
    same = kept is not None and kept.version == version
    reference = kept.reference if kept is not None and same else await _read(tx)
    tx.service.state["reference"] = Kept(reference, version, now)
    return reference


async def changed(tx: Transaction) -> None:
    """Another version of a reference stands from this transaction on; the other processes notice within a second."""
    statement = insert(reference_version).values(one=True, version=func.gen_random_uuid())
    renewed = {"version": statement.excluded.version}
    await tx.execute(statement.on_conflict_do_update(index_elements=["one"], set_=renewed))
    tx.service.state.pop("reference", None)


async def _read(tx: Transaction) -> Reference:
    seeded, versions = await _categories(tx), await all_versions(tx)
    made = {known.category.code: known.category for known in reversed(versions)}
    return Reference(
        seeded, made | seeded, await _calendar(tx), await _rules(tx), await all_sets(tx), versions, await all_tables(tx)
    )


async def _categories(tx: Transaction) -> dict[str, Category]:
    rows = await tx.execute(select(categories).order_by(categories.c.ordinal))
    return {
        row.code: Category(
            code=row.code,
            parent=row.parent,
            label=row.label,
            label_en=row.label_en,
            class_code=row.class_code,
            keywords=tuple(row.keywords),
            order=row.ordinal,
            version=row.version,
            public=row.code not in NEVER_PUBLIC,
        )
        for row in rows
    }


async def _calendar(tx: Transaction) -> Calendar:
    rows = (await tx.execute(select(calendar_days))).all()
    exceptions = {row.day: DayKind(row.kind) for row in rows}
    version = max((row.version for row in rows), default="none")
    return Calendar(ZONE, exceptions, frozenset(day.year for day in exceptions), version)


async def _rules(tx: Transaction) -> list[Rule]:
    """The seeded set, in force where a community has made none."""
    rows = await tx.execute(select(routing_rules).where(routing_rules.c.community_id.is_(None)))
    return [
        Rule(row.id, row.version, row.priority, frozenset(row.categories), row.has_property_management, row.mandate)
        for row in rows
    ]


def seed_rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def put_seed(tx: Transaction, table: Any, row: Mapping[str, Any], unique: Sequence[str]) -> bool:
    """Write a seeded row; whether it is new or has changed."""
    statement = insert(table).values(row)
    changed = {name: statement.excluded[name] for name in row if name not in unique}
    differs = [table.c[name].is_distinct_from(statement.excluded[name]) for name in changed]
    condition = differs[0]
    for other in differs[1:]:
        condition = condition | other
    written = await tx.execute(
        statement.on_conflict_do_update(index_elements=list(unique), set_=changed, where=condition).returning(
            *(table.c[name] for name in unique)
        )
    )
    return written.first() is not None
