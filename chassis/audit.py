"""Who did and who read what matters, in the transaction of the act: no row, no act.

A row holds names of fields and never their values.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text

from chassis.telemetry import trace_id

if TYPE_CHECKING:
    from chassis.transaction import Transaction

_ROW = (
    " (id, at, actor, action, subject, reason, fields, trace)"
    " VALUES (:id, :at, :actor, :action, :subject, :reason, :fields, :trace)"
)
_ACT = text("INSERT INTO audit" + _ROW)
_READ = text("INSERT INTO access_log" + _ROW)


async def record_act(
    tx: "Transaction", *, action: str, subject: UUID | None, reason: str = "", fields: Sequence[str] = ()
) -> None:
    """An act that an auditor will ask about: a grant, a replay, a discard, a decision."""
    await tx.execute(_ACT, _values(tx, action, subject, reason, fields))


async def record_read(
    tx: "Transaction", *, action: str, subject: UUID | None, reason: str = "", fields: Sequence[str] = ()
) -> None:
    """A read of what is not everybody's: commit it before the text is sent."""
    await tx.execute(_READ, _values(tx, action, subject, reason, fields))


def _values(
    tx: "Transaction", action: str, subject: UUID | None, reason: str, fields: Sequence[str]
) -> dict[str, object]:
    return {
        "id": tx.new_id(),
        "at": tx.now,
        "actor": tx.actor.name,
        "action": action,
        "subject": subject,
        "reason": reason,
        "fields": list(fields),
        "trace": trace_id(),
    }
