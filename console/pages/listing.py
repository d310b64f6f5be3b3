"""A list of tickets as its address says it, and a ticket's place in the list it was opened from."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from console.ask import tickets
from console.ask.asks import Asks

SIZES = (25, 50, 100)
DEFAULT_SIZE = 50
FILTERS = ("state", "group_id", "category", "kind", "number", "building_id", "origin")
CURSOR_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of one list: a worklist by name, or what the filters find. The address is the question to tickets."""

    view: str
    filters: Mapping[str, str]
    size: int = DEFAULT_SIZE
    cursor: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Listing":
        """Whatever the address holds beyond what a list knows is passed over."""
        view = query.get("view", "")
        return cls(
            view=view if view in tickets.WORKLISTS else "",
            filters={name: query[name] for name in FILTERS if query.get(name)},
            size=next((one for one in SIZES if query.get("limit") == str(one)), DEFAULT_SIZE),
            cursor=query.get("cursor", "")[:CURSOR_MAX] or None,
        )

    @classmethod
    def read(cls, address: str) -> "Listing":
        return cls.of(dict(parse_qsl(address)))

    @property
    def address(self) -> str:
        """The list with the page it is on."""
        return urlencode(self._named | ({"cursor": self.cursor} if self.cursor else {}))

    def going_on(self, cursor: str) -> str:
        """The page after this one."""
        return urlencode(self._named | {"cursor": cursor})

    @property
    def _named(self) -> dict[str, str]:
        named = {"view": self.view} if self.view else {}
        limit = {"limit": str(self.size)} if self.size != DEFAULT_SIZE else {}
        return named | dict(self.filters) | limit

    async def rows(self, asks: Asks) -> tickets.Rows:
        if self.view and not self.filters:
            return await tickets.worklist(asks, self.view, limit=self.size, cursor=self.cursor)
        return await tickets.found(asks, self.filters, limit=self.size, cursor=self.cursor)


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a ticket stands in the list it was opened from. One that has left it is followed by the list's first."""

    address: str
    view: str
    number: int
    whole: int
    previous: UUID | None
    next: UUID | None


async def walk(asks: Asks, address: str, ticket_id: UUID) -> Walk:
    listing = Listing.read(address)
    ids = [row.id for row in (await listing.rows(asks)).items]
    at = ids.index(ticket_id) if ticket_id in ids else -1
    before = ids[at - 1] if at > 0 else None
    after = ids[at + 1] if at + 1 < len(ids) else None
    return Walk(listing.address, listing.view, at + 1, len(ids), before, after)
