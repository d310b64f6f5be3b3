"""How a channel of each kind is opened, and those that are open, by provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from services.notify.channels import aliyun, dingtalk, generic, kannel, smtp, tencent, twilio, wecom
from services.notify.channels.contract import Channel, Opener
from services.notify.domain.guard import Guard
from services.notify.domain.provider import Provider

OPENERS: Final[Mapping[str, Opener]] = {
    "aliyun": aliyun.opened,
    "dingtalk": dingtalk.opened,
    "generic": generic.opened,
    "kannel": kannel.opened,
    "smtp": smtp.opened,
    "tencent": tencent.opened,
    "twilio": twilio.opened,
    "wecom": wecom.opened,
}


def openable(provider: Provider) -> bool:
    """Whether its kind is known here."""
    return provider.kind in OPENERS


@dataclass(slots=True)
class Channels:
    """The open channels of one process; one whose row has changed is opened anew."""

    push_base_url: str
    guard: Guard
    opened: dict[str, tuple[Provider, Channel]] = field(default_factory=dict)
    closing: list[Channel] = field(default_factory=list)

    def of(self, provider: Provider) -> Channel:
        """The channel to a provider; its window and credentials are those of its row now."""
        account = replace(provider, left_out_until=None, left_out_for="")
        known = self.opened.get(provider.id)
        if known is not None and known[0] == account:
            return known[1]
        if known is not None:
            self.closing.append(known[1])
        channel = OPENERS[provider.kind](provider, self.push_url(provider), self.guard)
        self.opened[provider.id] = account, channel
        return channel

    def push_url(self, provider: Provider) -> str:
        """Where the provider shall push to, without `/reports` or `/uplinks`."""
        return f"{self.push_base_url}/providers/{provider.id}/{provider.push_secret}"

    async def close(self) -> None:
        for channel in [*self.closing, *(channel for _, channel in self.opened.values())]:
            await channel.close()
