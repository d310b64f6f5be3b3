"""The routing rules a community has made for itself: whole sets, each with a version; none is ever changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text

from chassis.transaction import Transaction
from services.tickets.domain.routing import Rule, Time
from services.tickets.store.tables import routing_sets

_LOCK = text("SELECT 1 FROM communities WHERE id = :id FOR UPDATE")


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version. Its event speaks of it under the community's id."""

    community_id: UUID
    version: int
    effective_from: datetime
    rules: tuple[Rule, ...]

    @property
    def id(self) -> UUID:
        return self.community_id

    @property
    def revision(self) -> int:
        return self.version

    @property
    def correlation(self) -> UUID:
        return self.community_id


async def all_sets(tx: Transaction) -> list[RuleSet]:
    """Every version of every community, the newest first."""
    rows = await tx.execute(select(routing_sets).order_by(routing_sets.c.community_id, routing_sets.c.version.desc()))
    return [
        RuleSet(row.community_id, row.version, row.effective_from, rules_from(row.rules, row.version)) for row in rows
    ]


async def next_version(tx: Transaction, community_id: UUID) -> int:
    """One new set at a time in a community."""
    await tx.execute(_LOCK, {"id": community_id})
    newest = select(func.max(routing_sets.c.version)).where(routing_sets.c.community_id == community_id)
    return ((await tx.execute(newest)).scalar() or 1) + 1


async def add(tx: Transaction, made: RuleSet, rules: Sequence[dict[str, Any]]) -> None:
    await tx.execute(
        insert(routing_sets).values(
            community_id=made.community_id,
            version=made.version,
            rules=list(rules),
            effective_from=made.effective_from,
            made_by=tx.actor.person_id,
            made_at=tx.now,
        )
    )


def rules_from(rows: Sequence[dict[str, Any]], version: int) -> tuple[Rule, ...]:
    return tuple(_rule(row, version) for row in rows)


def _rule(row: dict[str, Any], version: int) -> Rule:
    return Rule(
        id=row["id"],
        version=version,
        priority=row["priority"],
        categories=frozenset(row["categories"]),
        has_property_management=row["has_property_management"],
        mandate=row["mandate"],
        kinds=frozenset(row["kinds"]),
        area_id=_id(row["area_id"]),
        time=Time(row["time"]),
        group_id=_id(row["group_id"]),
        cohandlers=tuple(UUID(each) for each in row["cohandlers"]),
        class_code=row["class"],
        valid_from=_moment(row["valid_from"]),
        valid_until=_moment(row["valid_until"]),
    )


def _id(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
