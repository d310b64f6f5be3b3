"""How much each member of a group has on her hands, and what its leader has settled."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.state import LIVE
from services.tickets.domain.workload import GroupSettings, Load
from services.tickets.store.tables import group_settings

_LOCK = text("SELECT 1 FROM organizations WHERE id = :group_id FOR UPDATE")
_ON_LEAVE = text("""
SELECT EXISTS (SELECT 1 FROM memberships WHERE organization_id = :group_id AND person_id = :person_id
    AND state = 'paused')
""")
_LOADS = text("""
SELECT m.person_id,
    (SELECT count(*) FROM tickets t WHERE t.group_id = :group_id AND t.state = ANY(CAST(:live AS text[]))
       AND m.person_id = coalesce(t.handler_id, t.named_handler_id)) AS open,
    (SELECT max(s.at) FROM moves s JOIN tickets t ON t.id = s.ticket_id
      WHERE t.group_id = :group_id AND s.move IN ('accept', 'hand_over', 'assign')
        AND s.details->>'handler_id' = CAST(m.person_id AS text)) AS given_at,
    EXISTS (SELECT 1 FROM memberships p WHERE p.organization_id = :group_id AND p.person_id = m.person_id
              AND p.state = 'paused') AS on_leave
FROM (SELECT person_id FROM memberships WHERE organization_id = :group_id AND state IN ('active', 'paused')
      UNION SELECT unnest(ARRAY[leader_id, deputy_id]) FROM group_leaders WHERE organization_id = :group_id) AS m
WHERE m.person_id IS NOT NULL ORDER BY m.person_id
""")


async def lock(tx: Transaction, group_id: UUID) -> None:
    """One choice at a time in a group, so that two cases at one instant do not go to the same member."""
    await tx.execute(_LOCK, {"group_id": group_id})


async def loads_of(tx: Transaction, group_id: UUID) -> list[Load]:
    rows = await tx.execute(_LOADS, {"group_id": group_id, "live": sorted(LIVE)})
    return [Load(row.person_id, row.open, row.given_at, row.on_leave) for row in rows]


async def load_of(tx: Transaction, group_id: UUID | None, person_id: UUID) -> Load | None:
    """One member's load; nothing for somebody who does not belong to the group."""
    if group_id is None:
        return None
    return next((load for load in await loads_of(tx, group_id) if load.person_id == person_id), None)


async def is_on_leave(tx: Transaction, group_id: UUID | None, person_id: UUID) -> bool:
    """Whether her membership rests."""
    values = {"group_id": group_id, "person_id": person_id}
    return bool((await tx.execute(_ON_LEAVE, values)).scalar_one())


async def settings_of(tx: Transaction, group_id: UUID | None) -> GroupSettings:
    row = (await tx.execute(select(group_settings).where(group_settings.c.organization_id == group_id))).first()
    if row is None:
        return GroupSettings()
    return GroupSettings(row.cap, row.chooses_at_once, row.members_accept, row.revision)


async def put_settings(tx: Transaction, group_id: UUID, settings: GroupSettings) -> GroupSettings:
    values = {
        "cap": settings.cap,
        "chooses_at_once": settings.chooses_at_once,
        "members_accept": settings.members_accept,
    }
    statement = insert(group_settings).values(organization_id=group_id, revision=1, **values)
    written = await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["organization_id"],
            set_=values | {"revision": group_settings.c.revision + 1},
            where=group_settings.c.revision == settings.revision,
        ).returning(group_settings.c.revision)
    )
    revision = written.scalar_one_or_none()
    if revision is None:
        raise Refused("stale", status=412)
    return GroupSettings(settings.cap, settings.chooses_at_once, settings.members_accept, revision)
