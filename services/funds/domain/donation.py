"""A donation (捐赠): money that came into a fund as a gift, or that makers brought from what they sold (义卖款)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from services.funds.domain.money import Fen
from services.funds.domain.template import TEMPLATES, Template


class Form(StrEnum):
    MONEY = "money"
    SALE_PROCEEDS = "sale_proceeds"


class Publish(StrEnum):
    """How the public ledger names the giver: her choice, and nothing but a line without a name by default."""

    NAME = "name"
    ANONYMOUS = "anonymous"
    TOTAL = "total"


class State(StrEnum):
    RECEIVED = "received"


# The template of each form: T1 money given, T8b makers bring proceeds of what they sold.
TEMPLATE_OF: Final[Mapping[Form, Template]] = MappingProxyType(
    {Form.MONEY: TEMPLATES["T1"], Form.SALE_PROCEEDS: TEMPLATES["T8b"]}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Donation:
    id: UUID
    fund_id: UUID
    community_id: UUID
    form: Form
    amount_fen: Fen
    received_on: date
    donor_id: UUID | None
    publish: Publish
    reference: str | None
    entry_id: UUID
    state: State
    revision: int

    @property
    def correlation(self) -> UUID:
        return self.id


def same_fields(stored: Donation, offered: Donation) -> list[str]:
    """The fields in which a repeated donation differs from the one that stands."""
    names = ("fund_id", "form", "amount_fen", "received_on", "donor_id", "publish", "reference")
    return [name for name in names if getattr(stored, name) != getattr(offered, name)]
