"""Names of people: one batch question for a page, masked by the reader's rights, never cached."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from console.ask import members
from console.ask.asks import Asks
from console.ask.client import Problem, Unheard


@dataclass(frozen=True, slots=True)
class Names:
    """What members told of the ids it was asked for; without it a row shows the short id and the role's word."""

    known: Mapping[str, str]

    def of(self, person_id: UUID | None) -> str | None:
        if person_id is None:
            return None
        return self.known.get(str(person_id)) or f"#{str(person_id)[-4:]}"


NOBODY = Names({})


async def names_of(asks: Asks, ids: Iterable[UUID | None], *, seconds: float) -> Names:
    """The page never waits longer than this, and never fails for want of a name."""
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return NOBODY
    try:
        named = await members.names(asks.within(seconds), wanted)
    except (Unheard, Problem):
        return NOBODY
    return Names({one: name.name for one, name in named.items()})
