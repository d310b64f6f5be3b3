"""Posting templates (凭证模板): a versioned rule from an event to lines. They name roles of accounts, never codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.funds.domain.chart import Role


class EntryKind(StrEnum):
    """By which authority money may move (K8)."""

    INFLOW = "inflow"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    code: str
    version: int
    kind: EntryKind
    debit: Role
    credit: Role
    cash_flow_item: str
    narration_code: str


def _template(
    code: str, kind: EntryKind, debit: Role, credit: Role, cash_flow_item: str, narration_code: str
) -> tuple[str, Template]:
    template = Template(
        code=code,
        version=1,
        kind=kind,
        debit=debit,
        credit=credit,
        cash_flow_item=cash_flow_item,
        narration_code=narration_code,
    )
    return code, template


# A template is succeeded by a new version, never changed: what it once posted is still explained by it.
TEMPLATES: Final[Mapping[str, Template]] = MappingProxyType(
    dict(
        (
            _template("T1", EntryKind.INFLOW, Role.BANK, Role.DONATION, "donations_received", "donation_received"),
            _template("T8b", EntryKind.INFLOW, Role.BANK, Role.DONATION, "donations_received", "proceeds_donated"),
            _template("T15", EntryKind.PAYMENT, Role.PROGRAMME, Role.BANK, "help_given", "help_paid"),
        )
    )
)
