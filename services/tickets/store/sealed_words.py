"""Words that stand under a seal: the room of every case, and of a delicate matter all that was said and where. The key
is the case's own; what is sealed is in no list, index or export."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, select, update

from chassis.transaction import Transaction
from services.tickets.domain.category import SEALED
from services.tickets.domain.ticket import Ticket
from services.tickets.store.tables import tickets

# Beside the description, which has a seal of its own; the empty value is what stands in the open.
TOGETHER: dict[str, Any] = {"title": "", "unit": "", "floor": "", "place_text": "", "answers": {}}


def columns(tx: Transaction, ticket: Ticket) -> dict[str, Any]:
    """The words of a new case: what is exact or delicate is sealed under a key of its own."""
    hidden, shown = {"room": ticket.room}, {"description": ticket.description}
    if ticket.category in SEALED:
        hidden |= {"description": ticket.description, "words": _together(ticket)}
        shown = {"description": "", **TOGETHER}
    if not any(hidden.values()):
        return shown
    key, wrapped = tx.service.sealing.new_data_key()
    sealed = {
        f"{name}_sealed": tx.service.sealing.seal(value, key=key, aad=_aad(name, ticket.id))
        for name, value in hidden.items()
        if value
    }
    return {**shown, "data_key": wrapped, **sealed}


async def seal(tx: Transaction, ticket: Ticket, given: Collection[str] = ()) -> None:
    """The matter has turned out delicate, or its words have changed; `given` are words that count though empty."""
    row = (await tx.execute(select(tickets).where(tickets.c.id == ticket.id))).one()
    key, wrapped = (
        (tx.service.sealing.unwrap(row.data_key), row.data_key) if row.data_key else tx.service.sealing.new_data_key()
    )
    values: dict[str, Any] = {"data_key": wrapped, "description": "", **TOGETHER}
    if ticket.description:
        values["description_sealed"] = tx.service.sealing.seal(
            ticket.description, key=key, aad=_aad("description", ticket.id)
        )
    if words := _together(ticket, opened(tx, row), given):
        values["words_sealed"] = tx.service.sealing.seal(words, key=key, aad=_aad("words", ticket.id))
    await tx.execute(update(tickets).where(tickets.c.id == ticket.id).values(values))


def opened(tx: Transaction, row: Row[Any]) -> dict[str, Any]:
    """Every sealed word of the case, by name."""
    if row.data_key is None:
        return {}
    key = tx.service.sealing.unwrap(row.data_key)
    known: dict[str, Any] = {
        name: tx.service.sealing.unseal(sealed, key=key, aad=_aad(name, row.id))
        for name in ("room", "description", "words")
        if (sealed := row._mapping[f"{name}_sealed"]) is not None
    }
    together: dict[str, Any] = json.loads(known.pop("words", "{}"))
    return known | together


def _together(ticket: Ticket, before: dict[str, Any] | None = None, given: Collection[str] = ()) -> str:
    """Nothing where there is no such word."""
    said = {name: value for name, value in (before or {}).items() if name in TOGETHER}
    said |= {name: value for name in TOGETHER if (value := getattr(ticket, name)) or name in given}
    return json.dumps(said, ensure_ascii=False, default=str) if said else ""


def _aad(name: str, ticket_id: Any) -> str:
    return f"tickets.{name}:{ticket_id}"
