"""Texts in: an opt-out, an answer, or words for a person. The first test that holds decides, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from chassis.telemetry import log
from chassis.transaction import Transaction
from services.notify.domain import reply as words
from services.notify.domain.message import Message
from services.notify.domain.number import sender_of
from services.notify.domain.outcome import BadItem, Uplink
from services.notify.domain.prompt import CLOSED, Prompt, State
from services.notify.events import PromptUnclear, TextReceived
from services.notify.handlers import answers, auto_texts, measuring, opting_out
from services.notify.handlers.answers import Answer
from services.notify.settings import settings_of
from services.notify.store import messages, prompts, received
from services.notify.store.data_keys import Keys
from services.notify.store.received import Received

ONE_EVENT_ABOVE_PER_MINUTE: Final = 30
HINT_DAYS: Final = 7
HINTS_MAX: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A received text as the tests below look at it."""

    row: Received
    norm: str
    number: str
    ext: str
    sent: Sequence[Message]
    asked: Sequence[Prompt]

    @property
    def person_id(self) -> UUID | None:
        known = [p.person_id for p in self.asked if p.ext == self.ext] or [
            m.person_id for m in self.sent if m.person_id
        ]
        return known[0] if known else None

    @property
    def hints(self) -> list[UUID]:
        """What we last spoke of with this number, newest first."""
        thread = [p.about for p in self.asked if self.ext and p.ext == self.ext]
        return list(dict.fromkeys([*thread, *(m.about for m in self.sent if m.about)]))[:HINTS_MAX]


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
    row = await _row(provider, uplink, number, key, tx)
    if not await received.add(tx, row):
        measuring.replies().add(1, {"outcome": "repeated"})
        return
    text = await _text(row, uplink, number, tx)
    result = await _result(text, tx)
    measuring.replies().add(1, {"outcome": result.outcome})
    about = text.asked or text.sent
    await received.settle(
        tx,
        row.id,
        outcome=result.outcome,
        person_id=text.person_id,
        hints=text.hints,
        prompt_id=result.prompt.id if result.prompt else None,
        community_id=about[0].community_id if about else None,
    )


async def _row(provider: str, uplink: Uplink, number: str, key: bytes, tx: Transaction) -> Received:
    text_id, keys = tx.new_id(), await Keys.of(tx, [key])
    data_key, sealing = keys.key(key), tx.service.sealing
    same = f"{uplink.number}|{uplink.dest}|{uplink.text}|{uplink.at}".encode(errors="replace")
    return Received(
        id=text_id,
        provider=provider,
        dedupe_key=f"{provider}:{uplink.sequence}" if uplink.sequence else f"{provider}#{sha256(same).hexdigest()}",
        recipient_key=key,
        from_enc=sealing.seal(number, key=data_key, aad=f"received.from:{text_id}"),
        dest=uplink.dest,
        text_enc=sealing.seal(words.cleaned(uplink.text), key=data_key, aad=f"received.text:{text_id}"),
        outcome="received",
        reason="",
        person_id=None,
        prompt_id=None,
        hints=[],
        correlation=text_id,
        community_id=None,
        at=tx.now,
        revision=1,
    )


async def _text(row: Received, uplink: Uplink, number: str, tx: Transaction) -> Text:
    base = settings_of(tx.service).sender_base_number
    ext = uplink.dest.removeprefix(base) if uplink.dest.startswith(base) else ""
    return Text(
        row=row,
        norm=words.normalised(uplink.text),
        number=number,
        ext=ext,
        sent=await messages.latest_to(tx, row.recipient_key, tx.now - timedelta(days=HINT_DAYS)),
        asked=await prompts.lock_of_number(tx, base, row.recipient_key),
    )


async def _result(text: Text, tx: Transaction) -> Result:
    """Push the ifs up: opt-out, the question of the thread, the only open question, words."""
    if not text.norm:
        return Result("empty")
    if words.is_machine(text.number):
        return Result("machine")
    if words.is_opt_out(text.norm):
        await opting_out.opt_out(text.row, text.norm, _thread_topic(text), text.person_id, tx)
        return Result("opt_out")
    prompt = _of_thread(text) or _only_open(text)
    if prompt is not None:
        choice = words.chosen(text.norm, prompt.options)
        if choice is not None:
            received_id = text.row.id if choice.comment else None
            move, saved = await answers.take(prompt, Answer(choice.option, "sms", received_id), tx)
            return Result(str(move), saved)
        if prompt.state not in CLOSED:
            return await _unclear(text, prompt, tx)
    return await _words(text, tx)


def _thread_topic(text: Text) -> str | None:
    """The topic of the message whose thread was answered; without one, of what was sent last."""
    prompt = _of_thread(text)
    of_prompt = [m.topic for m in text.sent if prompt is not None and m.prompt_id == prompt.id]
    refusable = [m.topic for m in text.sent if m.message_class == "notice"]
    return next(iter([*of_prompt, *refusable]), None)


def _of_thread(text: Text) -> Prompt | None:
    return next((p for p in text.asked if text.ext and p.ext_held and p.ext == text.ext), None)


def _only_open(text: Text) -> Prompt | None:
    """Without an extension: the one open question whose option this is, if no closed one could be meant too."""
    if text.ext:
        return None
    takes = [p for p in text.asked if words.chosen(text.norm, p.options) is not None]
    waiting = [p for p in text.asked if p.state is State.OPEN]
    if len(waiting) != 1 or takes != waiting:
        return None
    return waiting[0]


async def _unclear(text: Text, prompt: Prompt, tx: Transaction) -> Result:
    """Words in the thread of an open question: its owner hears of them, and the sender gets one hint."""
    if not prompt.hinted:
        await auto_texts.answer(text.row, "reply-unclear", text.person_id, prompt, tx)
    (saved,) = await prompts.save(tx, [replace(prompt, hinted=True)])
    tx.announce(PromptUnclear.of(saved, text.row.id), saved)
    return Result("unclear", saved)


async def _words(text: Text, tx: Transaction) -> Result:
    """Anything else: tickets fetches the words by id. In a flood the minute's first texts stand for the rest."""
    if await received.lately(tx, text.row.recipient_key, 1) > ONE_EVENT_ABOVE_PER_MINUTE:
        return Result("flood")
    event = TextReceived(received_id=text.row.id, person_id=text.person_id, hints=text.hints, confidential=False)
    tx.announce(event, text.row)
    return Result("words")
