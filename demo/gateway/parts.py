"""Texts that came in several submissions, put together as a handset does: by the header `05 00 03 ref total n`."""

import re
from typing import Any

from demo.gateway.messages import LongText, Message, State

HEADER = re.compile(r"050003([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})")

Place = tuple[str, str, int, int]


class Parts:
    """The newest long text of each (handset, sending number, reference, total)."""

    def __init__(self) -> None:
        self._texts: dict[Place, LongText] = {}

    def add(self, message: Message) -> None:
        """A part already there begins another text when that one is whole, else it takes the place of the first."""
        found = HEADER.fullmatch(message.udh or "")
        if found is None:
            return
        reference, total, n = (int(octet, 16) for octet in found.groups())
        place = (message.number, message.thread, reference, total)
        text = self._texts.get(place)
        if text is None or (n in text.parts and len(text.parts) == total):
            text = self._texts[place] = LongText(total)
        text.parts[n] = message
        message.long = text

    def clear(self) -> None:
        self._texts.clear()


def begins(message: Message) -> bool:
    """A handset shows a long text where its first part came, and none of the others."""
    return message.long is None or message.long.first() is message


def read(message: Message) -> str | None:
    """The whole text once all of it has arrived."""
    if message.long is None:
        return message.text
    return message.long.text() if message.long.state() is State.DELIVERED else None


def shown(message: Message) -> dict[str, Any]:
    """As the handset shows it: one text, whatever it came in."""
    long = message.long
    if long is None:
        return message.facts()
    parts = [long.parts[n] for n in sorted(long.parts)]
    return long.first().facts() | {
        "text": long.text(),
        "segments": [length for part in parts for length in part.segments],
        "state": long.state(),
        "reason": next((part.reason for part in parts if part.reason), None),
        "missing": long.total - len(parts),
        "parts": [part.facts() for part in parts],
    }
