"""A commitment (已承诺支出): money set aside by an approval and not yet paid.

It is no entry, but it lowers what is available.

The ledger functions make these moves; the table here is what they are tested against.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.funds.domain.money import Fen

EXPIRE_AFTER: Final = timedelta(days=60)


class State(StrEnum):
    OPEN = "open"
    PART_PAID = "part_paid"
    SETTLED = "settled"
    RELEASED = "released"
    EXPIRED = "expired"


class Move(StrEnum):
    PAY_PART = "pay_part"
    PAY_LAST = "pay_last"
    RELEASE = "release"
    EXPIRE = "expire"


_STILL_OPEN: Final = MappingProxyType(
    {
        Move.PAY_PART: State.PART_PAID,
        Move.PAY_LAST: State.SETTLED,
        Move.RELEASE: State.RELEASED,
        Move.EXPIRE: State.EXPIRED,
    }
)
MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.OPEN: _STILL_OPEN,
        State.PART_PAID: _STILL_OPEN,
        State.SETTLED: MappingProxyType({}),
        State.RELEASED: MappingProxyType({}),
        State.EXPIRED: MappingProxyType({}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    id: UUID
    fund_id: UUID
    approval_id: UUID
    amount_fen: Fen
    paid_fen: Fen
    released_fen: Fen
    state: State

    @property
    def rest_fen(self) -> Fen:
        return Fen(self.amount_fen - self.paid_fen - self.released_fen)

    @property
    def revision(self) -> int:
        """Commitments carry no counter: their sums only grow, so the sum of what is done with them is one."""
        return 1 + self.paid_fen + self.released_fen
