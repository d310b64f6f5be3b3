"""The phones as JSON, for the console's stage, the demo and the tests: `/sim`."""

import re
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from demo.gateway.apis.answering import Json
from demo.gateway.faults import Faults, Line
from demo.gateway.messages import Message
from demo.gateway.network import Network
from demo.gateway.people import NUMBER, TEXT_LENGTH_MAX, Text, written
from demo.gateway.residents import Script
from demo.gateway.settings import Settings
from demo.gateway.templates import Filing

router = APIRouter(prefix="/sim", default_response_class=Json)

WRITTEN = re.compile(r"(?:\+86|0086|86(?=1\d{10}$))?(\d{3,20})")
SCRIPT_BYTES_MAX = 65_536


def the_network(request: Request) -> Network:
    network: Network = request.app.state.network
    return network


def the_number(number: str) -> str:
    """However it is written, one handset has one number."""
    written = WRITTEN.fullmatch(number)
    if written is None:
        raise HTTPException(422, "a number has 3 to 20 digits")
    return written[1]


Net = Annotated[Network, Depends(the_network)]
Number = Annotated[str, Depends(the_number)]


Via = Literal["aliyun", "tencent", "twilio", "kannel"]


class HandsetChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    label: str | None = Field(None, max_length=60)
    line: Line | None = None


class Typed(BaseModel):
    """`text` is any JSON string: a handset may send what no form would let through."""

    model_config = ConfigDict(extra="forbid")

    text: Any
    to: str | None = Field(None, pattern=NUMBER)
    in_reply_to: str | None = None
    times: int = Field(1, ge=1, le=3)
    via: Via | None = None


class Recorded(BaseModel):
    model_config = ConfigDict(extra="forbid")

    texts: list[Text] = Field(max_length=10_000)
    speed: float = Field(1.0, gt=0, le=1_000_000)


class Reset(BaseModel):
    model_config = ConfigDict(extra="forbid")

    templates: bool = False


@router.get("/handsets")
async def list_handsets(network: Net) -> Response:
    return Json({"items": network.handsets.rows(network.faults)})


@router.put("/handsets/{number}")
async def put_handset(number: Number, change: HandsetChange, network: Net) -> Response:
    """Name a handset, so that it stands in the row before it has a text; or cut its line."""
    network.handsets.labels.setdefault(number, "")
    if change.label is not None:
        network.handsets.labels[number] = change.label
    if change.line is not None:
        network.set_line(number, change.line)
    network.keep()
    network.changes.tell("handset", network.row(number))
    return Json(network.row(number))


@router.get("/handsets/{number}")
async def read_handset(number: Number, network: Net, limit: Annotated[int, Query(ge=1, le=1_000)] = 200) -> Response:
    if not network.handsets.known(number):
        raise HTTPException(404, "no such handset")
    row = network.row(number)
    about = {name: row[name] for name in ("number", "label", "line")}
    return Json(about | {"threads": network.handsets.threads(number, limit)})


@router.post("/handsets/{number}/texts")
async def type_text(number: Number, typed: Typed, network: Net) -> Response:
    """The resident types; the text is on file when this answers, and the push follows."""
    if not isinstance(typed.text, str) or not 1 <= len(typed.text) <= TEXT_LENGTH_MAX:
        raise HTTPException(422, f"text: 1 to {TEXT_LENGTH_MAX} characters")
    to = typed.to or network.settings.base_number
    if typed.in_reply_to is not None:
        asked = network.handsets.message(typed.in_reply_to)
        if asked is None or asked.number != number:
            raise HTTPException(404, "no such message on this handset")
        to = asked.thread
    message = await network.text(
        number, to, typed.text, in_reply_to=typed.in_reply_to, times=typed.times, via=typed.via
    )
    return Json(message.facts(), 201)


