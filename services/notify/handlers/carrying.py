"""Who carries each message of a batch: its route, who is well and has room, and the draw."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.refused import Refused
from services.notify.domain import breaker, routing
from services.notify.domain.breaker import Health
from services.notify.domain.filing import FILED_KINDS
from services.notify.domain.message import Message
from services.notify.domain.prompt import Prompt
from services.notify.domain.provider import Provider
from services.notify.domain.routing import Asked, Pair
from services.notify.store.providers import Carriers, NumberedSender


@dataclass(slots=True)
class Room:
    """How much one provider can be given now: free places for calls, and what its rate allows (None: no limit)."""

    places: int
    tokens: int | None = None

    @property
    def free(self) -> bool:
        """Whether one more message may go. Its last segments may overdraw the slice."""
        return self.places > 0 and (self.tokens is None or self.tokens > 0)

    def take(self, segments: int) -> None:
        self.places -= 1
        if self.tokens is not None:
            self.tokens -= segments


@dataclass(frozen=True, slots=True)
class Carrier:
    """The provider and sender drawn for one message, and the pairs among which they were drawn."""

    provider: Provider
    sender: NumberedSender
    among: Sequence[Pair]

    def told(self, client_ref: UUID) -> Mapping[str, Any]:
        """The draw as the trace keeps it: whoever draws again with the same reference draws the same."""
        pairs = [{"provider": p.provider, "sender": p.sender, "weight": p.weight} for p in self.among]
        drawn = {"provider": self.provider.id, "sender": self.sender.base_number}
        return {"check": "draw", "result": "ok", "input": {"client_ref": str(client_ref), **drawn, "pairs": pairs}}


class NoRoom(Exception):
    """Whoever could carry it has no room now: the message stays as it is."""


class NobodyNow(Exception):
    """Its providers rest, are paused, or answer to nobody: it waits."""


def asked_of(message: Message, number: str) -> Asked:
    """What a route is sought for."""
    return Asked(
        channel=message.channel,
        message_class=message.message_class,
        number=number,
        market=routing.market_of(number),
        organization_id=message.community_id,
    )


@dataclass(slots=True)
class Carrying:
    """What the draws of one batch look at, and what they use up."""

    at: datetime
    carriers: Carriers
    health: Mapping[str, Health]
    refused: Mapping[UUID, set[str]]
    room: dict[str, Room]
    probes: dict[str, Health]

    def draw(
        self, message: Message, number: str, prompt: Prompt | None, approved_at: Collection[str], client_ref: UUID
    ) -> Carrier:
        """The pair our reference falls on; `no_route` where none could ever carry it."""
        route = routing.route_for(self.carriers.routes, asked_of(message, number))
        pairs = [pair for pair in route.pairs if self._may(pair, prompt, approved_at)] if route else []
        if not pairs:
            raise Refused("no_route")
        well = routing.eligible(pairs, lambda one: self._well(one, message), self.refused.get(message.id, set()))
        if not well:
            raise NobodyNow
        pair = routing.pick(client_ref, well)
        if not self.room[pair.provider].free:
            raise NoRoom
        return Carrier(self.carriers.providers[pair.provider], self.carriers.senders[pair.sender], well)

    def _may(self, pair: Pair, prompt: Prompt | None, approved_at: Collection[str]) -> bool:
        """A question goes only by the number under which its reply is sought; filed texts only where approved."""
        provider = self.carriers.providers.get(pair.provider)
        if provider is None or pair.sender not in self.carriers.senders:
            return False
        if provider.kind in FILED_KINDS and provider.id not in approved_at:
            return False
        return prompt is None or pair.sender == prompt.sender

    def _well(self, provider: str, message: Message) -> bool:
        if provider not in self.room or not self.carriers.providers[provider].usable(self.at):
            return False
        health = self.health.get(provider)
        if health is None or health.state is breaker.State.CLOSED:
            return True
        return provider not in self.probes and breaker.takes_probe(health, message.message_class, self.at)

    def take(self, carrier: Carrier, segments: int) -> None:
        """Use up a place; a breaker that is not closed has its probe with it."""
        provider = carrier.provider.id
        self.room[provider].take(segments)
        health = self.health.get(provider)
        if health is not None and health.state is not breaker.State.CLOSED:
            self.probes[provider] = breaker.probing(health, self.at)
