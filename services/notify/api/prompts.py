"""Prompts for staff, and the page of a prompt's own link, which needs no sign-in and changes nothing when opened."""

import json
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from chassis.edge import Body, Edge, by_secret, permitted, signed_in
from chassis.refused import Refused
from services.notify import views
from services.notify.api.shapes import Moved, PromptDetail, PromptShape
from services.notify.handlers import link_answers, prompt_answers
from services.notify.handlers.link_answers import AnswerLink, AskedByLink
from services.notify.handlers.prompt_answers import ANSWER, AnswerPrompt, Taken

router = APIRouter()
Reader = Annotated[Edge, permitted("notify.prompts.read")]
TOKEN_CHARACTERS = 22


def has_token(request: Request) -> bool:
    """A token of 128 bits; whether it opens anything, the query says with 404."""
    return len(str(request.path_params.get("token", ""))) == TOKEN_CHARACTERS


Linked = Annotated[Edge, by_secret(has_token)]


class LinkOption(BaseModel):
    """One possible answer, in both languages."""

    code: str
    key: str
    label: dict[str, str]


class LinkPage(BaseModel):
    """What the page of a question shows."""

    prompt_id: UUID
    state: str
    purpose: str
    about: UUID
    round: int
    number: str | None
    category: str
    options: list[LinkOption]
    chosen: str | None
    expires_at: datetime | None

    @classmethod
    def of(cls, asked: AskedByLink) -> "LinkPage":
        prompt = asked.prompt
        options = [
            LinkOption(code=o.code, key=o.key, label={"zh-CN": o.label, "en": o.label_en or o.label})
            for o in prompt.options
        ]
        return cls(
            prompt_id=prompt.id,
            state=asked.state,
            purpose=prompt.purpose,
            about=prompt.about,
            round=prompt.round,
            number=prompt.number or None,
            category=asked.category,
            options=options,
            chosen=asked.chosen,
            expires_at=prompt.expires_at,
        )


class LinkAnswer(Body):
    """The option chosen on the page."""

    option: str = Field(min_length=1, max_length=64)


class PromptAnswer(Body):
    """The option chosen in the console."""

    option: str = Field(min_length=1, max_length=64)


class Answered(BaseModel):
    """The question after an answer."""

    id: UUID
    state: str
    option: str
    late: bool
    revision: int

    @classmethod
    def of(cls, taken: Taken) -> "Answered":
        prompt = taken.prompt
        return cls(
            id=prompt.id, state=str(prompt.state), option=taken.option, late=taken.late, revision=prompt.revision
        )


class LinkAnswered(BaseModel):
    """The question is answered."""

    id: UUID
    state: str
    option: str
    revision: int

    @classmethod
    def of(cls, asked: AskedByLink, command: AnswerLink) -> "LinkAnswered":
        return cls(id=asked.prompt.id, state=asked.state, option=command.option, revision=asked.prompt.revision)


@router.get("/v1/prompts")
async def list_prompts(
    edge: Reader,
    about: UUID | None = None,
    state: str | None = None,
    correlation: UUID | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Prompts, newest first."""
    filters = {"about": about, "state": state, "correlation": correlation}
    page = edge.page(limit, cursor, filters)
    async with edge.reading() as tx:
        rows = await views.prompts_page(tx, edge.actor.scopes("notify.prompts.read"), filters, page.limit, page.after)
        shown = [PromptShape.of(row) for row in rows]
        return edge.listed(shown, page, key=lambda p: [p.created_at, p.id], as_of=tx.now)


@router.get("/v1/prompts/{prompt_id}", response_model=PromptDetail)
async def get_prompt(prompt_id: UUID, edge: Reader, response: Response) -> PromptDetail:
    """One prompt with its answers."""
    async with edge.reading() as tx:
        row = await views.prompt(tx, edge.actor.scopes("notify.prompts.read"), prompt_id)
    response.headers["ETag"] = f'"{row["revision"]}"'
    return PromptDetail.of(row)


@router.post("/v1/prompts/{prompt_id}/answers", response_model=Answered)
async def answer_prompt(prompt_id: UUID, body: PromptAnswer, edge: Annotated[Edge, signed_in()]) -> Response:
    """Answer one's own question, or write down what somebody answered. Too late, its owner hears of it all the same."""
    command = AnswerPrompt(prompt_id, body.option)
    response = await edge.command(lambda tx: prompt_answers.answer(command, tx), Answered.of)
    if json.loads(bytes(response.body))["late"]:
        raise Refused("prompt_closed")
    return response


@router.post("/v1/prompts/{prompt_id}:withdraw", response_model=Moved)
async def withdraw_prompt(prompt_id: UUID, edge: Annotated[Edge, permitted(ANSWER)]) -> Response:
    """Ask no longer."""
    return await edge.command(lambda tx: prompt_answers.withdraw(prompt_id, tx), Moved.of)


@router.get("/v1/prompt-links/{token}", response_model=LinkPage)
async def open_link(token: str, edge: Linked) -> LinkPage:
    """The question behind a link, as it stands."""
    async with edge.reading() as tx:
        return LinkPage.of(await link_answers.look(token, tx))


@router.post("/v1/prompt-links/{token}:answer", response_model=LinkAnswered)
async def answer_link(token: str, body: LinkAnswer, edge: Linked) -> Response:
    """Answer by button. A closed question stays as it is, and its owner hears that somebody came late."""
    command = AnswerLink(token=token, option=body.option)
    response = await edge.command(lambda tx: link_answers.answer(command, tx), lambda a: LinkAnswered.of(a, command))
    if json.loads(bytes(response.body))["state"] == link_answers.LATE:
        raise Refused("prompt_closed")
    return response
