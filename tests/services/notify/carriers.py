"""Several stand-in providers of one notify, and the route between them."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from services.notify.domain.outcome import Outgoing
from services.notify.domain.provider import Provider as Row
from services.notify.domain.routing import Pair, Route
from services.notify.store import providers
from tests.services.notify.phones import BASE, SECRET, Phones, Provider


@dataclass
class Carriers:
    """Stand-ins by provider; the phones' own stands for aliyun."""

    phones: Phones
    known: dict[str, Provider] = field(default_factory=dict)

    def of(self, provider: Row) -> Provider:
        return self.known[provider.id]

    def __getitem__(self, name: str) -> Provider:
        return self.known[name]

    @property
    def calls(self) -> list[Outgoing]:
        return [call for one in self.known.values() for call in one.calls]


async def with_providers(phones: Phones, **weights: int) -> Carriers:
    """Notices go over these providers, drawn by weight; a name ends in its kind after an underscore."""
    carriers = Carriers(phones, {"aliyun": phones.provider})
    pairs = []
    async with phones.service.transaction() as tx:
        for name, weight in weights.items():
            kind = name.rpartition("_")[2]
            if name != "aliyun":
                carriers.known[name] = Provider(name)
                values: dict[str, Any] = {"push_secret": SECRET, "credentials": {"auth_token": "t"}}
                row = Row(id=name, kind=kind, base_url="http://sms.test", in_flight=20, **values)
                await providers.put(tx, row)
            pairs.append(Pair(provider=name, sender=BASE, weight=weight, resting=weight))
        route = Route(id=uuid4(), channel="sms", message_class="notice", pairs=tuple(pairs))
        await providers.put_route(tx, route)
    phones.sender.channels = carriers
    phones.resolver.channels = carriers
    return carriers
