"""Which funds the actor may look into: by her duty, or as an auditor by her role alone."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from chassis.transaction import Transaction
from services.funds.domain.fund import Fund
from services.funds.domain.permission import DUTIES
from services.funds.store.funds import SELECT, of

_READABLE = text(
    "SELECT f.id FROM fund f LEFT JOIN area_ref a ON a.id = f.community_id"
    " WHERE coalesce(a.path, ARRAY[f.community_id]) && CAST(:audited AS uuid[])"
    " OR EXISTS (SELECT 1 FROM organization_ref o JOIN area_ref oa ON oa.id = o.area_id"
    "   WHERE f.community_id = ANY (oa.path) AND o.path && CAST(:audited AS uuid[]))"
    " OR EXISTS (SELECT 1 FROM unnest(CAST(:duties AS text[])) AS d (duty) WHERE duty_works(f.id, :person, d.duty))"
)
_IN_SCOPE = text(
    f"SELECT * FROM ({SELECT}) AS known WHERE (area_path && CAST(:scopes AS uuid[])"  # noqa: S608
    " OR organization_ids && CAST(:scopes AS uuid[]))"
    " AND (CAST(:community AS uuid) IS NULL OR community_id = :community)"
    " AND (CAST(:after AS uuid) IS NULL OR id > :after) ORDER BY id LIMIT :limit"
)


async def readable_funds(tx: Transaction) -> list[UUID]:
    """The funds whose money she may read."""
    audited = [grant.scope_id for grant in tx.actor.grants if grant.role == "auditor"]
    duties = [str(duty) for duty in DUTIES["funds.read"]]
    values = {"audited": audited, "duties": duties, "person": tx.actor.person_id}
    return list((await tx.execute(_READABLE, values)).scalars())


async def funds_in_scope(tx: Transaction, community: UUID | None, after: Any, limit: int) -> list[Fund]:
    """The funds of her places and organisations: their names are public, their money is not."""
    scopes = [grant.scope_id for grant in tx.actor.grants]
    values = {"scopes": scopes, "community": community, "after": after, "limit": limit}
    return [of(row) for row in (await tx.execute(_IN_SCOPE, values)).mappings()]
