"""What each role may try here. The duty in the fund is asked for as well (`duty.py`), except where none is named."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from services.funds.domain.duty import ROLES, Duty

_CLERKS: Final = ROLES[Duty.CLERK]
_APPROVERS: Final = ROLES[Duty.APPROVER]
_CASHIERS: Final = ROLES[Duty.CASHIER]
_ACCOUNTANTS: Final = ROLES[Duty.ACCOUNTANT]
_ANY_DUTY: Final = _CLERKS | _APPROVERS | _CASHIERS | _ACCOUNTANTS
_OFFICERS: Final = frozenset({"operator", "secretary", "district", "keeper"})

PERMISSIONS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "funds.read_names": _ANY_DUTY | {"auditor", "keeper"},
        "funds.open_fund": _OFFICERS,
        "funds.duty_propose": _OFFICERS,
        "funds.duty_confirm": _OFFICERS,
        "funds.read": _ANY_DUTY | {"auditor"},
        "funds.read_private": _CLERKS | _APPROVERS | _CASHIERS | {"auditor"},
        "funds.donate": _CLERKS | _ACCOUNTANTS,
        "funds.apply": _CLERKS,
        "funds.return": _CLERKS | _APPROVERS,
        "funds.vote": _APPROVERS,
        "funds.prepare": _CLERKS,
        "funds.pay": _CASHIERS,
        "funds.document": _CLERKS | _CASHIERS,
    }
)

AAL2: Final = frozenset({"funds.vote", "funds.pay", "funds.read_private"})
SENSITIVE: Final = frozenset({"funds.vote", "funds.pay", "funds.read_private"})

# With which duties a permission may be used; one without a line needs the role alone.
DUTIES: Final[Mapping[str, frozenset[Duty]]] = MappingProxyType(
    {
        "funds.read": frozenset(Duty),
        "funds.read_private": frozenset({Duty.CLERK, Duty.APPROVER, Duty.CASHIER}),
        "funds.donate": frozenset({Duty.CLERK, Duty.ACCOUNTANT}),
        "funds.apply": frozenset({Duty.CLERK}),
        "funds.return": frozenset({Duty.CLERK, Duty.APPROVER}),
        "funds.vote": frozenset({Duty.APPROVER}),
        "funds.prepare": frozenset({Duty.CLERK}),
        "funds.pay": frozenset({Duty.CASHIER}),
        "funds.document": frozenset({Duty.CLERK, Duty.CASHIER}),
    }
)

# The auditor reads by her role alone: she holds no duty in what she audits.
WITHOUT_DUTY: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {"funds.read": frozenset({"auditor"}), "funds.read_private": frozenset({"auditor"})}
)
