"""Evidence is handed in before the case it belongs to is moved on."""

from dataclasses import dataclass
from uuid import UUID

from chassis.transaction import Transaction
from services.funds.domain.document import Document, accepted
from services.funds.handlers.access import acting_person, admitted_fund
from services.funds.store import private


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDocument:
    fund_id: UUID
    content: bytes
    stated_sha256: str | None


async def keep_document(command: KeepDocument, tx: Transaction) -> tuple[UUID, Document]:
    fund = await admitted_fund(tx, command.fund_id, "funds.document")
    document = accepted(command.content, stated_sha256=command.stated_sha256)
    return await private.keep_document(tx, fund.id, acting_person(tx), document), document
