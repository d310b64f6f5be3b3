"""Which provider and sender carry a message: the most specific route, its weights, and a draw that can be repeated."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Pair:
    """A provider with the sender it uses, and its weight now; `resting` is the weight it goes back to."""

    provider: str
    sender: str
    weight: int
    resting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a route is sought for."""

    channel: str
    message_class: str
    number: str = ""
    market: str = ""
    organization_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Weighted pairs for what fits; an empty field fits everything."""

    id: UUID
    channel: str
    message_class: str = ""
    prefix: str = ""
    market: str = ""
    organization_id: UUID | None = None
    pairs: tuple[Pair, ...] = ()
    revision: int = 1

    def fits(self, asked: Asked) -> bool:
        """Whether this route may carry it."""
        return (
            self.channel == asked.channel
            and self.message_class in ("", asked.message_class)
            and asked.number.startswith(self.prefix)
            and self.market in ("", asked.market)
            and self.organization_id in (None, asked.organization_id)
        )

    def same_fields(self, other: "Route") -> bool:
        """Whether both are the route of the same messages."""
        return replace(self, id=other.id, pairs=other.pairs, revision=other.revision) == other

    @property
    def specific(self) -> tuple[bool, bool, int, bool]:
        """How narrow it is: the organisation first, then the class, the longest prefix, the market."""
        return (self.organization_id is not None, bool(self.message_class), len(self.prefix), bool(self.market))


def market_of(number: str) -> str:
    """`cn` for mainland numbers, `other` for the rest of the world, nothing for what is no number."""
    if not number.startswith("+"):
        return ""
    return "cn" if number.startswith("+86") else "other"


def route_for(routes: Iterable[Route], asked: Asked) -> Route | None:
    """The most specific route that fits."""
    return max((route for route in routes if route.fits(asked)), key=lambda route: route.specific, default=None)


def eligible(pairs: Sequence[Pair], usable: Callable[[str], bool], left_out: Collection[str]) -> Sequence[Pair]:
    """The pairs that may be drawn. Who has just refused this message is taken only where nobody else is left."""
    able = [pair for pair in pairs if pair.weight > 0 and usable(pair.provider)]
    return [pair for pair in able if pair.provider not in left_out] or able


def pick(client_ref: UUID, pairs: Sequence[Pair]) -> Pair:
    """The pair our reference falls on; the same for ever, so that it can be explained."""
    total = sum(pair.weight for pair in pairs)
    drawn = int.from_bytes(sha256(client_ref.bytes).digest()[:8]) % total
    for pair in pairs:
        if drawn < pair.weight:
            return pair
        drawn -= pair.weight
    raise AssertionError("a draw lies within the weights")
