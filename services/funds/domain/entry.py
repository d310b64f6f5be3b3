"""An entry (记账凭证): an immutable voucher with signed lines, debit +, credit −, which sum to zero."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.funds.domain.chart import Chart, Role
from services.funds.domain.money import Fen
from services.funds.domain.template import EntryKind, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    account: str
    amount_fen: int
    cash_flow_item: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The business key: for ever one entry per book, source and step."""

    kind: str
    id: UUID
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """Who pays, and by which approval and commitment; only money out needs it."""

    payer_id: UUID
    approval_id: UUID
    commitment_id: UUID
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    id: UUID
    fund_id: UUID
    template: Template
    amount_fen: Fen
    booking_date: date
    effective_date: date
    recorded_at: datetime
    source: Source
    prepared_by: UUID
    narration_args: tuple[str, ...]
    documents: tuple[str, ...]
    authority: Authority | None
    lines: tuple[Line, ...]

    @property
    def kind(self) -> EntryKind:
        return self.template.kind

    def request_hash(self) -> bytes:
        """What was asked for, without when and under which id: the same request again is the same entry."""
        asked = [
            str(self.fund_id),
            self.template.code,
            self.template.version,
            self.amount_fen,
            self.effective_date.isoformat(),
            list(self.narration_args),
            [[line.account, line.amount_fen] for line in self.lines],
        ]
        return hashlib.sha256(json.dumps(asked, ensure_ascii=True, separators=(",", ":")).encode()).digest()


def lines_of(template: Template, amount_fen: Fen, chart: Chart) -> tuple[Line, ...]:
    """The template's two lines in one chart; the cash line says where it stands in the cash flow statement."""
    return (
        _line(template, chart, template.debit, amount_fen),
        _line(template, chart, template.credit, -amount_fen),
    )


def _line(template: Template, chart: Chart, role: Role, amount_fen: int) -> Line:
    item = template.cash_flow_item if role is Role.BANK else None
    return Line(account=chart.roles[role], amount_fen=amount_fen, cash_flow_item=item)
