"""A community sets other limits from a date on; what began before keeps the limits it began with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.audit import record_act
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.domain.class_table import ClassTable, Limits, with_limits
from services.tickets.handlers.rule_sets import check_community
from services.tickets.store import class_versions
from services.tickets.store.reference import changed, load_reference

SETTLE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLimits:
    community_id: UUID
    limits: Limits
    effective_from: datetime | None = None


async def set_limits(command: SetLimits, tx: Transaction) -> ClassTable:
    """At once means in five seconds: by then every process knows the new table, so none reckons by an old one."""
    await check_community(command.community_id, tx)
    if command.effective_from is not None and command.effective_from < tx.now:
        raise Refused("effective_in_the_past", status=422, errors=[{"pointer": "/effective_from", "code": "past"}])
    settled = tx.now + SETTLE
    effective_from = max(command.effective_from or settled, settled)
    before = (await load_reference(tx)).classes_of(command.community_id, effective_from)
    classes = with_limits(before.classes, command.limits)
    made = await class_versions.add(tx, command.community_id, classes, effective_from)
    await changed(tx)
    await record_act(tx, action="limits_set", subject=command.community_id, fields=sorted(command.limits))
    return made
