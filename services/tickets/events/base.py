"""The base of every ticket event: ids, codes and states; never a name, a telephone number or a word of the case."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from chassis.feed import Event
from services.tickets.domain.ticket import Ticket

SOME = UUID("01936f00-0000-7000-8000-000000000001")
OTHER = UUID("01936f00-0000-7000-8000-000000000002")
SOMEBODY = UUID("01936f00-0000-7000-8000-0000000000aa")
GROUP = UUID("01936f00-0000-7000-8000-0000000000bb")
SOON = "2018-09-29T09:00:00Z"
_BASE: Mapping[str, Any] = {
    "ticket_id": SOME,
    "number": "20180830-07-00042-4",
    "kind": "complaint",
    "category": "sanitation",
    "class": "general",
    "state": "assigned",
    "state_type": "open",
    "round": 1,
    "group_id": GROUP,
    "handler_id": None,
    "reporter_id": SOMEBODY,
}


def base(ticket: Ticket, *, round_: int | None = None) -> dict[str, Any]:
    """The base data of a ticket event. `round_` where it speaks of another round than the newest."""
    return {
        "ticket_id": ticket.id,
        "number": ticket.number,
        "kind": ticket.kind,
        "category": ticket.category,
        "class_code": ticket.class_code,
        "state": ticket.state,
        "state_type": ticket.state_type,
        "round": round_ or ticket.round,
        "group_id": ticket.group_id,
        "handler_id": ticket.handler_id,
        "reporter_id": ticket.reporter_id,
    }


class Example(Event):
    """An event whose example stands beside its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)
    EXAMPLE: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def example(cls) -> Self:
        return cls.model_validate(dict(cls.EXAMPLE))


class TicketEvent(Example):
    """Something happened to a ticket."""

    ticket_id: UUID
    number: str
    kind: str
    category: str
    class_code: str = Field(alias="class")
    state: str
    state_type: str
    round: int
    group_id: UUID | None
    handler_id: UUID | None
    reporter_id: UUID | None

    @classmethod
    def of(cls, ticket: Ticket, **more: Any) -> Self:
        return cls(**base(ticket), **more)

    @classmethod
    def example(cls) -> Self:
        return cls.model_validate({**_BASE, **cls.EXAMPLE})
