"""One ask that several panels of a page need: asked by the first, heard by all."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from console.ask.asks import Asks
from console.ask.client import Problem, Unheard

T = TypeVar("T")


class Once(Generic[T]):
    """A page's shared question."""

    def __init__(self, ask: Callable[[Asks], Awaitable[T]]) -> None:
        self._ask = ask
        self._asked: asyncio.Future[T] | None = None

    async def __call__(self, asks: Asks) -> T:
        if self._asked is None:
            self._asked = asyncio.ensure_future(self._ask(asks))
        return await asyncio.shield(self._asked)


async def or_none(asked: Awaitable[T]) -> T | None:
    """What a panel can do without."""
    try:
        return await asked
    except (Problem, Unheard):
        return None
