"""A chart of accounts (科目表) is dated data: codes are never joined across two charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Element(StrEnum):
    """资产, 负债, 净资产, 收入, 费用."""

    ASSET = "asset"
    LIABILITY = "liability"
    NET_ASSETS = "net_assets"
    INCOME = "income"
    EXPENSE = "expense"


class Cash(StrEnum):
    """The fund's own cash, money passing through for others, or no cash at all."""

    OWN = "own"
    AGENCY = "agency"
    NO = "no"


class Role(StrEnum):
    """What a template calls an account; the chart of the period says which code that is."""

    BANK = "bank"
    DONATION = "donation"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    code: str
    name: str
    element: Element
    cash: Cash
    postable: bool
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    standard: str
    valid_from: date
    verified: bool
    accounts: tuple[Account, ...]
    roles: Mapping[Role, str]
