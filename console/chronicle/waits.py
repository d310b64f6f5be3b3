"""What people waited for in a journey: one table from event to the wait it begins or ends.

Unknown events are plain marks. A wait is told by its key; the word for it stands in the catalogues (`wait:<key>`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.chronicle.store import Entry

Begins, Ends = "begins", "ends"

WAITS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "tickets.ticket_filed.v1": ((Begins, "assignment"),),
    "tickets.ticket_assigned.v1": ((Ends, "assignment"), (Begins, "acceptance")),
    "tickets.ticket_returned.v1": ((Ends, "acceptance"), (Begins, "assignment")),
    "tickets.ticket_accepted.v1": ((Ends, "acceptance"), (Begins, "contact")),
    "tickets.ticket_contacted.v1": ((Ends, "contact"), (Begins, "work")),
    "tickets.ticket_resolved.v1": ((Ends, "work"), (Ends, "contact"), (Begins, "question")),
    "tickets.follow_up_asked.v1": ((Ends, "question"), (Begins, "resident")),
    "tickets.follow_up_answered.v1": ((Ends, "resident"),),
    "tickets.follow_up_exhausted.v1": ((Ends, "resident"),),
    "tickets.follow_up_cancelled.v1": ((Ends, "resident"),),
    "tickets.ticket_reopened.v1": ((Begins, "acceptance"),),
    "tickets.ticket_rejected.v1": ((Ends, "assignment"), (Ends, "acceptance")),
    "tickets.ticket_withdrawn.v1": ((Ends, "assignment"), (Ends, "acceptance"), (Ends, "contact"), (Ends, "work")),
    "tickets.task_force_requested.v1": ((Begins, "team"),),
    "members.task_force_formed.v1": ((Ends, "team"),),
    "notify.message_submitted.v1": ((Begins, "delivery"),),
    "notify.message_delivered.v1": ((Ends, "delivery"),),
    "notify.message_failed.v1": ((Ends, "delivery"),),
    "funds.approval_requested.v1": ((Begins, "approval"),),
    "funds.approval_granted.v1": ((Ends, "approval"),),
    "funds.approval_refused.v1": ((Ends, "approval"),),
}


@dataclass(frozen=True, slots=True)
class Wait:
    """A stretch of time in which somebody waited for somebody. `number` is the ticket's that it belongs to; empty where
    the event that began it names none."""

    key: str
    began: datetime
    ended: datetime | None
    number: str = ""

    def length(self, now: datetime) -> timedelta:
        return (self.ended or now) - self.began


def waits_of(entries: Iterable[Entry]) -> tuple[Wait, ...]:
    """The waits of a journey in the order they began; what has not ended is still being waited for."""
    open_waits: dict[tuple[str, object], Wait] = {}
    waits: list[Wait] = []
    for entry in entries:
        for what, key in WAITS.get(entry.type, ()):
            place = (key, entry.subject)
            if what == Begins:
                open_waits.setdefault(place, Wait(key, entry.time, None, _number(entry)))
            elif place in open_waits or key in ("team", "approval"):
                waits.extend(_ended(open_waits, place, entry.time))
    waits.extend(open_waits.values())
    return tuple(sorted(waits, key=lambda wait: wait.began))


def _number(entry: Entry) -> str:
    data = entry.body.get("data")
    return str(data.get("number") or "") if isinstance(data, dict) else ""


def _ended(open_waits: dict[tuple[str, object], Wait], place: tuple[str, object], at: datetime) -> list[Wait]:
    """Teams and approvals end under another subject than they began: then any open one of the kind."""
    found = place if place in open_waits else next((one for one in open_waits if one[0] == place[0]), None)
    return [] if found is None else [replace(open_waits.pop(found), ended=at)]
