"""A person's own inbox: what lands there, and what she does with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.refused import Refused
from chassis.telemetry import log
from chassis.transaction import Transaction
from services.notify.domain import prompt as prompt_rules
from services.notify.domain import template
from services.notify.domain.message import Message
from services.notify.domain.message import Move as MessageMove
from services.notify.domain.prompt import Prompt
from services.notify.domain.rule import choices
from services.notify.domain.template import CHINESE
from services.notify.domain.tray import Item, Move, State
from services.notify.handlers import links
from services.notify.handlers.announcing import save_and_tell
from services.notify.settings import settings_of
from services.notify.store import prompts, tray_messages
from services.notify.store import tray as items
from services.notify.store.catalogue import Catalogue
from services.notify.store.data_keys import Keys
from services.notify.store.values import owner

READ_ALREADY: Final = "already_read"


@dataclass(frozen=True, slots=True)
class MoveItem:
    """An item of her own, and what she does with it."""

    item_id: UUID
    move: Move


@dataclass(frozen=True, slots=True)
class Shown:
    """An item with its words and the question it asks."""

    item: Item
    words: str
    prompt: Prompt | None


async def deliver(words: Mapping[UUID, Mapping[str, str]], tx: Transaction) -> int:
    """Put the texts of these messages into the trays of their people; returns how many messages were settled."""
    waiting = await tray_messages.lock_for_tray(tx, list(words))
    asking = await prompts.lock(tx, [m.prompt_id for m in waiting])
    keys = await Keys.of(tx, [owner(tx.service.sealing, m.person_id, None) for m in waiting])
    landed, moved = [], []
    for message in waiting:
        prompt = asking.get(message.prompt_id) if message.prompt_id else None
        try:
            landed.append(await _item(message, words[message.id], prompt, keys, tx))
            moved.append(_delivered(message, tx))
        except Refused as refusal:
            moved.append(message.moved(MessageMove.HOLD, reason=refusal.code))
            log.error("tray.parked", reason=refusal.code, template=message.template)
    await items.add(tx, landed)
    await save_and_tell(tx, moved)
    await _show([asking[item.prompt_id] for item in landed if item.prompt_id], tx)
    return len(waiting)


def _delivered(message: Message, tx: Transaction) -> Message:
    """What lies in the tray has arrived: claim, answer and report in one."""
    claimed = message.moved(MessageMove.CLAIM, attempt=message.attempt + 1, waiting_for="")
    return claimed.moved(MessageMove.ACCEPTED, submitted_at=tx.now).moved(MessageMove.DELIVER, closed_at=tx.now)


async def _item(
    message: Message, values: Mapping[str, str], prompt: Prompt | None, keys: Keys, tx: Transaction
) -> Item:
    assert message.person_id is not None
    text = await _text(message, values, prompt, tx)
    item_id = tx.new_id()
    key = keys.key(owner(tx.service.sealing, message.person_id, None))
    return Item(
        id=item_id,
        notification_id=message.notification_id,
        message_id=message.id,
        person_id=message.person_id,
        about=message.about,
        round=message.round,
        purpose=message.purpose,
        prompt_id=prompt.id if prompt else None,
        rule=message.rule,
        topic=message.topic,
        words_enc=tx.service.sealing.seal(text, key=key, aad=f"tray_items.words:{item_id}"),
        state=State.NEW,
        correlation=message.correlation,
        community_id=message.community_id,
        created_at=tx.now,
        seen_at=None,
        read_at=None,
        archived_at=None,
        change=0,
        revision=1,
    )


async def _text(message: Message, values: Mapping[str, str], prompt: Prompt | None, tx: Transaction) -> str:
    which = message.template, message.template_version
    known = (await Catalogue.of(tx, needed=[which])).versions[which]
    asked = {}
    if prompt is not None:
        asked = {"token": links.token(tx.service.sealing, prompt.id), "choices": choices(prompt.options, CHINESE)}
    return template.render(known, settings_of(tx.service).sender_signature, {**values, **asked}).text


async def _show(asked: Sequence[Prompt], tx: Transaction) -> None:
    """Open the questions that were not asked before; a text that still asks one gives it its time."""
    texts = await tray_messages.texts_to_come(tx, [prompt.id for prompt in asked])
    opened = [(p, prompt_rules.shown(p, at=tx.now, also_asked=p.id in texts)) for p in asked]
    await prompts.save(tx, [after for before, after in opened if after is not before])


async def move(command: MoveItem, tx: Transaction) -> Item:
    """Seen, read or archived, for the first time; read, it need not be told by another channel any more."""
    assert tx.actor.person_id is not None
    item = await items.lock(tx, command.item_id, tx.actor.person_id)
    moved = item.moved(command.move, at=tx.now)
    if moved is item:
        return item
    saved = await items.save(tx, moved)
    if command.move is Move.READ:
        await _tell_no_more(saved, tx)
    return saved


async def _tell_no_more(item: Item, tx: Transaction) -> None:
    unsent = await tray_messages.lock_unsent(tx, [item.notification_id])
    await save_and_tell(tx, [_read_already(message, tx) for message in unsent])


def _read_already(message: Message, tx: Transaction) -> Message:
    move = MessageMove.SUPPRESS if message.may(MessageMove.SUPPRESS) else MessageMove.CANCEL
    return message.moved(move, reason=READ_ALREADY, closed_at=tx.now)


async def shown(found: Sequence[Item], tx: Transaction) -> list[Shown]:
    """Items with their words, for the person whose they are."""
    sealing = tx.service.sealing
    keys = await Keys.of(tx, [owner(sealing, item.person_id, None) for item in found])
    asked = await prompts.by_ids(tx, [item.prompt_id for item in found])
    return [
        Shown(
            item,
            sealing.unseal(
                item.words_enc,
                key=keys.key(owner(sealing, item.person_id, None)),
                aad=f"tray_items.words:{item.id}",
            ),
            asked.get(item.prompt_id) if item.prompt_id else None,
        )
        for item in found
    ]
