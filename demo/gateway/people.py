"""Who types without being told each time: residents who answer what they read, and a record that is played again."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import AwareDatetime, Field

from demo.gateway import parts
from demo.gateway.messages import Direction, Message
from demo.gateway.residents import Residents

NUMBER = r"^\d{3,20}$"
TEXT_LENGTH_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Text:
    """Who wrote what to which number, and when."""

    number: Annotated[str, Field(pattern=NUMBER)]
    to: Annotated[str, Field(pattern=NUMBER)]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH_MAX)]
    at: AwareDatetime


class People:
    """`write` is a text from a handset, `later` waits in the simulated time of the rhythm."""

    def __init__(
        self,
        write: Callable[[str, str, str, str | None], Awaitable[Message]],
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self.residents = Residents()
        self._write = write
        self._later = later
        self._writing: set[asyncio.Future[Message]] = set()

    def read(self, message: Message) -> None:
        """Who has read the whole text may answer it, after a while."""
        text = parts.read(message)
        for reply in self.residents.replies(message.number, text) if text is not None else ():
            self._soon(reply.after_seconds, message.number, message.thread, reply.text, message.id)

    def replay(self, texts: Iterable[Text], speed: float) -> None:
        """As new texts, with the pauses between them as they were, divided by `speed`."""
        in_order = sorted(texts, key=lambda text: text.at)
        for text in in_order:
            after = (text.at - in_order[0].at).total_seconds() / speed
            self._soon(after, text.number, text.to, text.text, None)

    def _soon(self, seconds: float, number: str, to: str, text: str, in_reply_to: str | None) -> None:
        self._later(seconds, functools.partial(self._start, number, to, text, in_reply_to))

    def _start(self, number: str, to: str, text: str, in_reply_to: str | None) -> None:
        writing = asyncio.ensure_future(self._write(number, to, text, in_reply_to))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)


def written(messages: Iterable[Message]) -> list[Text]:
    """What residents wrote, oldest first."""
    from_handsets = (message for message in messages if message.direction is Direction.FROM_HANDSET)
    return [Text(message.number, message.thread, message.text, message.moment()) for message in from_handsets]
