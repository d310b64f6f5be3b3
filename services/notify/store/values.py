"""The values that an API call or a campaign's row gave for one text: sealed like the text itself.

A person's values lie under a data key of her own, since her number is known only when the text leaves; values for a
bare address lie under its recipient's key.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from chassis.sealing import Sealing
from services.notify.domain.message import Message
from services.notify.store.data_keys import Keys

UNSUBSCRIBE: Final = "one_click_unsubscribe_url"  # travels with the values of a mail; no template may name it


def owner(sealing: Sealing, person_id: UUID | None, recipient_key: bytes | None) -> bytes:
    """The name of the data key under which the values lie."""
    if person_id is not None:
        return sealing.index(f"person:{person_id}")
    assert recipient_key is not None
    return recipient_key


def sealed(keys: Keys, of: bytes, message_id: UUID, values: Mapping[str, object]) -> bytes:
    """Values of a message, ready to be stored."""
    plain = json.dumps(dict(values), ensure_ascii=False)
    return keys.sealing.seal(plain, key=keys.key(of), aad=f"messages.values:{message_id}")


def opened(keys: Keys, message: Message) -> dict[str, object]:
    """The values of a message; none where none were given or their time is over."""
    if message.values_enc is None:
        return {}
    of = owner(keys.sealing, message.person_id, message.recipient_key)
    plain = keys.sealing.unseal(message.values_enc, key=keys.key(of), aad=f"messages.values:{message.id}")
    return dict(json.loads(plain))


def owners(sealing: Sealing, batch: Sequence[Message]) -> list[bytes]:
    """The data keys that open the values of these messages."""
    return [owner(sealing, m.person_id, m.recipient_key) for m in batch if m.values_enc is not None]


def number_sealed(keys: Keys, recipient_key: bytes, message_id: UUID, number: str) -> bytes:
    """An address that came with a message, under its recipient's key."""
    return keys.sealing.seal(number, key=keys.key(recipient_key), aad=f"messages.to:{message_id}")


def number_given(keys: Keys, message: Message) -> str:
    """The address that came with a message."""
    assert message.to_enc is not None
    assert message.recipient_key is not None
    return keys.sealing.unseal(message.to_enc, key=keys.key(message.recipient_key), aad=f"messages.to:{message.id}")


def text_sealed(keys: Keys, of: bytes, message_id: UUID, text: str) -> bytes:
    """The words as they went out."""
    return keys.sealing.seal(text, key=keys.key(of), aad=f"messages.body:{message_id}")


def text_kept(keys: Keys, message: Message) -> str | None:
    """The words as they went out; None where none are kept, or the key that opens them is destroyed."""
    if message.body_enc is None or message.recipient_key not in keys.wrapped:
        return None
    key = keys.key(message.recipient_key)
    return keys.sealing.unseal(message.body_enc, key=key, aad=f"messages.body:{message.id}")
