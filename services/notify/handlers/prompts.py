"""Questions: planned with their message, withdrawn when settled, expired when nobody answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain import prompt as rules
from services.notify.domain.message import Move
from services.notify.domain.prompt import Prompt, State
from services.notify.domain.rule import Question
from services.notify.events import PromptExpired
from services.notify.handlers import links
from services.notify.settings import settings_of
from services.notify.store import messages, prompts
from services.notify.store.catalogue import Catalogue

EXPIRE_BATCH: Final = 200


async def plan(question: Question, person_id: UUID, facts: Mapping[str, Any], tx: Transaction) -> UUID:
    """The prompt this message will ask: the one that waits already, or a new one in place of what it replaces.

    Of several people who are asked the same in one round, each keeps her own.
    """
    about, round_ = UUID(facts[question.about]), facts.get("round", 0)
    waiting = await prompts.lock_waiting(tx, about, [question.purpose])
    same = [p for p in waiting if p.person_id == person_id and p.round == round_]
    beside = [p for p in waiting if question.of_several and p.round == round_]
    await withdraw([p for p in waiting if p not in same and p not in beside], tx)
    if same:
        return same[0].id
    return (await prompts.add(tx, _prompt(question, about, round_, person_id, facts, tx))).id


def _prompt(
    question: Question, about: UUID, round_: int, person_id: UUID, facts: Mapping[str, Any], tx: Transaction
) -> Prompt:
    assert tx.cause is not None
    prompt_id = tx.new_id()
    return Prompt(
        id=prompt_id,
        about_type=question.about.removesuffix("_id"),
        about=about,
        round=round_,
        purpose=question.purpose,
        person_id=person_id,
        options=question.options,
        changeable=question.changeable,
        sender=settings_of(tx.service).sender_base_number,
        recipient_key=None,
        ext=None,
        ext_held=False,
        link_hash=links.hashed(links.token(tx.service.sealing, prompt_id)),
        state=State.PLANNED,
        valid_hours=question.valid_hours,
        expires_at=None,
        asked_at=None,
        closed_at=None,
        hinted=False,
        late_told=False,
        number=facts.get("number", ""),
        category=facts.get("category", ""),
        correlation=tx.cause.correlation,
        community_id=tx.cause.community,
        created_at=tx.now,
        revision=1,
    )


async def withdraw_settled(about: UUID, event_type: str, tx: Transaction) -> None:
    """Withdraw the questions about a thing that this event settles."""
    purposes = (await Catalogue.of(tx)).settles.get(event_type)
    if purposes:
        await withdraw(await prompts.lock_waiting(tx, about, sorted(purposes)), tx)


async def withdraw(waiting: Sequence[Prompt], tx: Transaction) -> list[Prompt]:
    """Ask no longer: what has not left is cancelled with the question."""
    saved = await prompts.save(tx, [rules.withdrawn(prompt, at=tx.now) for prompt in waiting])
    await cancel_messages([prompt.id for prompt in waiting], tx, reason="withdrawn")
    return saved


async def cancel_messages(prompt_ids: Sequence[UUID], tx: Transaction, *, reason: str) -> None:
    """Cancel what still waits to ask a question that is closed."""
    unsent = await messages.lock_of_prompts(tx, prompt_ids)
    await messages.save(tx, [m.moved(Move.CANCEL, reason=reason, closed_at=tx.now) for m in unsent])


async def expire_due(tx: Transaction) -> int:
    """Close the open questions whose time is over; returns how many."""
    overdue = await prompts.lock_overdue(tx, EXPIRE_BATCH)
    for prompt in await prompts.save(tx, [rules.expired(p, at=tx.now) for p in overdue]):
        tx.announce(PromptExpired.of(prompt), prompt)
    await cancel_messages([prompt.id for prompt in overdue], tx, reason="expired")
    return len(overdue)


async def first_telling(facts: Mapping[str, Any], person_id: UUID | None, tx: Transaction) -> bool:
    """Whether this person has not yet been told about her last answer; one courteous line per prompt."""
    if person_id is None:
        return False
    prompt = await prompts.lock_latest_answered(tx, UUID(facts["ticket_id"]), person_id)
    if prompt is None or prompt.late_told:
        return False
    await prompts.save(tx, [replace(prompt, late_told=True)])
    return True
