"""Commands about organisations: found, change, close."""

from dataclasses import dataclass, replace
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.groups import organization as rules
from services.members.domain.groups.organization import Classification, JoinMode, Organization, OrganizationMove
from services.members.domain.places.area import Area
from services.members.events.fact import About
from services.members.events.groups import OrganizationChanged
from services.members.store.groups import organizations
from services.members.store.places import areas
from services.members.views import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOrganization:
    id: UUID | None
    classification: Classification
    name: str
    parent_id: UUID | None
    area_id: UUID
    host_id: UUID | None
    mandate: tuple[str, ...]
    join_mode: JoinMode


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOrganization:
    organization_id: UUID
    expected: int | None
    changes: dict[str, object]


async def found(command: FoundOrganization, tx: Transaction) -> Organization:
    """A new organisation at an area, part of another or on its own."""
    area = await _area(command.area_id, tx)
    reach.require(tx.actor, "organizations.edit", area_path=area.path)
    parent = await _related(command.parent_id, "/parent_id", tx)
    await _related(command.host_id, "/host_id", tx)
    new = Organization(
        id=command.id or tx.new_id(),
        classification=command.classification,
        name=command.name,
        parent_id=command.parent_id,
        path=(),
        area_id=area.id,
        community_id=area.community_id or area.id,
        host_id=command.host_id,
        mandate=command.mandate,
        join_mode=command.join_mode,
    )
    return await save(rules.placed(new, parent), tx)


async def change_organization(command: ChangeOrganization, tx: Transaction) -> Organization:
    """Another name, mandate, host or way to join."""
    organization, _ = await editable(command.organization_id, tx, expected=command.expected)
    changed = replace(organization, **command.changes)  # type: ignore[arg-type]
    await _related(changed.host_id, "/host_id", tx)
    return await save(changed, tx)


async def close_organization(organization_id: UUID, expected: int | None, tx: Transaction) -> Organization:
    """The organisation is no more. What belongs to it has ended before."""
    organization, _ = await editable(organization_id, tx, expected=expected)
    return await save(organization.moved(OrganizationMove.CLOSE), tx)


async def save(organization: Organization, tx: Transaction) -> Organization:
    saved = await organizations.save(tx, organization)
    tx.announce(OrganizationChanged.of(saved), About.of(saved))
    return saved


async def editable(
    organization_id: UUID,
    tx: Transaction,
    *,
    permission: str = "organizations.edit",
    expected: int | None = None,
    lock: bool = True,
) -> tuple[Organization, Area]:
    """The organisation, locked, with its area, for somebody whose grant reaches it."""
    organization = await organizations.load(tx, organization_id, lock=lock)
    area = await areas.load(tx, organization.area_id)
    reach.require(tx.actor, permission, area_path=area.path, organization_path=organization.path)
    reach.check_revision(organization.revision, expected)
    return organization, area


async def _area(area_id: UUID, tx: Transaction) -> Area:
    area = (await areas.load_many(tx, [area_id])).get(area_id)
    if area is None:
        raise _unknown("/area_id")
    return area


async def _related(organization_id: UUID | None, pointer: str, tx: Transaction) -> Organization | None:
    if organization_id is None:
        return None
    related = (await organizations.load_many(tx, [organization_id])).get(organization_id)
    if related is None:
        raise _unknown(pointer)
    return related


def _unknown(pointer: str) -> Refused:
    return Refused("unknown", status=422, errors=[{"pointer": pointer, "code": "unknown", "detail": "not there"}])
