"""Macros (named lists of commands, all or nothing per case) and ready words."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, ValidationError

from chassis.edge import Body, Edge, permitted
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.tickets.api.desk import AssignBody, RejectBody, TriageBody
from services.tickets.api.moves import ContactBody, Nothing, ResolveBody
from services.tickets.api.tickets import NoteBody
from services.tickets.domain import canned
from services.tickets.handlers import at_hand as handlers
from services.tickets.handlers import editing, routing, triage, work
from services.tickets.handlers.at_hand import KEEP, USE, Applied, Step
from services.tickets.store import at_hand
from services.tickets.store.at_hand import MACROS, REPLIES

router = APIRouter(tags=["desk"], prefix="/v1")
Name = Annotated[str, Field(min_length=1, max_length=80)]
Verb = Literal["triage", "assign", "record-contact", "start", "resolve", "reject", "note"]
Act = Callable[[Any, Transaction], Awaitable[object]]

# Each verb with its body, the command it makes and the handler that does it.
VERBS: Mapping[str, tuple[type[Body], type[Any], Act]] = {
    "triage": (TriageBody, triage.TriageTicket, triage.triage_ticket),
    "assign": (AssignBody, routing.AssignTicket, routing.assign_ticket),
    "record-contact": (ContactBody, work.RecordContact, work.record_contact),
    "start": (Nothing, work.Command, work.start_work),
    "resolve": (ResolveBody, work.ResolveTicket, work.resolve_ticket),
    "reject": (RejectBody, triage.RejectTicket, triage.reject_ticket),
    "note": (NoteBody, editing.AddNote, editing.add_note),
}


class CommandBody(Body):
    verb: Verb
    body: dict[str, Any] = Field(default_factory=dict)


class MacroBody(Body):
    community_id: UUID
    name: Name
    commands: Annotated[list[CommandBody], Field(min_length=1, max_length=10)]


class ReplyBody(Body):
    community_id: UUID
    name: Name
    text: Annotated[str, Field(min_length=1, max_length=1_000)]


class ApplyBody(Body):
    ticket_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class FillBody(Body):
    ticket_id: UUID


class Kept(BaseModel):
    id: UUID
    revision: int = 1


class Macro(BaseModel):
    id: UUID
    community_id: UUID
    name: str
    commands: list[dict[str, Any]]


class Macros(BaseModel):
    items: list[Macro]
    as_of: datetime


class Reply(BaseModel):
    id: UUID
    community_id: UUID
    name: str
    text: str


class Replies(BaseModel):
    items: list[Reply]
    as_of: datetime


class AppliedModel(BaseModel):
    ticket_id: UUID
    done: bool
    code: str | None


class AppliedAll(BaseModel):
    items: list[AppliedModel]
    revision: int = 1

    @classmethod
    def of(cls, applied: list[Applied]) -> "AppliedAll":
        return cls(items=[AppliedModel.model_validate(each, from_attributes=True) for each in applied])


class Filled(BaseModel):
    text: str


@router.get("/macros", response_model=Macros)
async def list_macros(community_id: UUID, edge: Annotated[Edge, permitted(USE)]) -> Macros:
    async with edge.reading() as tx:
        await handlers.check_community(community_id, USE, tx)
        rows = await at_hand.of_community(tx, MACROS, community_id)
        return Macros(items=[Macro.model_validate(row, from_attributes=True) for row in rows], as_of=tx.now)


@router.post("/macros", response_model=Kept, status_code=201)
async def make_macro(body: MacroBody, edge: Annotated[Edge, permitted(KEEP)]) -> Response:
    commands = [each.model_dump(mode="json") for each in body.commands]
    _steps(commands)
    values = {"name": body.name, "commands": commands}
    return await edge.command(
        lambda tx: handlers.make(MACROS, body.community_id, values, tx), lambda id_: Kept(id=id_), status=201
    )


@router.post("/macros/{macro_id}:apply", response_model=AppliedAll)
async def apply(macro_id: UUID, body: ApplyBody, edge: Annotated[Edge, permitted(USE)]) -> Response:
    """Every case by itself: all the commands, or none of them and the reason."""

    async def act(tx: Transaction) -> list[Applied]:
        row = await at_hand.load(tx, MACROS, macro_id)
        await handlers.check_community(row.community_id, USE, tx)
        return await handlers.apply(_steps(row.commands), body.ticket_ids, tx)

    return await edge.command(act, AppliedAll.of)


@router.post("/macros/{macro_id}:retire", response_model=Kept)
async def retire_macro(macro_id: UUID, body: Nothing, edge: Annotated[Edge, permitted(KEEP)]) -> Response:
    return await edge.command(lambda tx: handlers.retire(MACROS, macro_id, tx), lambda id_: Kept(id=id_))


@router.get("/canned-replies", response_model=Replies)
async def list_replies(community_id: UUID, edge: Annotated[Edge, permitted(USE)]) -> Replies:
    async with edge.reading() as tx:
        await handlers.check_community(community_id, USE, tx)
        rows = await at_hand.of_community(tx, REPLIES, community_id)
        return Replies(items=[Reply.model_validate(row, from_attributes=True) for row in rows], as_of=tx.now)


@router.post("/canned-replies", response_model=Kept, status_code=201)
async def make_reply(body: ReplyBody, edge: Annotated[Edge, permitted(KEEP)]) -> Response:
    """Places: {number}, {group}, {category}, {due}."""
    canned.check(body.text)
    values = {"name": body.name, "text": body.text}
    return await edge.command(
        lambda tx: handlers.make(REPLIES, body.community_id, values, tx), lambda id_: Kept(id=id_), status=201
    )


@router.post("/canned-replies/{reply_id}:fill", response_model=Filled)
async def fill(reply_id: UUID, body: FillBody, edge: Annotated[Edge, permitted(USE, key=False)]) -> Filled:
    async with edge.reading() as tx:
        row = await at_hand.load(tx, REPLIES, reply_id)
        await handlers.check_community(row.community_id, USE, tx)
        return Filled(text=await handlers.fill(row.text, body.ticket_id, tx))


@router.post("/canned-replies/{reply_id}:retire", response_model=Kept)
async def retire_reply(reply_id: UUID, body: Nothing, edge: Annotated[Edge, permitted(KEEP)]) -> Response:
    return await edge.command(lambda tx: handlers.retire(REPLIES, reply_id, tx), lambda id_: Kept(id=id_))


def _steps(commands: list[dict[str, Any]]) -> list[Step]:
    """The commands ready to be done; refused with its place where one is not whole."""
    return [partial(_do, at, each["verb"], each["body"]) for at, each in enumerate(commands) if _whole(at, each)]


def _whole(at: int, command: Mapping[str, Any]) -> Body:
    model = VERBS[command["verb"]][0]
    try:
        return model.model_validate(command["body"])
    except ValidationError as error:
        faults = [
            {"pointer": "/".join(["", "commands", str(at), "body", *map(str, each["loc"])]), "code": each["type"]}
            for each in error.errors()
        ]
        raise Refused("macro_invalid", status=422, errors=faults) from error


async def _do(at: int, verb: str, body: Mapping[str, Any], ticket_id: UUID, tx: Transaction) -> object:
    _, command, act = VERBS[verb]
    whole = _whole(at, {"verb": verb, "body": body})
    values = {name: getattr(whole, name) for name in type(whole).model_fields}
    return await act(command(ticket_id=ticket_id, **values), tx)
