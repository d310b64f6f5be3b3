"""How a provider fares: its breaker, and when its weight moves. A refusal is an answer; only a lost call counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

LAST_CALLS: Final = 20
OPEN_SECONDS: Final = 30
PROBE_SECONDS: Final = 15
YES_TO_CLOSE: Final = 5
LOST_WINDOW_SECONDS: Final = 60
LOST_PER_WINDOW: Final = 50
SLOW_SHARE: Final = 0.15
SLOW_CALLS_MIN: Final = 20
WEIGHT_STEP: Final = 10
MOVE_EVERY_SECONDS: Final = 60
QUIET_SECONDS: Final = 300


class State(StrEnum):
    """Whether calls are made."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Move(StrEnum):
    """What moves a breaker."""

    TRIP = "trip"
    PROBE = "probe"
    CLOSE = "close"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.CLOSED: {Move.TRIP: State.OPEN},
        State.OPEN: {Move.PROBE: State.HALF_OPEN},
        State.HALF_OPEN: {Move.TRIP: State.OPEN, Move.PROBE: State.HALF_OPEN, Move.CLOSE: State.CLOSED},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A provider's last answers (`y` heard, `l` lost), its breaker, and the times of its last losses."""

    provider: str
    state: State = State.CLOSED
    last: str = ""
    yes: int = 0
    opened_at: datetime | None = None
    probe_until: datetime | None = None
    lost_at: tuple[datetime, ...] = ()
    moved_at: datetime | None = None

    def moved(self, move: Move) -> State:
        """The state a move leads to."""
        return MOVES[self.state][move]


def heard(health: Health, *, lost: bool, at: datetime) -> Health:
    """One more call has ended. More than half of the last twenty lost: open. Five probes answered: closed again."""
    if lost:
        health = replace(health, lost_at=(*health.lost_at, at)[-LOST_PER_WINDOW - 1 :])
    match health.state:
        case State.CLOSED:
            health = replace(health, last=(health.last + ("l" if lost else "y"))[-LAST_CALLS:])
            return _tripped(health, at) if health.last.count("l") * 2 > LAST_CALLS else health
        case State.HALF_OPEN if lost:
            return _tripped(health, at)
        case State.HALF_OPEN:
            if health.yes + 1 >= YES_TO_CLOSE:
                return replace(health, state=health.moved(Move.CLOSE), last="", yes=0, probe_until=None)
            return replace(health, yes=health.yes + 1, probe_until=None)
        case _:
            return health


def _tripped(health: Health, at: datetime) -> Health:
    return replace(health, state=health.moved(Move.TRIP), yes=0, opened_at=at, probe_until=None)


def takes_probe(health: Health, message_class: str, at: datetime) -> bool:
    """Whether a breaker that is not closed lets this one message through, never a code."""
    if message_class == "code" or health.state is State.CLOSED:
        return False
    if health.state is State.OPEN:
        assert health.opened_at is not None
        return at >= health.opened_at + timedelta(seconds=OPEN_SECONDS)
    return health.probe_until is None or health.probe_until <= at


def probing(health: Health, at: datetime) -> Health:
    """One message goes through; the next when this one is answered, or its time is over."""
    return replace(health, state=health.moved(Move.PROBE), probe_until=at + timedelta(seconds=PROBE_SECONDS))


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many texts of the last quarter of an hour arrived, and how many of them more than five minutes late."""

    many: int
    late: int


def ails(health: Health, delivered: Delivered, at: datetime) -> str:
    """Why a provider should carry less just now, or nothing."""
    recent = [one for one in health.lost_at if one > at - timedelta(seconds=LOST_WINDOW_SECONDS)]
    if len(recent) > LOST_PER_WINDOW:
        return "lost"
    slow = delivered.many >= SLOW_CALLS_MIN and delivered.late >= SLOW_SHARE * delivered.many
    return "slow" if slow else ""


def next_weight(weight: int, resting: int, why: str, moved_at: datetime | None, at: datetime) -> int:
    """Ten less at most once a minute while it ails; after each quiet five minutes ten towards its resting weight.

    Never less than ten: who gets nothing could never show that it is well again.
    """
    since = at - moved_at if moved_at is not None else None
    if why:
        rested = since is None or since >= timedelta(seconds=MOVE_EVERY_SECONDS)
        return min(weight, max(WEIGHT_STEP, weight - WEIGHT_STEP)) if rested else weight
    if weight >= resting or (since is not None and since < timedelta(seconds=QUIET_SECONDS)):
        return weight
    return min(resting, weight + WEIGHT_STEP)
