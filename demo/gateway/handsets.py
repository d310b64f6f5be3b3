"""The handsets: every number that has sent or received a text, and the texts in the order they came."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from demo.gateway import parts
from demo.gateway.faults import Faults
from demo.gateway.messages import Direction, Message, State

Row = dict[str, Any]


class Handsets:
    """Everything by number, submissions by the reference their sender gave. Bounded: the oldest go first."""

    def __init__(self, kept_max: int) -> None:
        self._kept_max = kept_max
        self._messages: dict[str, Message] = {}
        self._by_number: dict[str, dict[str, Message]] = defaultdict(dict)
        self._by_client_ref: dict[str, list[Message]] = defaultdict(list)
        self._vendors: dict[str, str] = {}
        self._parts = parts.Parts()
        self.labels: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, message: Message) -> None:
        self._messages[message.id] = message
        on_handset = self._by_number.pop(message.number, {})
        if message.state is not State.REFUSED:
            on_handset[message.id] = message
            self._parts.add(message)
            if message.direction is Direction.TO_HANDSET:
                self._vendors[message.thread] = message.provider
        if on_handset:
            self._by_number[message.number] = on_handset
        if message.client_ref:
            self._by_client_ref[message.client_ref].append(message)
        while len(self._messages) > self._kept_max:
            self._forget(next(iter(self._messages.values())))

    def _forget(self, message: Message) -> None:
        del self._messages[message.id]
        self._by_number[message.number].pop(message.id, None)
        if not self._by_number[message.number]:
            del self._by_number[message.number]
        if message.client_ref:
            self._by_client_ref[message.client_ref].remove(message)
            if not self._by_client_ref[message.client_ref]:
                del self._by_client_ref[message.client_ref]

    def clear(self) -> None:
        self._messages.clear()
        self._by_number.clear()
        self._by_client_ref.clear()
        self._parts.clear()
        self._vendors.clear()
        self.labels.clear()

    def message(self, message_id: str) -> Message | None:
        return self._messages.get(message_id)

    def messages(self) -> Iterator[Message]:
        return iter(self._messages.values())

    def of(self, number: str) -> list[Message]:
        """The texts of one number, oldest first."""
        return list(self._by_number.get(number, {}).values())

    def submissions(self, client_ref: str | None, number: str | None) -> Iterator[Message]:
        """What was submitted, refused ones too, oldest first."""
        found = self.messages() if client_ref is None else iter(self._by_client_ref.get(client_ref, []))
        return (
            message
            for message in found
            if message.direction is Direction.TO_HANDSET and number in (None, message.number)
        )

    def vendor_of(self, sending_number: str) -> str | None:
        """Who brings texts from this number: from the longest that it begins with."""
        beginnings = (sending_number[:length] for length in range(len(sending_number), 0, -1))
        return next((self._vendors[beginning] for beginning in beginnings if beginning in self._vendors), None)

    def known(self, number: str) -> bool:
        return number in self._by_number or number in self.labels

    def rows(self, faults: Faults) -> list[Row]:
        """All handsets, the one with the newest text first."""
        silent = [number for number in self.labels if number not in self._by_number]
        return [self.row(number, faults) for number in [*reversed(self._by_number), *silent]]

    def row(self, number: str, faults: Faults) -> Row:
        texts = self._by_number.get(number, {})
        last = texts[next(reversed(texts))] if texts else None
        return {
            "number": number,
            "label": self.labels.get(number, ""),
            "line": faults.line(number),
            "messages": len(texts),
            "last_at": last.at if last else None,
            "last_text": last.text if last else None,
        }

    def threads(self, number: str, limit: int) -> list[Row]:
        """One thread per sending number, the most recently used first."""
        threads: dict[str, list[Message]] = {}
        for message in self.of(number)[-limit:]:
            threads[message.thread] = [*threads.pop(message.thread, []), message]
        return [
            {
                "number": thread,
                "sign_name": next((m.sign_name for m in reversed(texts) if m.sign_name), ""),
                "messages": [parts.shown(message) for message in texts if parts.begins(message)],
            }
            for thread, texts in reversed(threads.items())
        ]
