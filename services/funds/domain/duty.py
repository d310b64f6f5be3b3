"""A duty (岗位): what one person does for one fund, a dated row that two others have agreed on.

It is the second key. The first is a role grant of members: a duty works only while its holder has one of the roles
below and that grant covers the fund.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from services.funds.domain.state import moved


class Duty(StrEnum):
    """经办, 审批, 出纳, 会计."""

    CLERK = "clerk"
    APPROVER = "approver"
    CASHIER = "cashier"
    ACCOUNTANT = "accountant"


ROLES: Final[Mapping[Duty, frozenset[str]]] = MappingProxyType(
    {
        Duty.CLERK: frozenset({"leader", "member", "operator", "secretary"}),
        Duty.APPROVER: frozenset({"secretary", "district", "leader"}),
        Duty.CASHIER: frozenset({"treasurer"}),
        Duty.ACCOUNTANT: frozenset({"treasurer", "operator"}),
    }
)


class State(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    ENDED = "ended"


class Move(StrEnum):
    CONFIRM = "confirm"
    END = "end"


MOVES: Final[Mapping[State, Mapping[Move, State]]] = MappingProxyType(
    {
        State.PROPOSED: MappingProxyType({Move.CONFIRM: State.CONFIRMED, Move.END: State.ENDED}),
        State.CONFIRMED: MappingProxyType({Move.END: State.ENDED}),
        State.ENDED: MappingProxyType({}),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FundDuty:
    id: UUID
    fund_id: UUID
    person_id: UUID
    duty: Duty
    valid_from: date
    valid_until: date | None
    state: State
    proposed_by: UUID
    confirmed_by: UUID | None
    revision: int


def refuse_own_duty(holder: UUID, by: UUID) -> None:
    """Nobody gives a duty to herself."""
    if holder == by:
        raise Refused("own_request")


def refuse_dates(valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until < valid_from:
        raise Refused(
            "date_invalid",
            status=422,
            errors=[{"pointer": "/until", "code": "date_invalid", "detail": "before the first day"}],
        )


def confirm(duty: FundDuty, by: UUID) -> State:
    """A second person agrees: neither the one who proposed it nor the one who gets it."""
    if by in (duty.person_id, duty.proposed_by):
        raise Refused("own_request")
    return moved(MOVES, duty.state, Move.CONFIRM)


def end(duty: FundDuty) -> State:
    return moved(MOVES, duty.state, Move.END)
