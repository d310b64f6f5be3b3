"""A question answered in the console: by the person herself, or by staff who heard her answer."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain.prompt import CLOSED, Move, Prompt
from services.notify.handlers import answers
from services.notify.handlers import prompts as questions
from services.notify.handlers.answers import Answer
from services.notify.store import copies, prompts

ANSWER: Final = "notify.prompts.answer"


@dataclass(frozen=True, slots=True)
class AnswerPrompt:
    """A question and the option chosen."""

    prompt_id: UUID
    option: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A question after an answer; `late` when it had closed before."""

    prompt: Prompt
    option: str
    late: bool


async def answer(command: AnswerPrompt, tx: Transaction) -> Taken:
    """Answer in time; a late answer is told to the owner and changes nothing."""
    prompt = await _lock(command.prompt_id, tx)
    channel = "tray" if tx.actor.person_id == prompt.person_id else "operator"
    if channel == "operator":
        await _granted(prompt, tx)
    option = prompt.option(command.option)
    if option is None:
        raise Refused("option_unknown", status=422, errors=[{"pointer": "/option", "code": "unknown", "detail": ""}])
    move, saved = await answers.take(prompt, Answer(option, channel), tx)
    return Taken(saved, option.code, move is Move.LATE_ANSWER)


async def withdraw(prompt_id: UUID, tx: Transaction) -> Prompt:
    """Ask no longer, because staff know better."""
    prompt = await _lock(prompt_id, tx)
    await _granted(prompt, tx)
    if prompt.state in CLOSED:
        raise Refused("prompt_closed")
    (saved,) = await questions.withdraw([prompt], tx)
    return saved


async def _lock(prompt_id: UUID, tx: Transaction) -> Prompt:
    found = await prompts.lock(tx, [prompt_id])
    if prompt_id not in found:
        raise Refused("prompt_unknown", status=404)
    return found[prompt_id]


async def _granted(prompt: Prompt, tx: Transaction) -> None:
    if not tx.actor.may(ANSWER, area_path=await copies.path_of(tx, prompt.community_id)):
        raise Refused("prompt_unknown", status=404)
