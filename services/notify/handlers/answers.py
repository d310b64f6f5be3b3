"""One answer to one question, by text or by link alike: once per (prompt, revision)."""

from dataclasses import dataclass
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain import prompt as rules
from services.notify.domain.prompt import Move, Option, Prompt
from services.notify.events import PromptAnswered, PromptAnsweredLate, PromptExpired
from services.notify.handlers import prompts as questions
from services.notify.store import prompts


@dataclass(frozen=True, slots=True)
class Answer:
    """An option somebody chose, how it came, and the text it came with if there were words."""

    option: Option
    channel: str
    received_id: UUID | None = None


async def take(prompt: Prompt, answer: Answer, tx: Transaction) -> tuple[Move, Prompt]:
    """Close the question with the answer and tell its owner; too late, it changes nothing but is told too."""
    if rules.overdue(prompt, tx.now):
        (prompt,) = await prompts.save(tx, [rules.expired(prompt, at=tx.now)])
        tx.announce(PromptExpired.of(prompt), prompt)
    move, after = rules.reply(prompt, at=tx.now)
    (saved,) = await prompts.save(tx, [after])
    late = move is Move.LATE_ANSWER
    await prompts.add_answer(
        tx,
        saved,
        option=answer.option.code,
        channel=answer.channel,
        received_id=answer.received_id,
        late=late,
        at=tx.now,
    )
    event = PromptAnsweredLate if late else PromptAnswered
    told = event.of(saved, option=answer.option.code, channel=answer.channel, received_id=answer.received_id)
    tx.announce(told, saved)
    await questions.cancel_messages([saved.id], tx, reason="answered")
    return move, saved
