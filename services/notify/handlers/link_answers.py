"""A question answered on its own page, by whoever holds its link."""

from dataclasses import dataclass
from typing import Final

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain import prompt as rules
from services.notify.domain.prompt import Move, Prompt, State
from services.notify.handlers import answers, links
from services.notify.handlers.answers import Answer
from services.notify.store import copies, prompts

LATE: Final = "late"


@dataclass(frozen=True, slots=True)
class AnswerLink:
    """A token and the option chosen."""

    token: str
    option: str


@dataclass(frozen=True, slots=True)
class AskedByLink:
    """A question as its page shows it."""

    prompt: Prompt
    state: str
    category: str
    chosen: str | None


async def look(token: str, tx: Transaction) -> AskedByLink:
    """The question behind a token. Nothing changes, however often a preview robot opens it."""
    prompt = await prompts.by_link(tx, links.hashed(token))
    labels = await copies.category_labels(tx, [prompt.category])
    last = await prompts.last_answer(tx, prompt.id)
    state = State.EXPIRED if rules.overdue(prompt, tx.now) else prompt.state
    return AskedByLink(prompt, str(state), labels.get(prompt.category, prompt.category), last[0] if last else None)


async def answer(command: AnswerLink, tx: Transaction) -> AskedByLink:
    """Answer in time; the same answer again is the same; a late one is told and changes nothing."""
    prompt = await prompts.by_link(tx, links.hashed(command.token), for_update=True)
    option = prompt.option(command.option)
    if option is None:
        raise Refused("option_unknown", status=422, errors=[{"pointer": "/option", "code": "unknown", "detail": ""}])
    last = await prompts.last_answer(tx, prompt.id)
    if prompt.state is State.ANSWERED and last == (option.code, "link"):
        return AskedByLink(prompt, str(prompt.state), prompt.category, option.code)
    move, saved = await answers.take(prompt, Answer(option, "link"), tx)
    state = LATE if move is Move.LATE_ANSWER else str(saved.state)
    return AskedByLink(saved, state, saved.category, option.code)
