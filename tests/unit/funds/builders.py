"""Cases that are valid by default; a test overrides what it is about."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.funds.domain import application, approval, payment
from services.funds.domain.application import Application, Category
from services.funds.domain.approval import Approval
from services.funds.domain.money import Fen
from services.funds.domain.payment import Payment

AUTHOR, OTHER, THIRD = (UUID(int=n) for n in (1, 2, 3))
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def an_application(**changes: Any) -> Application:
    values: dict[str, Any] = {
        "id": uuid4(),
        "code": "H-0000-0001",
        "ticket_id": uuid4(),
        "community_id": uuid4(),
        "correlation": uuid4(),
        "fund_id": uuid4(),
        "category": Category.HARDSHIP,
        "asked_fen": Fen(80_000),
        "proposed_fen": Fen(80_000),
        "urgent": False,
        "applicant_id": uuid4(),
        "beneficiary_id": uuid4(),
        "author_id": AUTHOR,
        "verifier_id": OTHER,
        "approval_id": None,
        "commitment_id": None,
        "state": application.State.DRAFT,
        "revision": 1,
    }
    return Application(**values | changes)


def an_approval(**changes: Any) -> Approval:
    values: dict[str, Any] = {
        "id": uuid4(),
        "fund_id": uuid4(),
        "community_id": uuid4(),
        "correlation": uuid4(),
        "subject_id": uuid4(),
        "subject_hash": b"h" * 32,
        "required": 2,
        "amount_fen": Fen(80_000),
        "used_fen": Fen(0),
        "state": approval.State.OPEN,
        "expires_at": NOW,
        "decided_at": None,
        "revision": 1,
    }
    return Approval(**values | changes)


def a_payment(**changes: Any) -> Payment:
    values: dict[str, Any] = {
        "id": uuid4(),
        "fund_id": uuid4(),
        "application_id": uuid4(),
        "commitment_id": uuid4(),
        "approval_id": uuid4(),
        "payee_id": uuid4(),
        "amount_fen": Fen(80_000),
        "final": False,
        "slip_code": "P-0000-0001",
        "author_id": AUTHOR,
        "payer_id": None,
        "bank_account_id": uuid4(),
        "bank_ref": None,
        "paid_on": None,
        "entry_id": None,
        "state": payment.State.PREPARED,
        "revision": 1,
    }
    return Payment(**values | changes)


PAID_ON = date(2026, 11, 20)
