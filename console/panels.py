"""A panel is one answer on a page, with its source, its time and how it stands. One service away costs one panel."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar

from console.ask.client import Problem, Unheard

T = TypeVar("T")
State = Literal["fresh", "late", "away", "forbidden", "busy"]
FORBIDDEN = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Panel(Generic[T]):
    """What one ask became."""

    value: T | None
    source: str
    as_of: datetime
    state: State
    retry: str | None = None
    since: datetime | None = None
    code: str | None = None

    @property
    def fresh(self) -> bool:
        return self.state == "fresh"


async def panel(
    source: str, ask: Callable[[], Awaitable[T]], *, retry: str | None = None, side: bool = False
) -> Panel[T]:
    """Ask, and turn every failure into a calm panel. That the page's own thing is not there passes through."""
    try:
        value = await ask()
    except Unheard as unheard:
        return Panel(None, unheard.service, _now(), _state(unheard.why), retry, unheard.since)
    except Problem as problem:
        if problem.status == 404 and not side:
            raise
        return _refused(source, problem, retry)
    return Panel(value, source, _as_of(value), "fresh", retry)


def _refused(source: str, problem: Problem, retry: str | None) -> Panel[Any]:
    if problem.status in FORBIDDEN:
        return Panel(None, source, _now(), "forbidden", code=problem.code)
    state: State = "busy" if problem.status in (429, 503) else "away"
    return Panel(None, source, _now(), state, retry, code=problem.code)


def _state(why: str) -> State:
    return why if why in ("late", "busy") else "away"  # type: ignore[return-value]


def _as_of(value: object) -> datetime:
    told = getattr(value, "as_of", None)
    return told if isinstance(told, datetime) else _now()


def _now() -> datetime:
    return datetime.now(UTC)
