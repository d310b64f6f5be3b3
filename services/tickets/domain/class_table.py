"""Limits as versions with an effective date: what began before a change keeps the limits it began with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.refused import Refused
from services.tickets.domain.clock import CLASSES, CLASSES_VERSION, Class, Clock, Limit, Unit

Limits = Mapping[str, Mapping[Clock, Limit]]


@dataclass(frozen=True, slots=True)
class ClassTable:
    """All classes with all their limits, as one community has set them from an instant on."""

    version: str
    classes: Mapping[str, Class]
    community_id: UUID | None = None
    effective_from: datetime | None = None


SHIPPED = ClassTable(CLASSES_VERSION, CLASSES)


def in_force(tables: Sequence[ClassTable], community_id: UUID | None, at: datetime) -> ClassTable:
    """`tables` have an effective date, the newest first; before a community's first one the shipped table holds."""
    own = (known for known in tables if known.community_id == community_id)
    return next((known for known in own if known.effective_from is None or known.effective_from <= at), SHIPPED)


def with_limits(classes: Mapping[str, Class], limits: Limits) -> Mapping[str, Class]:
    """The table with these limits in place of its own; what is not named stays."""
    check(limits)
    return {code: Class(code, {**each.limits, **limits.get(code, {})}) for code, each in classes.items()}


def check(limits: Limits) -> None:
    """Calendar days are counted whole."""
    errors = [
        {"pointer": f"/classes/{code}/{clock}/minutes", "code": "days"}
        for code, own in limits.items()
        for clock, limit in own.items()
        if limit.unit is Unit.CALENDAR_DAYS and limit.amount % timedelta(days=1)
    ]
    if errors:
        raise Refused("whole_days_needed", status=422, errors=errors)
