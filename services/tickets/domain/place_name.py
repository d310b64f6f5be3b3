"""Buildings by what they are called in a file: one is named or none is, nothing is guessed."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

_BETWEEN = re.compile(r"[\s,，、;；/]+")


def normalised(words: str) -> str:
    """Width, case and what stands between the parts make no difference."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", words).casefold())


@dataclass(frozen=True, slots=True)
class Building:
    """A building with the names of the places above it, the highest first."""

    id: UUID
    path: tuple[UUID, ...]
    name: str
    above: Sequence[str]


class Buildings:
    """Those of a community, found by their own name, alone or after any of the places above them."""

    def __init__(self, known: Iterable[Building]) -> None:
        by_name: dict[str, list[Building]] = defaultdict(list)
        for building in known:
            by_name[normalised(building.name)].append(building)
        by_name.pop("", None)
        self._by_name: Mapping[str, Sequence[Building]] = by_name
        self._lengths = sorted({len(name) for name in by_name})

    def named(self, words: str) -> Building | None:
        """The one building these words name from their first to their last letter; nothing where two are called so."""
        said = normalised(words)
        found = [
            building
            for length in self._lengths
            if length <= len(said)
            for building in self._by_name.get(said[-length:], ())
            if _names_what_is_above(said[:-length], building.above)
        ]
        return found[0] if len(found) == 1 else None


def _names_what_is_above(said: str, above: Sequence[str]) -> bool:
    for name in map(normalised, above):
        said = said.removeprefix(name)
    return not said
