"""Somebody reads the words of a text: on record first."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from chassis.audit import record_read
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.number import masked
from services.notify.domain.prompt import Prompt
from services.notify.events import TextReceived
from services.notify.store import copies, prompts, received
from services.notify.store.received import Opened, Received

HANDED_OVER: Final = frozenset({"words", "handed_over"})


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
    await _seen(received_id, "notify.received.read", tx)
    return await read(received_id, tx)


async def hand_over(received_id: UUID, tx: Transaction) -> Received:
    """Give a text that answered nothing to whoever drafts from words; once."""
    row = await _seen(received_id, "notify.received.hand_over", tx)
    if row.outcome in HANDED_OVER:
        raise Refused("handed_over_already")
    await received.settle(tx, row.id, outcome="handed_over")
    event = TextReceived(received_id=row.id, person_id=row.person_id, hints=row.hints, confidential=False)
    tx.announce(event, row)
    return replace(row, outcome="handed_over")


async def _seen(received_id: UUID, permission: str, tx: Transaction) -> Received:
    row = await received.load(tx, received_id)
    path = await copies.path_of(tx, row.community_id)
    if row.confidential or (path and not tx.actor.may(permission, area_path=path)):
        raise Refused("received_unknown", status=404)
    return row
