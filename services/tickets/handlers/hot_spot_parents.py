"""One case for a whole hot spot: the reports hang below it, or are merged into it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import cluster as rules
from services.tickets.domain.link import LinkType
from services.tickets.domain.profile import Origin
from services.tickets.domain.state import UNFINISHED
from services.tickets.domain.ticket import Ticket
from services.tickets.events import TicketLinked
from services.tickets.handlers.filing import FileTicket, file_ticket
from services.tickets.handlers.merging import merge
from services.tickets.settings import TicketsSettings
from services.tickets.store import clusters, links, places, tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenParent:
    cluster_id: UUID
    description: str
    merging: bool = False


async def open_parent(command: OpenParent, tx: Transaction) -> Ticket:
    """Somebody at the desk puts in words what they have in common."""
    cluster = await clusters.load(tx, command.cluster_id)
    facts = await places.facts_of(tx, cluster.building_id, cluster.category, numbered=False)
    if facts is None or not tx.actor.may("clusters.open_parent", area_path=facts.place.path):
        raise Refused("cluster_unknown", status=404)
    filed = await file_ticket(
        FileTicket(
            description=command.description,
            category=cluster.category,
            building_id=cluster.building_id,
            origin=Origin.HOT_SPOT,
            channel="console",
        ),
        tx,
    )
    await clusters.save(tx, rules.with_parent(cluster, filed.ticket.id))
    hours = TicketsSettings.of(tx.service.settings).hot_spot_hours
    since = cluster.opened_at - timedelta(hours=hours)
    for ticket_id in await clusters.members(tx, cluster, since, sorted(UNFINISHED)):
        await _put_below(await tickets.load(tx, ticket_id), filed.ticket, command.merging, tx)
    return filed.ticket


async def _put_below(ticket: Ticket, parent: Ticket, merging: bool, tx: Transaction) -> None:
    if merging:
        await merge(ticket, parent, tx)
        return
    await links.add(tx, ticket.id, parent.id, LinkType.CHILD_OF)
    tx.announce(TicketLinked.of(ticket, other_id=parent.id, link_type=LinkType.CHILD_OF), ticket)
