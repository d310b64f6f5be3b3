"""A set of rules tried on past tickets: what would have gone where. Nothing is written."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Row, select

from chassis.transaction import Transaction
from services.tickets.domain.routing import Rule, choose, in_order
from services.tickets.store import copies, places
from services.tickets.store.places import Facts
from services.tickets.store.reference import load_reference
from services.tickets.store.tables import tickets

TICKETS_MAX = 500


class Moved(BaseModel):
    """So many tickets would have gone to another group."""

    from_group_id: UUID | None
    from_group: str
    to_group_id: UUID | None
    to_group: str
    tickets: int
    example_ids: list[UUID]


class DryRun(BaseModel):
    tickets: int
    same: int
    unmatched: int
    moved: list[Moved]
    shadowed: list[str]
    unused: list[str]
    as_of: datetime


async def dry_run(
    tx: Transaction, community_id: UUID, rules: Sequence[Rule], first: datetime, last: datetime
) -> DryRun:
    """The newest tickets of the span; a rule is shadowed when it fitted and another always came first."""
    rows = await _tickets(tx, community_id, first, last)
    reference = await load_reference(tx)
    known: dict[tuple[UUID, str], Facts | None] = {}
    going: dict[tuple[UUID | None, UUID | None], list[UUID]] = {}
    fitted: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    named = [rule.group_id for rule in rules if rule.group_id]
    for row in rows:
        where = (row.building_id or community_id, row.category)
        if where not in known:
            known[where] = await places.facts_of(tx, *where, numbered=False, named=named)
        facts = known[where]
        if facts is None:
            continue
        matter = reference.matter(row.category, row.kind, row.filed_at)
        choice = choose(facts.place, matter, rules=rules, coverage=facts.coverage, groups=facts.groups)
        fitted.update(rule.id for rule in in_order(rules, facts.place, matter))
        decided.update([choice.rule_id])
        new = choice.group.id if choice.group else None
        going.setdefault((row.first_group_id, new), []).append(row.id)
    return DryRun(
        tickets=len(rows),
        same=sum(len(ids) for (old, new), ids in going.items() if old == new),
        unmatched=decided["none"],
        moved=await _moved(tx, going),
        shadowed=sorted(rule.id for rule in rules if fitted[rule.id] and not decided[rule.id]),
        unused=sorted(rule.id for rule in rules if not fitted[rule.id]),
        as_of=tx.now,
    )


async def _tickets(
    tx: Transaction, community_id: UUID, first: datetime, last: datetime
) -> Sequence[Row[tuple[object, ...]]]:
    columns = (tickets.c.id, tickets.c.building_id, tickets.c.category, tickets.c.kind, tickets.c.filed_at)
    statement = (
        select(*columns, tickets.c.first_group_id)
        .where(
            tickets.c.community_id == community_id,
            tickets.c.filed_at >= first,
            tickets.c.filed_at < last,
            tickets.c.origin != "import",
            tickets.c.parent_id.is_(None),
        )
        .order_by(tickets.c.filed_at.desc(), tickets.c.id)
        .limit(TICKETS_MAX)
    )
    return (await tx.execute(statement)).all()


async def _moved(tx: Transaction, going: dict[tuple[UUID | None, UUID | None], list[UUID]]) -> list[Moved]:
    others = {pair: ids for pair, ids in going.items() if pair[0] != pair[1]}
    names = await copies.names(tx, sorted({id_ for pair in others for id_ in pair if id_ is not None}))
    found = [
        Moved(
            from_group_id=old,
            from_group=names.get(old, "") if old else "",
            to_group_id=new,
            to_group=names.get(new, "") if new else "",
            tickets=len(ids),
            example_ids=ids[:5],
        )
        for (old, new), ids in others.items()
    ]
    return sorted(found, key=lambda each: (-each.tickets, str(each.to_group_id)))
