"""What if more or fewer hands had done the work: the cases of a month in the order they came, each begun by the first
hand that is free and taking as long as it took. A model of waiting, and of nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from uuid import UUID

from services.tickets.domain.calendar import Calendar
from services.tickets.domain.clock import RUNS_ON_THE_WALL, Reading
from services.tickets.domain.state import Move
from services.tickets.domain.ticket import Step

_FREE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Work:
    """A case that was done: when it came to the group, who did it, how long it took, by when it was due. Its length is
    working time, of urgent matters time on the wall."""

    came_at: datetime
    handler_id: UUID
    length: timedelta
    by_wall: bool
    done_at: datetime
    due: datetime


def work_of(history: Sequence[Step], reading: Reading, class_code: str, calendar: Calendar) -> Work | None:
    """From acceptance to result, in the newest round; nothing where there is no result."""
    own = [step for step in history if step.round == history[-1].round]
    accepted = next((step for step in reversed(own) if step.move is Move.ACCEPT), None)
    if accepted is None or reading.met_at is None:
        return None
    by_wall = class_code in RUNS_ON_THE_WALL
    passed = reading.met_at - accepted.at
    length = passed if by_wall else calendar.working_between(accepted.at, reading.met_at)
    came_at = next((step.at for step in own if step.move is Move.ASSIGN), own[0].at)
    handler_id = UUID(str(accepted.details["handler_id"]))
    return Work(came_at, handler_id, length, by_wall, reading.met_at, reading.due)


def handlers(works: Sequence[Work]) -> int:
    """How many people did them."""
    return len({work.handler_id for work in works})


def kept(works: Sequence[Work]) -> int:
    """How many were done in time."""
    return sum(work.done_at <= work.due for work in works)


def kept_with(works: Sequence[Work], hands: int, calendar: Calendar) -> int:
    """How many would be done in time if so many were under way at once."""
    free_at = [_FREE] * hands
    in_time = 0
    for work in sorted(works, key=lambda each: each.came_at):
        begun = max(heappop(free_at), work.came_at)
        done = begun + work.length if work.by_wall else calendar.after_working(begun, work.length)
        in_time += done <= work.due
        heappush(free_at, done)
    return in_time
