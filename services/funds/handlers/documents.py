"""Evidence is handed in before the case it belongs to is moved on."""

from dataclasses import dataclass
from uuid import UUID

from chassis.pictures import written_anew
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.document import PDF, Document, media_type, not_allowed
from services.funds.handlers.access import acting_person, admitted_fund
from services.funds.store import private


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDocument:
    fund_id: UUID
    document: Document


async def cleaned(content: bytes, *, stated_sha256: str | None) -> Document:
    """What is kept of the file: a picture is decoded and written anew, a PDF stays as it came."""
    found = media_type(content, stated_sha256=stated_sha256)
    if found == PDF:
        return Document(content=content, media_type=found)
    try:
        picture = await written_anew(content, found)
    except Refused as refused:
        raise not_allowed(refused.code) from refused
    return Document(content=picture.content, media_type=found)


async def keep_document(command: KeepDocument, tx: Transaction) -> tuple[UUID, Document]:
    fund = await admitted_fund(tx, command.fund_id, "funds.document")
    return await private.keep_document(tx, fund.id, acting_person(tx), command.document), command.document
