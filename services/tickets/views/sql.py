"""SQL put together from pieces: questions whose shape depends on who asks and what for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of SQL with a `?` for each of its values; `t` is the ticket."""

    text: str
    values: tuple[object, ...] = ()

    @classmethod
    def joined(cls, separator: str, parts: Iterable[Self]) -> "Part":
        """The parts in their order; none of them gives an empty text."""
        listed = list(parts)
        return cls(separator.join(part.text for part in listed), tuple(v for part in listed for v in part.values))

    @property
    def numbered(self) -> str:
        """As the driver takes it: `$1`, `$2` and so on for each `?`."""
        first, *rest = self.text.split("?")
        return first + "".join(f"${number}{piece}" for number, piece in enumerate(rest, 1))