@router.get("/submissions")
async def list_submissions(
    network: Net,
    client_ref: str | None = None,
    number: str | None = None,
    after: int = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1_000,
) -> Response:
    """The provider's truth: what was submitted, refused calls too, oldest first."""
    found = [m for m in network.handsets.submissions(client_ref, number) if int(m.id) > after]
    shown = found[:limit]
    more = shown[-1].id if len(found) > limit else None
    return Json({"items": [_submission(m) for m in shown], "next": more, "total": len(found)})


@router.get("/templates")
async def list_templates(network: Net) -> Response:
    return Json({"items": [filing.model_dump() for filing in network.templates.all()]})


@router.post("/templates")
async def file_templates(filings: list[Filing], network: Net) -> Response:
    """File texts as an operator does at the vendor's desk; the same code again replaces."""
    for filing in filings:
        network.templates.file(filing)
    network.keep()
    return Json({"filed": len(filings)})


@router.get("/settings")
async def read_settings(network: Net) -> Settings:
    return network.settings


@router.put("/settings")
async def put_settings(changed: dict[str, Any], network: Net) -> Settings:
    try:
        return network.set_settings(changed)
    except ValidationError as error:
        raise HTTPException(422, error.errors(include_url=False, include_context=False)) from None


@router.get("/faults")
async def read_faults(network: Net) -> Faults:
    return network.faults


@router.put("/faults")
async def put_faults(changed: dict[str, Any], network: Net) -> Faults:
    try:
        return network.set_faults(changed)
    except ValidationError as error:
        raise HTTPException(422, error.errors(include_url=False, include_context=False)) from None


@router.delete("/faults")
async def end_faults(network: Net) -> Faults:
    return network.set_faults(Faults().model_dump())


@router.get("/residents")
async def read_residents(network: Net) -> Script:
    return network.people.residents.script


@router.put("/residents")
async def put_residents(request: Request, network: Net) -> Script:
    """The script by which residents answer, as TOML; an empty one ends it."""
    script = (await request.body())[: SCRIPT_BYTES_MAX + 1]
    if len(script) > SCRIPT_BYTES_MAX:
        raise HTTPException(413, f"a script has at most {SCRIPT_BYTES_MAX} bytes")
    try:
        return network.people.residents.hire(script.decode())
    except ValueError as error:
        raise HTTPException(422, str(error)) from None


@router.get("/texts")
async def list_texts(network: Net) -> Response:
    """What residents wrote, oldest first, as `POST /sim/replay` takes it."""
    texts = written(network.handsets.messages())
    return Json({"texts": [asdict(text) | {"at": text.at.isoformat()} for text in texts]})


@router.post("/replay", status_code=202)
async def replay(recorded: Recorded, network: Net) -> Response:
    """The same texts again, as new ones, in their order and rhythm."""
    network.people.replay(recorded.texts, recorded.speed)
    return Json({"texts": len(recorded.texts)}, 202)


@router.get("/pushes")
async def list_pushes(network: Net, limit: Annotated[int, Query(ge=1, le=1_000)] = 200) -> Response:
    shown = [push for pushes in network.pushes() for push in pushes.shown]
    waiting = sum(pushes.waiting for pushes in network.pushes())
    return Json({"items": sorted(shown, key=lambda push: push["at"], reverse=True)[:limit], "waiting": waiting})


@router.get("/changes")
async def follow_changes(network: Net, last_event_id: Annotated[int | None, Header()] = None) -> StreamingResponse:
    changes: AsyncIterator[bytes] = network.changes.follow(last_event_id)
    return StreamingResponse(changes, media_type="text/event-stream", headers={"cache-control": "no-store"})


@router.post("/reset", status_code=204)
async def reset(network: Net, what: Reset) -> None:
    await network.reset(templates=what.templates)


def _submission(message: Message) -> dict[str, Any]:
    names = ("id", "client_ref", "biz_id", "number", "template_code", "sign_name", "thread", "provider", "udh")
    more = ("text", "segments", "at", "code", "state", "reason", "report")
    return {name: getattr(message, name) for name in names + more}
