"""What providers push: delivery reports and texts. Believed only from the secret path, a listed address, and with
the signature where there is one.

A 2xx is answered only after commit: with our database away the provider is told to come again.
"""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address, ip_network
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from chassis.edge import Edge, by_secret
from chassis.service import Running
from chassis.transaction import Transaction
from services.notify.channels.contract import Channel, Push, same
from services.notify.channels.opening import Channels, openable
from services.notify.domain.provider import PUSH_SECRET_CHARACTERS_MIN, Provider
from services.notify.handlers import delivery_reports, measuring, replies
from services.notify.settings import settings_of
from services.notify.store.providers import Carriers

router = APIRouter()
_CHANNELS = "push_channels"


async def proves_itself(request: Request) -> bool:
    """The secret in the path (≥ 128 bits, compared in constant time), the address it comes from, its signature."""
    running: Running = request.app.state.running
    provider = await _provider(running, str(request.path_params.get("provider", "")))
    known = provider is not None and _secret_fits(request, provider) and _listed(request, provider)
    if known and provider is not None:
        channel = channels_of(running).of(provider)
        known = channel.prove(await _push(request, channels_of(running).push_url(provider)))
    if not known:
        measuring.pushes_refused().add(1)
    return known


async def _provider(running: Running, name: str) -> Provider | None:
    known = Carriers.kept(running)
    if known is None:
        async with running.reading() as tx:
            known = await Carriers.of(tx)
    found = known.providers.get(name)
    return found if found is not None and openable(found) else None


def channels_of(running: Running) -> Channels:
    """The channels this process has open for what it is asked by HTTP."""
    known: Channels | None = running.state.get(_CHANNELS)
    if known is None:
        settings = settings_of(running)
        known = running.state[_CHANNELS] = Channels(settings.push_base_url, settings.guard)
    return known


def _secret_fits(request: Request, provider: Provider) -> bool:
    given = str(request.path_params.get("secret", ""))
    return len(provider.push_secret) >= PUSH_SECRET_CHARACTERS_MIN and same(given, provider.push_secret)


def _listed(request: Request, provider: Provider) -> bool:
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(address in ip_network(one) for one in provider.push_addresses)


async def _push(request: Request, push_url: str) -> Push:
    what = request.url.path.rpartition("/")[2]
    query = f"?{request.url.query}" if request.url.query else ""
    return Push(
        url=f"{push_url}/{what}{query}",
        query=dict(request.query_params),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )


class Taken(BaseModel):
    """Nothing is told but yes."""


Pushed = Annotated[Edge, by_secret(proves_itself)]


@router.post("/providers/{provider}/{secret}/reports", response_class=Response)
async def take_reports(provider: str, secret: str, request: Request, edge: Pushed) -> Response:
    """Delivery reports: the others of a batch take effect whatever one line holds."""
    channel, push = await _read(provider, request)
    batch = channel.read_reports(push)
    return await _taken(edge, channel, "reports", lambda tx: delivery_reports.take(provider, batch, tx))


@router.get("/providers/{provider}/{secret}/reports", response_class=Response)
async def take_report(provider: str, secret: str, request: Request, edge: Pushed) -> Response:
    """One delivery report as a query (Kannel)."""
    return await take_reports(provider, secret, request, edge)


@router.post("/providers/{provider}/{secret}/uplinks", response_class=Response)
async def take_uplinks(provider: str, secret: str, request: Request, edge: Pushed) -> Response:
    """Texts from residents."""
    channel, push = await _read(provider, request)
    batch = channel.read_uplinks(push)
    return await _taken(edge, channel, "uplinks", lambda tx: replies.take(provider, batch, tx))


async def _read(name: str, request: Request) -> tuple[Channel, Push]:
    running: Running = request.app.state.running
    provider = await _provider(running, name)
    assert provider is not None
    channels = channels_of(running)
    return channels.of(provider), await _push(request, channels.push_url(provider))


async def _taken(edge: Edge, channel: Channel, what: str, take: Callable[[Transaction], Awaitable[Any]]) -> Response:
    """Commit, then the provider's own word for yes."""
    await edge.command(take, lambda _: Taken(), label="report" if what == "reports" else "commit")
    answer = channel.yes(what)
    return Response(answer.body, media_type=answer.media_type)
