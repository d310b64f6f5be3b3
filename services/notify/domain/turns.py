"""Whose turn it is: urgent first, then prompts, notices and the rest as 6 : 3 : 1, and all senders inside alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

T = TypeVar("T")
URGENT: Final = 0
SHARES: Final[Mapping[int, int]] = {1: 6, 2: 3, 3: 1}


@dataclass(frozen=True, slots=True)
class Lane:
    """What waits at one priority for one campaign, or else one community."""

    priority: int
    key: UUID


def shares(lanes: Sequence[Lane], limit: int) -> dict[Lane, int]:
    """How many of the next `limit` each lane with something due gets: at least one each."""
    waiting: dict[int, list[Lane]] = {}
    for lane in lanes:
        waiting.setdefault(lane.priority, []).append(lane)
    of_all = sum(SHARES.get(priority, 1) for priority in waiting if priority != URGENT)
    found: dict[Lane, int] = {}
    for priority, alike in waiting.items():
        part = limit if priority == URGENT else limit * SHARES.get(priority, 1) // of_all
        found |= dict.fromkeys(alike, max(1, part // len(alike)))
    return found


def in_turn(rows: Iterable[tuple[Lane, T]], share: Mapping[Lane, int]) -> list[T]:
    """Rows of each lane in their order, woven so that every stretch holds each lane in its share; urgent ones first."""
    taken: dict[Lane, int] = {}
    places = []
    for lane, row in rows:
        taken[lane] = taken.get(lane, 0) + 1
        places.append((lane.priority != URGENT, taken[lane] / share[lane], lane.priority, row))
    return [row for *_, row in sorted(places, key=lambda place: place[:3])]
