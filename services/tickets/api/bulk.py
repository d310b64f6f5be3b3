"""One command on many cases: each by itself, with a result of its own."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError

from chassis.edge import Body, Edge, permitted
from chassis.transaction import Transaction
from services.tickets.api.at_hand import VERBS as AT_HAND
from services.tickets.api.desk import ConfirmBody
from services.tickets.api.joining import MergeBody
from services.tickets.api.moves import LinkBody
from services.tickets.api.tickets import EditBody
from services.tickets.handlers import bulk, editing, links, merging, triage

router = APIRouter(tags=["tickets"])
Verb = Literal["confirm", "triage", "assign", "record-contact", "start", "resolve", "reject", "merge", "link", "edit"]
Make = Callable[[Body], Mapping[str, Any]]


def _plain(body: Body) -> Mapping[str, Any]:
    return {name: getattr(body, name) for name in type(body).model_fields}


def _edited(body: Body) -> Mapping[str, Any]:
    return {"values": body.model_dump(exclude_none=True)}


# Each verb with its body, the command it makes, how, and the handler that does it.
VERBS: Mapping[str, tuple[type[Body], type[Any], Make, Callable[[Any, Transaction], Awaitable[Any]]]] = {
    **{verb: (body, command, _plain, act) for verb, (body, command, act) in AT_HAND.items() if verb != "note"},
    "confirm": (ConfirmBody, triage.TriageTicket, _plain, triage.confirm_ticket),
    "merge": (MergeBody, merging.MergeTicket, _plain, merging.merge_ticket),
    "link": (LinkBody, links.LinkTickets, _plain, links.link_tickets),
    "edit": (EditBody, editing.EditTicket, _edited, editing.edit_ticket),
}


class ItemBody(Body):
    ticket_id: UUID
    revision: Annotated[int, Field(ge=1)]


class BulkBody(Body):
    verb: Verb
    body: dict[str, Any] = Field(default_factory=dict)
    items: Annotated[tuple[ItemBody, ...], Field(min_length=1, max_length=200)]


class ResultModel(BaseModel):
    ticket_id: UUID
    done: bool
    code: str | None
    state: str | None
    revision: int | None


class Results(BaseModel):
    items: list[ResultModel]

    @classmethod
    def of(cls, results: list[bulk.Result]) -> Self:
        return cls(items=[ResultModel.model_validate(each, from_attributes=True) for each in results])


@router.post("/v1/tickets:bulk", response_model=Results)
async def on_many(body: BulkBody, edge: Annotated[Edge, permitted("tickets.bulk")]) -> Response:
    """Always 200: what came of each stands beside it, in the order asked."""
    model, command, make, act = VERBS[body.verb]
    try:
        given = make(model.model_validate(body.body))
    except ValidationError as error:
        faults = [{**each, "loc": ("body", "body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(faults) from error
    items = [
        (item.ticket_id, partial(act, command(ticket_id=item.ticket_id, expected=item.revision, **given)))
        for item in body.items
    ]
    return await edge.command(lambda tx: bulk.each(items, tx), Results.of)
