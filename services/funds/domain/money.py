"""Fen: an integer of the book's smallest unit. Never a float, never a decimal string."""

from typing import Final, NewType

from chassis.refused import Refused

Fen = NewType("Fen", int)

AMOUNT_MAX: Final = Fen(10**15)
NOTHING: Final = Fen(0)


def amount(value: object, pointer: str = "/amount_fen") -> Fen:
    """A sum that somebody typed: a positive integer that a sum of many still fits beside."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= AMOUNT_MAX:
        raise Refused(
            "amount_invalid",
            status=422,
            errors=[{"pointer": pointer, "code": "amount_invalid", "detail": f"an integer of fen, 1 to {AMOUNT_MAX}"}],
        )
    return Fen(value)
