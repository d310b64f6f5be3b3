"""Somebody reads the words of a text: on record first."""

from dataclasses import dataclass
from uuid import UUID

from chassis.audit import record_read
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.number import masked
from services.notify.domain.prompt import Prompt
from services.notify.store import copies, prompts, received
from services.notify.store.received import Opened, Received


@dataclass(frozen=True, slots=True)
class ReadText:
    """One text, opened, with the question in whose thread it came."""

    row: Received
    opened: Opened
    prompt: Prompt | None

    @property
    def masked_number(self) -> str:
        return masked(self.opened.number)


async def read(received_id: UUID, tx: Transaction) -> ReadText:
    """Open one text for a service of ours."""
    row = await received.load(tx, received_id)
    await record_read(tx, action="received_read", subject=row.id, fields=["text", "number"])
    found = await prompts.lock(tx, [row.prompt_id])
    prompt = found.get(row.prompt_id) if row.prompt_id else None
    return ReadText(row, await received.opened(tx, row), prompt)


async def read_for_person(received_id: UUID, tx: Transaction) -> ReadText:
    """Open one text for a person whose grant covers where it came from."""
    row = await received.load(tx, received_id)
    path = await copies.path_of(tx, row.community_id)
    if path and not tx.actor.may("notify.received.read", area_path=path):
        raise Refused("received_unknown", status=404)
    return await read(received_id, tx)
