"""Tickets and calendars for pure tests: valid by default; override only what the test is about."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from services.tickets.domain.calendar import Calendar, DayKind
from services.tickets.domain.profile import Kind, Origin
from services.tickets.domain.state import State
from services.tickets.domain.ticket import Ticket

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEADER, RESIDENT, SECRETARY, GROUP = uuid4(), uuid4(), uuid4(), uuid4()
NOW = datetime(2018, 9, 28, 9, 0, tzinfo=UTC)

NATIONAL_DAY_2018 = {date(2018, 10, day): DayKind.HOLIDAY for day in range(1, 8)} | {
    date(2018, 9, 29): DayKind.MAKE_UP,
    date(2018, 9, 30): DayKind.MAKE_UP,
}


def local(text: str) -> datetime:
    """A wall-clock time in Chongqing, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def a_calendar(**days: DayKind) -> Calendar:
    exceptions = NATIONAL_DAY_2018 | {date.fromisoformat(day): kind for day, kind in days.items()}
    return Calendar(SHANGHAI, exceptions, frozenset({2018}), "test")


def a_ticket(**changes: Any) -> Ticket:
    id_: UUID = changes.pop("id", None) or uuid4()
    plain: dict[str, Any] = {
        "number": "20180830-07-00042-4",
        "community_id": uuid4(),
        "area_path": (uuid4(),),
        "kind": Kind.COMPLAINT,
        "category": "sanitation",
        "class_code": "general",
        "origin": Origin.RESIDENT,
        "channel": "page",
        "filed_at": NOW,
        "correlation": id_,
        "state": State.RECEIVED,
        "seq": 1,
        "reporter_id": RESIDENT,
        "group_id": GROUP,
        "group_path": (GROUP,),
        "round_started_at": NOW,
    }
    return Ticket(id=id_, **(plain | changes))
