"""Hot spots open by themselves, grow with each report, and close when a week has been quiet."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.tickets.domain import cluster as rules
from services.tickets.domain.cluster import Cluster
from services.tickets.domain.ticket import Ticket
from services.tickets.events import ClusterClosed, ClusterOpened
from services.tickets.settings import TicketsSettings
from services.tickets.store import clusters

QUIET_TIMER = "cluster_quiet"


async def seen(ticket: Ticket, tx: Transaction) -> None:
    """Another report of this matter in this building."""
    if ticket.building_id is None or not rules.counts(ticket):
        return
    settings = TicketsSettings.of(tx.service.settings)
    since = tx.now - timedelta(hours=settings.hot_spot_hours)
    await clusters.alone(tx, ticket.building_id, ticket.category)
    households = await clusters.households(tx, ticket.building_id, ticket.category, since)
    if households < settings.hot_spot_households:
        return
    standing = await clusters.standing(tx, ticket.building_id, ticket.category)
    if standing is not None:
        grown = replace(
            standing,
            last_at=tx.now,
            households=max(standing.households, households),
            revision=standing.revision + 1,
        )
        await clusters.save(tx, grown)
        await tx.set_timer(QUIET_TIMER, str(grown.id), grown.quiet_at)
        return
    await _open(ticket, ticket.building_id, households, tx)


async def _open(ticket: Ticket, building_id: UUID, households: int, tx: Transaction) -> None:
    opened = Cluster(tx.new_id(), ticket.community_id, building_id, ticket.category, tx.now, tx.now, households)
    if await clusters.open_once(tx, opened):
        await tx.set_timer(QUIET_TIMER, str(opened.id), opened.quiet_at)
        tx.announce(ClusterOpened.of(opened), opened)


async def quiet(timer: DueTimer, tx: Transaction) -> None:
    """Seven days without another report."""
    cluster = await clusters.load(tx, UUID(timer.key))
    if cluster.closed_at is None and cluster.quiet_at <= tx.now:
        closed = replace(cluster, closed_at=tx.now, revision=cluster.revision + 1)
        await clusters.save(tx, closed)
        tx.announce(ClusterClosed.of(closed), closed)
