"""Texts that came in several submissions, put together as a handset does: by the header `05 00 03 ref total n`."""

import re
from typing import Any

from demo.gateway.messages import Message, State

HEADER = re.compile(r"050003([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})")

Place = tuple[str, str, int, int]


class Parts:
    """The newest text of each (handset, sending number, reference, total)."""

    def __init__(self) -> None:
        self._texts: dict[Place, dict[int, Message]] = {}

    def add(self, message: Message) -> None:
        """A part already there begins another text when that one is whole, else it takes the place of the first."""
        found = HEADER.fullmatch(message.udh or "")
        if found is None:
            return
        reference, total, n = (int(octet, 16) for octet in found.groups())
        place = (message.number, message.thread, reference, total)
        text = self._texts.get(place, {})
        if n in text and len(text) == total:
            text = {}
        self._texts[place] = text
        text[n] = message
        message.place = place
        message.whole = min(text.values(), key=lambda part: int(part.id)).id

    def forget(self, message: Message) -> None:
        if message.place and message in self._texts.get(message.place, {}).values():
            del self._texts[message.place]

    def clear(self) -> None:
        self._texts.clear()

    def of(self, message: Message) -> list[Message]:
        """The parts that came, in their order; the message alone when it is whole in itself."""
        text = self._texts.get(message.place, {}) if message.place else {}
        if message not in text.values():
            return [message]
        return [text[n] for n in sorted(text)]

    def read(self, message: Message) -> str | None:
        """The whole text once all of it has arrived."""
        parts = self.of(message)
        whole = message.place is None or _state(parts, message.place[3]) is State.DELIVERED
        return "".join(part.text for part in parts) if whole else None

    def shown(self, message: Message) -> dict[str, Any]:
        """As the handset shows it: one text, whatever it came in."""
        if message.place is None:
            return message.facts()
        parts = self.of(message)
        first = min(parts, key=lambda part: int(part.id))
        return first.facts() | {
            "text": "".join(part.text for part in parts),
            "segments": [length for part in parts for length in part.segments],
            "state": _state(parts, message.place[3]),
            "reason": next((part.reason for part in parts if part.reason), None),
            "missing": message.place[3] - len(parts),
            "parts": [part.facts() for part in parts],
        }


def _state(parts: list[Message], total: int) -> State:
    states = {part.state for part in parts}
    if State.FAILED in states:
        return State.FAILED
    return State.DELIVERED if states == {State.DELIVERED} and len(parts) == total else State.ACCEPTED
