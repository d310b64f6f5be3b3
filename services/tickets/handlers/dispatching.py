"""A matter that has become clear goes to the group the rules give it, with its class, its member and its helpers."""

from dataclasses import replace

from chassis.transaction import Transaction
from services.tickets.domain import assignment
from services.tickets.domain.routing import Choice, choose
from services.tickets.domain.ticket import Ticket
from services.tickets.handlers import cohandling, handovers
from services.tickets.store import copies
from services.tickets.store.places import Facts
from services.tickets.store.reference import Reference

URGENT = "urgent"


def chosen(ticket: Ticket, facts: Facts, reference: Reference, tx: Transaction) -> Choice:
    """What the rules say of it now. A report is never given to the group it is about."""
    return choose(
        facts.place,
        reference.matter(ticket.category, ticket.kind, tx.now),
        rules=reference.rules_of(facts.community_id, tx.now),
        coverage=facts.coverage,
        groups=facts.groups,
        passed_over=frozenset({ticket.about_group_id} if ticket.about_group_id else ()),
    )


async def dispatched(ticket: Ticket, choice: Choice, tx: Transaction) -> Ticket:
    """Assigned, unless nobody was found: then it lies on the operators' desk."""
    if choice.class_code is not None and ticket.class_code != URGENT:
        ticket = _classed(ticket, choice.class_code)
    if choice.group is None:
        return ticket
    assigned = assignment.assign(
        ticket,
        group_id=choice.group.id,
        group_path=choice.group.path,
        by=None,
        at=tx.now,
        reason=choice.rule_id,
        arbiter=False,
    )
    return await handovers.with_member(assigned, tx) if choice.group.chooses_at_once else assigned


async def helped(ticket: Ticket, choice: Choice, tx: Transaction) -> Ticket:
    """The groups that a rule lets help from the start; one that is gone, or leads already, is passed over."""
    await handovers.told_if_full(ticket, tx)
    for group_id in choice.cohandlers:
        row = await copies.group(tx, group_id, ticket.area_path, ticket.community_id)
        if group_id != ticket.group_id and row is not None and row.in_community and row.state == "active":
            ticket = (await cohandling.help_with(ticket, group_id, required=False, what="", by=None, tx=tx)).ticket
    return ticket


def _classed(ticket: Ticket, class_code: str) -> Ticket:
    """The class the rule names, said in the line of history that brought the matter."""
    *before, last = ticket.steps
    line = replace(last, details={**last.details, "class": class_code})
    return replace(ticket, class_code=class_code, steps=(*before, line))
