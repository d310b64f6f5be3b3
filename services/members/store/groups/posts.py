"""Rows of posts and of who holds them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.transaction import Transaction
from services.members.domain.groups.organization import Classification
from services.members.domain.groups.post import EXECUTIVES, Holding, Post, PostRole
from services.members.domain.period import Period
from services.members.store import rows
from services.members.store.groups.tables import organizations, post_holdings, posts


async def load(tx: Transaction, post_id: UUID, *, lock: bool = False) -> Post:
    statement = select(posts).where(posts.c.id == post_id)
    found = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if found is None:
        raise rows.not_found()
    return post_of(found)


async def save(tx: Transaction, post: Post) -> Post:
    values = {
        "id": post.id,
        "organization_id": post.organization_id,
        "area_id": post.area_id,
        "role": post.role,
        "title": post.title,
        "seats": post.seats,
    }
    return replace(post, revision=await rows.write(tx, posts, values, post.revision))


async def of_organization(tx: Transaction, organization_id: UUID) -> list[Post]:
    chosen = select(posts).where(posts.c.organization_id == organization_id).order_by(posts.c.id)
    return [post_of(row) for row in await tx.execute(chosen)]


async def load_holding(tx: Transaction, post_id: UUID, holding_id: UUID, *, lock: bool = False) -> Holding:
    chosen = select(post_holdings).where(post_holdings.c.id == holding_id, post_holdings.c.post_id == post_id)
    found = (await tx.execute(chosen.with_for_update() if lock else chosen)).one_or_none()
    if found is None:
        raise rows.not_found()
    return holding_of(found)


async def holdings_of(tx: Transaction, post_ids: Sequence[UUID]) -> list[Holding]:
    chosen = select(post_holdings).where(post_holdings.c.post_id.in_(post_ids)).order_by(post_holdings.c.id)
    return [holding_of(row) for row in await tx.execute(chosen)]


async def executive_periods(tx: Transaction, person_id: UUID, area_path: Sequence[UUID]) -> list[Period]:
    """When she holds an executive post in a federation body at one of these areas."""
    joined = post_holdings.join(posts, posts.c.id == post_holdings.c.post_id).join(
        organizations, organizations.c.id == posts.c.organization_id
    )
    chosen = (
        select(post_holdings.c.during)
        .select_from(joined)
        .where(
            post_holdings.c.person_id == person_id,
            posts.c.role.in_(EXECUTIVES),
            organizations.c.classification == Classification.FEDERATION,
            organizations.c.area_id.in_(area_path),
        )
    )
    return [rows.as_period(during) for during in (await tx.execute(chosen)).scalars()]


async def save_holding(tx: Transaction, holding: Holding) -> Holding:
    values = {
        "id": holding.id,
        "post_id": holding.post_id,
        "person_id": holding.person_id,
        "community_id": holding.community_id,
        "during": rows.as_range(holding.during),
    }
    return replace(holding, revision=await rows.write(tx, post_holdings, values, holding.revision))


def post_of(row: Any) -> Post:
    return Post(
        id=row.id,
        organization_id=row.organization_id,
        area_id=row.area_id,
        role=PostRole(row.role),
        title=row.title,
        seats=row.seats,
        revision=row.revision,
    )


def holding_of(row: Any) -> Holding:
    return Holding(
        id=row.id,
        post_id=row.post_id,
        person_id=row.person_id,
        community_id=row.community_id,
        during=rows.as_period(row.during),
        revision=row.revision,
    )
