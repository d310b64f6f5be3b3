"""What is not in a state table cannot happen."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from chassis.refused import Refused

StateT = TypeVar("StateT", bound=StrEnum)
MoveT = TypeVar("MoveT", bound=StrEnum)


def moved(table: Mapping[StateT, Mapping[MoveT, StateT]], state: StateT, move: MoveT) -> StateT:
    """The state after the move; every illegal move is refused in the same words."""
    allowed = table[state]
    if move not in allowed:
        raise Refused(f"cannot_{move}_when_{state}", possible_moves=[str(other) for other in allowed])
    return allowed[move]
