"""A community makes a new version of one of its categories; what was filed before keeps the version it had."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain import category_tree as rules
from services.tickets.domain.category import Category
from services.tickets.events import CategoryChanged
from services.tickets.handlers.seeding import CategoryRow
from services.tickets.store import category_versions, reference
from services.tickets.store.category_versions import CategoryVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCategory:
    community_id: UUID
    category: Category
    effective_from: datetime | None = None


async def change_category(command: ChangeCategory, tx: Transaction) -> CategoryVersion:
    if not tx.actor.may("categories.change", area_path=[command.community_id]):
        raise Refused("community_unknown", status=404)
    effective_from = command.effective_from or tx.now
    if effective_from < tx.now:
        raise Refused("effective_in_the_past", status=422, errors=[{"pointer": "/effective_from", "code": "past"}])
    known = await reference.load_reference(tx)
    code, community_id = command.category.code, command.community_id
    rules.check(command.category, {each.code: each for each in known.of_community(community_id, effective_from)})
    before = known.category(code, community_id, effective_from)
    version = await category_versions.next_version(tx, community_id, code)
    order = before.order if before else len(known.categories) + 1
    made = CategoryVersion(community_id, effective_from, replace(command.category, version=version, order=order))
    await category_versions.add(tx, made)
    await reference.changed(tx)
    await record_act(tx, action="category_changed", subject=_id(community_id, code), fields=["category"])
    if code not in known.seeded:
        _announce(made, tx)
    return made


def _announce(made: CategoryVersion, tx: Transaction) -> None:
    """A category of the community's own. The shipped ones keep the name all know; another name is shown here only."""
    category = made.category
    state = "active" if category.visible else "hidden"
    event = CategoryChanged(category=category.code, label=category.label, parent=category.parent, state=state)
    id_ = _id(made.community_id, category.code)
    tx.announce(event, CategoryRow(id_, category.version, made.community_id, id_))


def _id(community_id: UUID, code: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"tickets/category/{community_id}/{code}")
