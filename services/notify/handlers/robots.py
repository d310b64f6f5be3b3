"""A robot for a group's chat: given by a keeper of the group's area."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.channels import dingtalk, wecom
from services.notify.domain.provider import Provider
from services.notify.settings import settings_of
from services.notify.store import copies, providers, robots
from services.notify.store.providers import Carriers

WRITE: Final = "notify.robots.write"
READ: Final = "notify.robots.read"
CREDENTIALS: Final = {"wecom": frozenset({"key"}), "dingtalk": frozenset({"access_token", "secret"})}
BASE_URLS: Final = {"wecom": wecom.BASE_URL, "dingtalk": dingtalk.BASE_URL}


@dataclass(frozen=True, slots=True)
class GiveRobot:
    """A group, the kind of its chat, and what the chat's owner was given for its robot."""

    group_id: UUID
    kind: str
    base_url: str
    credentials: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GivenRobot:
    """A group's robot, without what proves it."""

    group_id: UUID
    robot: Provider


async def give(command: GiveRobot, tx: Transaction) -> GivenRobot:
    """The group's chat hears from now on what rules tell it; an earlier robot of the group is replaced."""
    if set(command.credentials) != CREDENTIALS[command.kind] or not all(command.credentials.values()):
        raise Refused("robot_credentials_invalid", status=422)
    base_url = command.base_url or BASE_URLS[command.kind]
    settings = settings_of(tx.service)
    settings.guard.check(base_url)
    area = await robots.area_of(tx, command.group_id)
    path = await copies.path_of(tx, area)
    if area is None or not tx.actor.may(READ, area_path=path):
        raise Refused("group_unknown", status=404)
    if not tx.actor.may(WRITE, area_path=path):
        raise Refused("not_permitted", status=403)
    robot_id = f"{command.kind}-{command.group_id}"
    revision = (await providers.lock(tx, robot_id)).revision + 1 if await providers.exists(tx, robot_id) else 1
    robot = Provider(
        id=robot_id,
        kind=command.kind,
        base_url=base_url.rstrip("/"),
        in_flight=settings.in_flight_for_codes + 1,  # of every provider these are kept, and a chat hears no codes
        credentials=dict(command.credentials),
        revision=revision,
    )
    await robots.put(tx, command.group_id, robot)
    await record_act(tx, action="robot_given", subject=command.group_id, fields=["credentials"])
    return GivenRobot(command.group_id, robot)


async def seen(tx: Transaction) -> Sequence[GivenRobot]:
    """The robots of the groups in the reader's areas."""
    spoken_for = await robots.groups_spoken_for(tx)
    known = (await Carriers.of(tx)).providers
    paths = {group: await copies.path_of(tx, await robots.area_of(tx, group)) for group, _ in spoken_for}
    return [
        GivenRobot(group, known[provider])
        for group, provider in spoken_for
        if tx.actor.may(READ, area_path=paths[group])
    ]
