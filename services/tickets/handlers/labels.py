"""Names of places and groups whose own event has not come yet: members is asked, outside every transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from chassis.asking import Unanswered
from chassis.service import Running
from services.tickets.views.rows import TicketRow

LABELS_SECONDS = 1.0
RowT = TypeVar("RowT", bound=TicketRow)


async def named(running: Running, rows: Sequence[RowT]) -> list[RowT]:
    """The lines with the names that were missing; as they are when members does not answer."""
    areas = {row.building_id for row in rows if row.building_id is not None and not row.place}
    groups = {row.group_id for row in rows if row.group_id is not None and row.group_name is None}
    if not areas and not groups:
        return list(rows)
    question = {"areas": _texts(areas), "organizations": _texts(groups)}
    try:
        told = await running.asking.post("members", "/internal/labels:resolve", json=question, timeout=LABELS_SECONDS)
    except Unanswered:
        return list(rows)
    return [_with_names(row, told.get("areas", {}), told.get("organizations", {})) for row in rows]


def _with_names(row: RowT, areas: Mapping[str, Any], groups: Mapping[str, Any]) -> RowT:
    place = row.place or areas.get(str(row.building_id), {}).get("name", "")
    group_name = row.group_name or groups.get(str(row.group_id), {}).get("name")
    return row.model_copy(update={"place": place, "group_name": group_name})


def _texts(ids: set[UUID]) -> list[str]:
    return sorted(str(id_) for id_ in ids)
