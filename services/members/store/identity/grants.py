"""Rows of grants: the chassis' table, as every service has it, and beside it where each grant comes from."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, MetaData, Select, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.auth import end_grant, write_grant
from chassis.transaction import Transaction
from services.members.domain.identity.grant import RoleGrant, Scope, ScopeKind, Source
from services.members.domain.period import Period
from services.members.store import rows
from services.members.store.identity.tables import grant_sources

# The chassis owns this table and writes it; here it is only read.
grants = Table(
    "grants",
    MetaData(),
    Column("grant_id", Uuid, primary_key=True),
    Column("subject_id", Uuid),
    Column("role", Text),
    Column("scope_kind", Text),
    Column("scope_id", Uuid),
    Column("scope_path", ARRAY(Uuid)),
    Column("valid_from", DateTime(timezone=True)),
    Column("valid_until", DateTime(timezone=True)),
)


def chosen() -> Select[Any]:
    return select(grants, grant_sources).join(grant_sources, grant_sources.c.grant_id == grants.c.grant_id)


async def load(tx: Transaction, grant_id: UUID) -> RoleGrant:
    locked = chosen().where(grants.c.grant_id == grant_id).with_for_update(of=grant_sources)
    found = (await tx.execute(locked)).one_or_none()
    if found is None:
        raise rows.not_found()
    return grant_of(found)


async def in_force_from(tx: Transaction, source_id: UUID, at: datetime) -> list[RoleGrant]:
    """What a post holding or a membership gave and still gives."""
    lasting = grants.c.valid_until.is_(None) | (grants.c.valid_until > at)
    found = await tx.execute(chosen().where(grant_sources.c.source_id == source_id, lasting))
    return [grant_of(row) for row in found]


async def in_scopes(tx: Transaction, scope_ids: Collection[UUID], at: datetime) -> list[RoleGrant]:
    """Grants in force whose scope is one of these areas or organisations."""
    lasting = grants.c.valid_until.is_(None) | (grants.c.valid_until > at)
    found = await tx.execute(chosen().where(grants.c.scope_id.in_(scope_ids), lasting).order_by(grants.c.grant_id))
    return [grant_of(row) for row in found]


async def give(tx: Transaction, grant: RoleGrant) -> None:
    await write(tx, grant)
    source = {
        "grant_id": grant.id,
        "source": grant.source,
        "source_id": grant.source_id,
        "given_by": grant.given_by,
        "reason": grant.reason,
    }
    await rows.put(tx, grant_sources, [source])


async def write(tx: Transaction, grant: RoleGrant) -> None:
    """Write the grant's row, new or with another path."""
    await write_grant(
        tx,
        grant_id=grant.id,
        subject_id=grant.subject_id,
        role=grant.role,
        scope_kind=grant.scope.kind,
        scope_id=grant.scope.id,
        scope_path=grant.scope.path,
        valid_from=grant.during.start,
        valid_until=grant.during.end,
    )


async def end(tx: Transaction, grant: RoleGrant) -> None:
    assert grant.during.end is not None
    await end_grant(tx, grant.id, grant.during.end)


def with_path(grant: RoleGrant, path: Sequence[UUID]) -> RoleGrant:
    return replace(grant, scope=replace(grant.scope, path=tuple(path)))


def grant_of(row: Any) -> RoleGrant:
    return RoleGrant(
        id=row.grant_id,
        subject_id=row.subject_id,
        role=row.role,
        scope=Scope(kind=ScopeKind(row.scope_kind), id=row.scope_id, path=tuple(row.scope_path), area_path=()),
        during=Period(row.valid_from, row.valid_until),
        source=Source(row.source),
        source_id=row.source_id,
        given_by=row.given_by,
        reason=row.reason,
    )
