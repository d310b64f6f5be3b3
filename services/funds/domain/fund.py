"""A fund: a dimension on every line of the journal, never a bank account. [1] knows unrestricted funds only."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from services.funds.domain.public_text import refuse_personal_data

CODE: Final = re.compile(r"[A-Z][A-Z0-9]{1,7}")


class Kind(StrEnum):
    """社区公益基金, 群团基金."""

    CHARITY = "charity"
    GROUP_ORG = "group_org"


class State(StrEnum):
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    id: UUID
    book_id: UUID
    community_id: UUID
    code: str
    name: str
    kind: Kind
    opens: date
    state: State
    revision: int
    area_path: tuple[UUID, ...] = ()
    organization_ids: tuple[UUID, ...] = ()
    case_id: UUID | None = None

    @property
    def correlation(self) -> UUID:
        """The case for which its money moved; else the fund itself."""
        return self.case_id or self.id

    def moved(self, revision: int, case_id: UUID | None) -> "Fund":
        """The fund as it stands after the ledger has moved its money."""
        return replace(self, revision=revision, case_id=case_id)


def checked_code(code: str) -> str:
    """The code is the voucher word (凭证字) of the fund, so it is short and plain."""
    if not CODE.fullmatch(code):
        raise Refused(
            "code_invalid",
            status=422,
            errors=[{"pointer": "/code", "code": "code_invalid", "detail": "A-Z, then 1 to 7 of A-Z, 0-9"}],
        )
    return code


def checked_name(name: str) -> str:
    refuse_personal_data(name, pointer="/name")
    return name


def refuse_date_before_opening(fund: Fund, day: date, *, booked_on: date, pointer: str) -> None:
    """Money cannot move before the fund existed, nor after the day on which it is booked."""
    if day < fund.opens or day > booked_on:
        raise Refused(
            "date_invalid",
            status=422,
            errors=[{"pointer": pointer, "code": "date_invalid", "detail": f"from {fund.opens} to {booked_on}"}],
        )
