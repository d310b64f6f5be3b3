"""Commands about posts: made, filled, ended; the role that goes with a post comes and goes with it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.groups import post as rules
from services.members.domain.groups.membership import check_leader
from services.members.domain.groups.post import GIVES, Holding, Post, PostRole
from services.members.domain.identity.grant import ScopeKind, Source
from services.members.domain.period import period
from services.members.handlers.groups.organizations import editable
from services.members.handlers.identity import grants
from services.members.handlers.identity.grants import Due
from services.members.store.groups import memberships, organizations, posts
from services.members.store.people import people
from services.members.store.places import areas


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePost:
    organization_id: UUID
    role: PostRole
    title: str
    area_id: UUID | None
    seats: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FillPost:
    post_id: UUID
    person_id: UUID
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndHolding:
    post_id: UUID
    holding_id: UUID


async def make_post(command: MakePost, tx: Transaction) -> Post:
    """A new post of an organisation, at its area or at one inside it."""
    organization, area = await editable(command.organization_id, tx)
    at = await areas.load(tx, command.area_id) if command.area_id else area
    if area.id not in at.path:
        error = {"pointer": "/area_id", "code": "outside", "detail": "lies outside the organisation's area"}
        raise Refused("area_outside", status=422, errors=[error])
    post = Post(
        id=tx.new_id(),
        organization_id=organization.id,
        area_id=at.id,
        role=command.role,
        title=command.title,
        seats=command.seats,
    )
    return await posts.save(tx, post)


async def fill_post(command: FillPost, tx: Transaction) -> Holding:
    """Somebody holds the post from now on, or from another day."""
    person = await people.load(tx, command.person_id, lock=True)
    post = await posts.load(tx, command.post_id, lock=True)
    organization, _ = await editable(post.organization_id, tx)
    during = period(command.start or tx.now, command.end)
    rules.check_seats(post, during, await posts.holdings_of(tx, [post.id]))
    holding = Holding(
        id=tx.new_id(),
        post_id=post.id,
        person_id=person.id,
        community_id=organization.community_id,
        during=during,
    )
    saved = await posts.save_holding(tx, holding)
    if role := GIVES.get(post.role):
        await grants.give_due(
            Due(
                subject_id=person.id,
                role=role,
                scope_kind=ScopeKind.AREA,
                scope_id=post.area_id,
                during=during,
                source=Source.POST,
                source_id=saved.id,
            ),
            tx,
        )
    return saved


async def end_holding(command: EndHolding, tx: Transaction) -> Holding:
    """She holds the post no longer. A group that she leads by it must have another leader first."""
    seen = await posts.load_holding(tx, command.post_id, command.holding_id)
    await people.load(tx, seen.person_id, lock=True)
    post = await posts.load(tx, command.post_id, lock=True)
    await editable(post.organization_id, tx)
    holding = await posts.load_holding(tx, post.id, command.holding_id, lock=True)
    saved = await posts.save_holding(tx, holding.ended(tx.now))
    await check_groups_led_by(holding.person_id, tx)
    await grants.end_due(holding.id, tx)
    return saved


async def check_groups_led_by(person_id: UUID, tx: Transaction) -> None:
    """Everything she leads she still may lead."""
    for led in await memberships.led_by(tx, person_id):
        group = await organizations.load(tx, led.organization_id)
        area = await areas.load(tx, group.area_id)
        check_leader(group, led.during, await posts.executive_periods(tx, person_id, area.path))
