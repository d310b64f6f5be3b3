"""Commands about coverage: which group answers for what, where."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.groups.coverage import Coverage, Rank
from services.members.domain.groups.organization import Organization
from services.members.domain.period import Period, period
from services.members.domain.places.area import Area
from services.members.events.fact import About
from services.members.events.groups import CoverageChanged
from services.members.handlers.groups.organizations import editable
from services.members.store.groups import coverage, organizations
from services.members.store.places import areas
from services.members.views import reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    organization_id: UUID
    area_id: UUID
    category: str
    rank: Rank
    start: datetime | None
    end: datetime | None


async def cover(command: Cover, tx: Transaction) -> Coverage:
    """The organisation answers for this kind of matter in this place."""
    organization, _ = await editable(command.organization_id, tx)
    area = (await areas.load_many(tx, [command.area_id])).get(command.area_id)
    if area is None:
        error = {"pointer": "/area_id", "code": "unknown", "detail": "no such place"}
        raise Refused("area_unknown", status=422, errors=[error])
    reach.require(tx.actor, "organizations.edit", area_path=area.path)
    during = period(command.start or tx.now, command.end)
    if command.rank is Rank.LEAD:
        await _check_one_lead(area.id, command.category, during, tx)
    new = Coverage(
        id=tx.new_id(),
        community_id=organization.community_id,
        organization_id=organization.id,
        area_id=area.id,
        category=command.category,
        rank=command.rank,
        during=during,
    )
    return await _saved(new, organization, area, tx)


async def end_coverage(coverage_id: UUID, tx: Transaction) -> Coverage:
    """The organisation answers for it no longer."""
    seen = await coverage.load(tx, coverage_id)
    organization, _ = await editable(seen.organization_id, tx)
    present = await coverage.load(tx, coverage_id, lock=True)
    return await _saved(present.ended(tx.now), organization, await areas.load(tx, present.area_id), tx)


async def announce_anew(organization: Organization, kept: list[Coverage], tx: Transaction) -> None:
    """The places have another path: a copy elsewhere needs it to find the same answers."""
    paths = {area.id: area.path for area in (await areas.load_many(tx, {one.area_id for one in kept})).values()}
    about = About.of(await organizations.save(tx, organization))
    for one in kept:
        tx.announce(CoverageChanged.of(one, paths[one.area_id], at=tx.now), about)


async def _saved(one: Coverage, organization: Organization, area: Area, tx: Transaction) -> Coverage:
    saved = await coverage.save(tx, one)
    about = About.of(await organizations.save(tx, organization))
    tx.announce(CoverageChanged.of(saved, area.path, at=tx.now), about)
    return saved


async def _check_one_lead(area_id: UUID, category: str, during: Period, tx: Transaction) -> None:
    """One lead group per place and matter; the one in the way is named."""
    there = await coverage.leads_overlapping(tx, area_id, category, during)
    if there:
        raise Refused("overlaps", coverage_ids=[str(one.id) for one in there])
