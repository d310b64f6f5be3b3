"""A received text: kept sealed at once, and looked at with what its number was sent and asked lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from chassis.transaction import Transaction
from services.notify.domain import reply as words
from services.notify.domain.message import Message
from services.notify.domain.outcome import Uplink
from services.notify.domain.prompt import Prompt
from services.notify.settings import settings_of
from services.notify.store import messages, prompts, received
from services.notify.store.catalogue import Catalogue
from services.notify.store.data_keys import Keys
from services.notify.store.received import Received

HINT_DAYS: Final = 7
HINTS_MAX: Final = 3
SAME_WORDS_MINUTES: Final = 10
SAME_WORDS_MAX: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A received text as the tests look at it; `looping` when its words came too often to be a person's."""

    row: Received
    norm: str
    number: str
    ext: str
    sent: Sequence[Message]
    asked: Sequence[Prompt]
    looping: bool

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


async def take(provider: str, uplink: Uplink, number: str, tx: Transaction) -> Text | None:
    """Keep a text, and look around it; None where it came before."""
    sent = await messages.latest_to(tx, tx.service.sealing.index(number), tx.now - timedelta(days=HINT_DAYS))
    row = await _row(provider, uplink, number, await _confidential(sent, tx), tx)
    if not await received.add(tx, row):
        return None
    return await _text(row, uplink, number, sent, tx)


async def _confidential(sent: Sequence[Message], tx: Transaction) -> bool:
    """Whether a text answers words that say nothing because nobody else may know: the last ones we sent."""
    versions = (await Catalogue.of(tx, [(m.template, m.template_version) for m in sent[:1]])).versions
    return any(versions[m.template, m.template_version].confidential for m in sent[:1])


async def _row(provider: str, uplink: Uplink, number: str, confidential: bool, tx: Transaction) -> Received:
    text_id, sealing = tx.new_id(), tx.service.sealing
    key = sealing.index(number)
    data_key = (await Keys.of(tx, [key])).key(key)
    own_key, wrapped = sealing.new_data_key() if confidential else (data_key, None)
    same = f"{uplink.number}|{uplink.dest}|{uplink.text}|{uplink.at}".encode(errors="replace")
    return Received(
        id=text_id,
        provider=provider,
        dedupe_key=f"{provider}:{uplink.sequence}" if uplink.sequence else f"{provider}#{sha256(same).hexdigest()}",
        recipient_key=key,
        from_enc=sealing.seal(number, key=data_key, aad=f"received.from:{text_id}"),
        dest=uplink.dest,
        text_enc=sealing.seal(words.cleaned(uplink.text), key=own_key, aad=f"received.text:{text_id}"),
        text_hash=sealing.index(f"{number}|{words.normalised(uplink.text)}"),
        own_key=wrapped,
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


async def _text(row: Received, uplink: Uplink, number: str, sent: Sequence[Message], tx: Transaction) -> Text:
    base = settings_of(tx.service).sender_base_number
    ext = uplink.dest.removeprefix(base) if uplink.dest.startswith(base) else ""
    return Text(
        row=row,
        norm=words.normalised(uplink.text),
        number=number,
        ext=ext,
        sent=sent,
        asked=await prompts.lock_of_number(tx, base, row.recipient_key),
        looping=await received.same_lately(tx, row, SAME_WORDS_MINUTES) > SAME_WORDS_MAX,
    )
