"""Robots: a provider that only one chat's address leads to, by a route of its own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from chassis.transaction import Transaction
from services.notify.domain.message import ROBOT
from services.notify.domain.provider import Provider
from services.notify.domain.robot import address
from services.notify.domain.routing import Pair, Route
from services.notify.store import providers
from services.notify.store.providers import Carriers, NumberedSender
from services.notify.store.tables import groups

SENDER = NumberedSender(base_number=ROBOT, signature="", ext_width=0)
WEIGHT = 100


async def speaks_for(tx: Transaction, group_id: UUID) -> bool:
    """Whether a group's chat has a robot."""
    ways = (await Carriers.of(tx)).routes
    return any(route.channel == ROBOT and route.prefix == address(group_id) for route in ways)


async def put(tx: Transaction, group_id: UUID, robot: Provider) -> None:
    """Give a group's chat this robot, in place of any other."""
    await providers.put(tx, robot)
    await providers.put_sender(tx, SENDER)
    known = [r for r in await providers.lock_routes(tx) if r.channel == ROBOT and r.prefix == address(group_id)]
    route_id = known[0].id if known else tx.new_id()
    pair = Pair(provider=robot.id, sender=SENDER.base_number, weight=WEIGHT, resting=WEIGHT)
    await providers.put_route(tx, Route(id=route_id, channel=ROBOT, prefix=address(group_id), pairs=(pair,)))


async def groups_spoken_for(tx: Transaction) -> Sequence[tuple[UUID, str]]:
    """The groups whose chats have a robot, each with its provider's id."""
    ways = (await Carriers.of(tx, fresh=True)).routes
    own = [route for route in ways if route.channel == ROBOT]
    return [(UUID(route.prefix.removeprefix(f"{ROBOT}:")), route.pairs[0].provider) for route in own]


async def area_of(tx: Transaction, group_id: UUID) -> UUID | None:
    """Where a group is; None for one of which nothing has been heard."""
    statement = select(groups.c.area_id).where(groups.c.group_id == group_id)
    return (await tx.execute(statement)).scalar_one_or_none()
