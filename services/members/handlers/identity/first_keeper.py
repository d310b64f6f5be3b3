"""The beginning: the root of the tree and the one keeper who lets everybody else in."""

from datetime import UTC, datetime

from chassis.transaction import Transaction
from services.members.domain.identity.grant import RoleGrant, Scope, ScopeKind, Source
from services.members.domain.people.person import Person
from services.members.domain.period import Period
from services.members.domain.places import area as rules
from services.members.domain.places.area import Area, AreaKind
from services.members.handlers.identity import grants
from services.members.handlers.identity.accounts import NewAccount, open_account
from services.members.handlers.places.areas import announce
from services.members.store.identity import accounts
from services.members.store.people import people
from services.members.store.places import areas

# Before any matter that anybody may want to bring in.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


async def ensure_root(name: str, kind: AreaKind, tx: Transaction) -> Area:
    """The place that all others lie in."""
    there = await areas.root(tx)
    if there:
        return there
    new = Area(id=tx.new_id(), kind=kind, parent_id=None, path=(), name=name, community_id=None)
    root = await areas.save(tx, rules.placed(new, None))
    announce([root], tx)
    return root


async def account_there(tx: Transaction) -> bool:
    return await accounts.any_there(tx)


async def ensure_keeper(account: NewAccount, root: Area, tx: Transaction) -> None:
    """The first account, once. Whoever holds it gives all other rights, but none to herself."""
    if await accounts.any_there(tx):
        return
    (keeper,) = await people.add(tx, [Person(id=tx.new_id(), community_id=root.id, name="系统管理员")])
    await open_account(keeper.id, account, tx)
    grant = RoleGrant(
        id=tx.new_id(),
        subject_id=keeper.id,
        role="keeper",
        scope=Scope(kind=ScopeKind.AREA, id=root.id, path=root.path, area_path=root.path),
        during=Period(BEGINNING),
        source=Source.FIRST,
    )
    await grants.give(grant, tx)
