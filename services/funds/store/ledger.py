"""The only caller of the ledger functions: every fen that moves or is promised goes through here."""

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.book import BOOK_ID
from services.funds.domain.entry import Entry
from services.funds.domain.fund import Fund

_LOCK = text("SELECT ledger_lock(:book, CAST(:funds AS uuid[]))")
_OPEN_FUND = text("SELECT ledger_open_fund(:book, CAST(:fund AS jsonb))")
_OPEN_PERIOD = text("SELECT ledger_open_period(:book, :day)")
_POST = text("SELECT ledger_post(:book, CAST(:items AS jsonb))")
_RESERVE = text("SELECT ledger_reserve(:approval, :commitment, :at)")
_RELEASE = text("SELECT ledger_release(:commitment, :state, :at)")

# What the ledger calls by these words is the caller's mistake, not a state of the money: 422.
_INVALID = frozenset({"unbalanced", "account_not_usable"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """An entry with its numbers; `new` is False where the same request had posted it before."""

    entry_id: UUID
    period: int
    voucher_no: int
    seq: int
    revision: int
    new: bool

    def voucher(self, fund: Fund) -> str:
        """F001-202603-0017."""
        return f"{fund.code}-{self.period}-{self.voucher_no:04}"


async def lock(tx: Transaction, fund: Fund) -> None:
    """Hold the fund until this transaction ends. Taken before any row of a case that the same command locks."""
    await tx.execute(_LOCK, {"book": fund.book_id, "funds": [fund.id]})


async def open_fund(tx: Transaction, fund: Fund) -> None:
    row = {
        "id": str(fund.id),
        "community_id": str(fund.community_id),
        "code": fund.code,
        "name": fund.name,
        "kind": str(fund.kind),
        "opens": fund.opens.isoformat(),
    }
    outcome = (await tx.execute(_OPEN_FUND, {"book": fund.book_id, "fund": json.dumps(row)})).scalar_one()
    if outcome != "opened":
        raise Refused(str(outcome))


async def open_period(tx: Transaction, day: date) -> list[int]:
    """Make the day's month the open one; the months that became current, oldest first."""
    return list((await tx.execute(_OPEN_PERIOD, {"book": BOOK_ID, "day": day})).scalar_one())


async def post(tx: Transaction, fund: Fund, entry: Entry) -> Posted:
    """Write the entry, or say why not in the ledger's own word."""
    items = json.dumps([_item(entry)])
    outcome: dict[str, Any] = (await tx.execute(_POST, {"book": fund.book_id, "items": items})).scalar_one()
    word = outcome.pop("outcome")
    if word not in ("posted", "known"):
        raise Refused(word, status=422 if word in _INVALID else 409, **outcome)
    return Posted(
        entry_id=UUID(outcome["entry_id"]),
        period=outcome["period"],
        voucher_no=outcome["voucher_no"],
        seq=outcome["seq"],
        revision=outcome.get("revision", fund.revision),
        new=word == "posted",
    )


def _item(entry: Entry) -> dict[str, Any]:
    authority = entry.authority
    return {
        "entry_id": str(entry.id),
        "fund_id": str(entry.fund_id),
        "kind": str(entry.kind),
        "template": entry.template.code,
        "template_version": entry.template.version,
        "booking_date": entry.booking_date.isoformat(),
        "effective_date": entry.effective_date.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "source_kind": entry.source.kind,
        "source_id": str(entry.source.id),
        "step": entry.source.step,
        "request_hash": entry.request_hash().hex(),
        "amount_fen": entry.amount_fen,
        "narration_code": entry.template.narration_code,
        "narration_args": list(entry.narration_args),
        "prepared_by": str(entry.prepared_by),
        "approval_id": str(authority.approval_id) if authority else None,
        "commitment_id": str(authority.commitment_id) if authority else None,
        "final": authority.final if authority else False,
        "documents": list(entry.documents),
        "lines": [asdict(line) for line in entry.lines],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """A commitment made, or why there is none yet."""

    commitment_id: UUID | None
    revision: int
    available_fen: int = 0


async def reserve(tx: Transaction, approval_id: UUID, commitment_id: UUID) -> Reserved:
    """Set the approved sum aside, if the fund has it."""
    values = {"approval": approval_id, "commitment": commitment_id, "at": tx.now}
    outcome: dict[str, Any] = (await tx.execute(_RESERVE, values)).scalar_one()
    if outcome["outcome"] == "not_enough_available":
        return Reserved(commitment_id=None, revision=0, available_fen=outcome["available_fen"])
    if outcome["outcome"] != "made":
        raise Refused(outcome["outcome"])
    return Reserved(commitment_id=commitment_id, revision=outcome["revision"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    revision: int
    rest_fen: int
    paid_fen: int


async def release(tx: Transaction, commitment_id: UUID, state: str, at: datetime) -> Released:
    """Give up what is left of a commitment; it is available again at once."""
    values = {"commitment": commitment_id, "state": state, "at": at}
    outcome: dict[str, Any] = (await tx.execute(_RELEASE, values)).scalar_one()
    if outcome["outcome"] != "released":
        raise Refused(outcome["outcome"])
    return Released(revision=outcome["revision"], rest_fen=outcome["rest_fen"], paid_fen=outcome["paid_fen"])
