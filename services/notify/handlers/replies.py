"""Texts in: a way out, an answer, or words for a person. The first test that holds decides, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from chassis.telemetry import log
from chassis.transaction import Transaction
from services.notify.domain import matching
from services.notify.domain import reply as words
from services.notify.domain.consent import ALL_TOPICS, PROMOTION
from services.notify.domain.hours import spoken
from services.notify.domain.matching import Match, Reply, Step
from services.notify.domain.number import sender_of
from services.notify.domain.outcome import BadItem, Uplink
from services.notify.domain.prompt import Prompt
from services.notify.domain.template import CLASSES
from services.notify.events import PromptUnclear, TextReceived
from services.notify.handlers import answers, auto_texts, measuring, opting_out, texts
from services.notify.handlers.answers import Answer
from services.notify.handlers.auto_texts import Answer as AutoText
from services.notify.handlers.texts import Text
from services.notify.settings import settings_of
from services.notify.store import prompts, received

ONE_EVENT_ABOVE_PER_MINUTE: Final = 30
ASKED_WHICH_MINUTES: Final = 30
KEPT_HOURS: Final = 24
LISTED_MAX: Final = 3


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a text."""

    outcome: str
    prompt: Prompt | None = None


async def take(provider: str, batch: Sequence[Uplink | BadItem], tx: Transaction) -> None:
    """Take each text of a push; a line that is no text is passed over and counted."""
    for item in batch:
        if isinstance(item, BadItem):
            measuring.replies().add(1, {"outcome": "unreadable"})
            log.error("sms.uplink_unreadable", provider=provider)
        else:
            await receive(provider, item, tx)


async def receive(provider: str, uplink: Uplink, tx: Transaction) -> None:
    """Keep one text and let it take effect; one that came before does nothing."""
    number = sender_of(uplink.number)
    key = tx.service.sealing.index(number)
    if await received.lately(tx, key, 1) >= settings_of(tx.service).uplinks_per_minute_max:
        measuring.replies().add(1, {"outcome": "flood"})
        log.error("sms.uplink_flood", provider=provider)
        return
    text = await texts.take(provider, uplink, number, tx)
    if text is None:
        measuring.replies().add(1, {"outcome": "repeated"})
        return
    result = await _result(text, tx)
    measuring.replies().add(1, {"outcome": result.outcome})
    about = text.asked or text.sent
    await received.settle(
        tx,
        text.row.id,
        outcome=result.outcome,
        person_id=text.person_id,
        hints=text.hints,
        prompt_id=result.prompt.id if result.prompt else None,
        community_id=about[0].community_id if about else None,
    )


async def _result(text: Text, tx: Transaction) -> Result:
    """Push the ifs up: a way out, a way back, the answer to a question, words."""
    if not text.norm:
        return Result("empty")
    if words.is_machine(text.number):
        return Result("machine")
    if words.is_opt_out(text.norm):
        await opting_out.opt_out(text.row, _refused_topics(text), text.person_id, tx)
        await _say(AutoText(template="opted-out"), text, None, tx)
        return Result("opt_out")
    if words.is_start(text.norm) and await opting_out.start_again(text.row, text.person_id, tx):
        return Result("start")
    kept = await _kept(text, tx)
    match = matching.match(Reply(text.norm, text.ext, tx.now, kept.norm if kept else ""), text.asked)
    return await _matched(match, text, kept, tx)


async def _matched(match: Match, text: Text, kept: "Kept | None", tx: Transaction) -> Result:
    match match.step:
        case Step.UNCLEAR:
            return await _unclear(text, match.asking[0], tx)
        case Step.UNDECIDED:
            return await _which(text, match.asking, tx)
        case Step.WORDS:
            return await _words(text, tx)
    row_id = text.row.id
    if match.step is Step.COMPLETED and kept is not None:
        row_id = kept.received_id
        await received.settle(tx, row_id, outcome="completed")
    for hit in match.hits:
        received_id = row_id if hit.chosen.comment else None
        move, saved = await answers.take(hit.prompt, Answer(hit.chosen.option, "sms", received_id), tx)
    return Result(str(move), saved)


def _refused_topics(text: Text) -> Sequence[str]:
    """Everything; the topic of the thread; without a thread, what advertises and the topic sent last."""
    if text.norm == words.OPT_OUT_ALL:
        return [ALL_TOPICS]
    prompt = matching.thread_of(text.ext, text.asked)
    of_thread = [m.topic for m in text.sent if prompt is not None and m.prompt_id == prompt.id]
    if of_thread:
        return of_thread[:1]
    refusable = [m.topic for m in text.sent if CLASSES[m.message_class].refusable]
    return list(dict.fromkeys([PROMOTION, *refusable[:1]]))


@dataclass(frozen=True, slots=True)
class Kept:
    """An option whose question was not named yet, and the text it stands in."""

    received_id: UUID
    norm: str


async def _kept(text: Text, tx: Transaction) -> Kept | None:
    """The option that a letter alone completes."""
    if len(text.norm) != 1 or not text.norm.isalpha():
        return None
    row = await received.last_undecided(tx, text.row.recipient_key, KEPT_HOURS)
    if row is None:
        return None
    return Kept(row.id, words.normalised((await received.opened(tx, row)).text))


async def _which(text: Text, asking: Sequence[Prompt], tx: Transaction) -> Result:
    """Several questions take this answer: ask which one, by the letters that tell them apart."""
    listed = sorted(asking[:LISTED_MAX], key=lambda p: p.letter or "")
    said = {
        "questions": ",".join(f"{p.letter}:{p.number[-7:] or spoken(p.asked_at or tx.now)}" for p in listed),
        "example": f"{listed[0].letter}{listed[0].options[0].key}",
    }
    which = AutoText(template="reply-which", words=said, not_again_minutes=ASKED_WHICH_MINUTES)
    await _say(which, text, None, tx)
    return Result("undecided")


async def _unclear(text: Text, prompt: Prompt, tx: Transaction) -> Result:
    """Words in the thread of an open question: its owner hears of them, and the sender gets one hint."""
    if not prompt.hinted:
        await _say(AutoText(template="reply-unclear"), text, prompt, tx)
    (saved,) = await prompts.save(tx, [replace(prompt, hinted=True)])
    tx.announce(PromptUnclear.of(saved, text.row.id), saved)
    return Result("unclear", saved)


async def _say(what: AutoText, text: Text, prompt: Prompt | None, tx: Transaction) -> None:
    """Answer a text, but never the same words over and over: two machines could talk for ever."""
    if not text.looping:
        await auto_texts.answer(what, text.row, text.person_id, prompt, tx)


async def _words(text: Text, tx: Transaction) -> Result:
    """Anything else: tickets fetches the words by id. In a flood or a loop the first texts stand for the rest."""
    if text.looping:
        return Result("loop")
    if await received.lately(tx, text.row.recipient_key, 1) > ONE_EVENT_ABOVE_PER_MINUTE:
        return Result("flood")
    tx.announce(
        TextReceived(
            received_id=text.row.id,
            person_id=text.person_id,
            hints=text.hints,
            confidential=text.row.confidential,
        ),
        text.row,
    )
    return Result("words")
