"""Where the scope of a grant lies: an area's path, or an organisation's with the path of its area."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.members.domain.identity.grant import Scope, ScopeKind
from services.members.store.tables import groups, places

_areas, _organizations = places.areas, groups.organizations


async def scope_of(tx: Transaction, kind: ScopeKind, scope_id: UUID) -> Scope:
    """The scope with its paths; what is not there is refused as a wrong field."""
    chosen = select(_areas.c.path.label("area_path"))
    if kind is ScopeKind.AREA:
        statement = chosen.add_columns(_areas.c.path).where(_areas.c.id == scope_id)
    else:
        joined = _organizations.join(_areas, _areas.c.id == _organizations.c.area_id)
        statement = chosen.add_columns(_organizations.c.path).select_from(joined).where(_organizations.c.id == scope_id)
    found: Any = (await tx.execute(statement)).one_or_none()
    if found is None:
        error = {"pointer": "/scope_id", "code": "unknown", "detail": "no such scope"}
        raise Refused("scope_unknown", status=422, errors=[error])
    return Scope(kind=kind, id=scope_id, path=tuple(found.path), area_path=tuple(found.area_path))


async def names_of(tx: Transaction, ids: list[UUID]) -> dict[UUID, str]:
    """The public names of areas and organisations."""
    if not ids:
        return {}
    both = (
        select(_areas.c.id, _areas.c.name)
        .where(_areas.c.id.in_(ids))
        .union_all(select(_organizations.c.id, _organizations.c.name).where(_organizations.c.id.in_(ids)))
    )
    return {row.id: row.name for row in await tx.execute(both)}
