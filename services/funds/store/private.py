"""Words and files under seal. Each case has its own key, wrapped by the service's: destroying it destroys the words."""

import base64
import json
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.funds.domain.document import Document
from services.funds.store.tables import application_key, application_private, document, payee_private


async def keep_words(tx: Transaction, application_id: UUID, place: str, words: str) -> None:
    """Seal what somebody wrote about a household."""
    key = await _key(tx, application_id)
    id = tx.new_id()
    sealed = tx.service.sealing.seal(words, key=key, aad=f"application_private.words:{id}")
    row = {"id": id, "application_id": application_id, "place": place, "words": sealed, "at": tx.now}
    await tx.execute(insert(application_private), row)


async def words_of(tx: Transaction, application_id: UUID) -> list[tuple[str, str]]:
    """Every word about the case with its place, oldest first."""
    key = await _key(tx, application_id)
    asked = select(application_private).where(application_private.c.application_id == application_id)
    rows = (await tx.execute(asked.order_by(application_private.c.id))).all()
    unseal = tx.service.sealing.unseal
    return [(row.place, unseal(bytes(row.words), key=key, aad=f"application_private.words:{row.id}")) for row in rows]


async def _key(tx: Transaction, application_id: UUID) -> bytes:
    sealing = tx.service.sealing
    _, wrapped = sealing.new_data_key()
    row = {"application_id": application_id, "key_wrapped": wrapped}
    await tx.execute(upsert(application_key).values(**row).on_conflict_do_nothing())
    asked = select(application_key.c.key_wrapped).where(application_key.c.application_id == application_id)
    return sealing.unwrap(bytes((await tx.execute(asked)).scalar_one()))


async def keep_payee(tx: Transaction, payee: Mapping[str, str]) -> UUID:
    """Seal a payee's name, bank and account."""
    id, sealing = tx.new_id(), tx.service.sealing
    key, wrapped = sealing.new_data_key()
    sealed = sealing.seal(json.dumps(dict(payee), ensure_ascii=False), key=key, aad=f"payee_private.payee:{id}")
    await tx.execute(insert(payee_private), {"id": id, "key_wrapped": wrapped, "payee": sealed})
    return id


async def payee_of(tx: Transaction, id: UUID) -> dict[str, str]:
    row = (await tx.execute(select(payee_private).where(payee_private.c.id == id))).one()
    sealing = tx.service.sealing
    key = sealing.unwrap(bytes(row.key_wrapped))
    return dict(json.loads(sealing.unseal(bytes(row.payee), key=key, aad=f"payee_private.payee:{id}")))


async def keep_document(tx: Transaction, fund_id: UUID, by: UUID, kept: Document) -> UUID:
    id, sealing = tx.new_id(), tx.service.sealing
    key, wrapped = sealing.new_data_key()
    content = base64.b64encode(kept.content).decode()
    row = {
        "id": id,
        "fund_id": fund_id,
        "sha256": kept.sha256,
        "media_type": kept.media_type,
        "size": len(kept.content),
        "key_wrapped": wrapped,
        "content": sealing.seal(content, key=key, aad=f"document.content:{id}"),
        "uploaded_by": by,
        "at": tx.now,
    }
    await tx.execute(insert(document), row)
    return id


async def document_of(tx: Transaction, id: UUID) -> tuple[UUID, Document]:
    """The document with the fund it belongs to."""
    row = (await tx.execute(select(document).where(document.c.id == id))).one_or_none()
    if row is None:
        raise Refused("not_found", status=404)
    sealing = tx.service.sealing
    encoded = sealing.unseal(
        bytes(row.content), key=sealing.unwrap(bytes(row.key_wrapped)), aad=f"document.content:{id}"
    )
    content = base64.b64decode(encoded)
    return row.fund_id, Document(content=content, media_type=row.media_type)


async def hashes_of(tx: Transaction, fund_id: UUID, ids: tuple[UUID, ...]) -> tuple[str, ...]:
    """The hashes of documents uploaded for this fund; one that is not there is named."""
    asked = select(document.c.id, document.c.sha256).where(document.c.fund_id == fund_id, document.c.id.in_(ids))
    known = {row.id: row.sha256 for row in (await tx.execute(asked)).all()}
    errors = [
        {"pointer": f"/documents/{at}", "code": "unknown", "detail": "no such document of this fund"}
        for at, id in enumerate(ids)
        if id not in known
    ]
    if errors:
        raise Refused("document_unknown", status=422, errors=errors)
    return tuple(known[id] for id in ids)
