"""What providers push: delivery reports and texts. Believed only from the secret path and a listed address.

A 2xx is answered only after commit: with our database away the provider is told to come again.
"""

import hmac
import json
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from chassis.edge import Edge, by_secret
from chassis.refused import Refused
from services.notify.channels.aliyun import Aliyun
from services.notify.channels.contract import Pushes
from services.notify.handlers import delivery_reports, measuring, replies
from services.notify.settings import NotifySettings, settings_of

router = APIRouter()
PROVIDERS: Mapping[str, type[Pushes]] = {Aliyun.provider: Aliyun}


class Yes(BaseModel):
    """The vendor's own word for: we have it."""

    code: int = 0
    msg: str = "接收成功"


def proves_itself(request: Request) -> bool:
    """The secret in the path (≥ 128 bits, compared in constant time) and the address the push comes from."""
    settings = settings_of(request.app.state.running)
    given = str(request.path_params.get("secret", ""))
    secret_fits = hmac.compare_digest(given.encode(), settings.push_secret.get_secret_value().encode())
    known = secret_fits and settings.push_ready and _listed(request, settings)
    if not known:
        measuring.pushes_refused().add(1)
    return known and request.path_params.get("provider") in PROVIDERS


def _listed(request: Request, settings: NotifySettings) -> bool:
    try:
        address = ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(address in ip_network(one) for one in settings.push_addresses)


Pushed = Annotated[Edge, by_secret(proves_itself)]


@router.post("/providers/{provider}/{secret}/reports", response_model=Yes)
async def take_reports(provider: str, secret: str, request: Request, edge: Pushed) -> Response:
    """Delivery reports: the others of a batch take effect whatever one line holds."""
    batch = PROVIDERS[provider].read_reports(await _json(request))
    return await edge.command(lambda tx: delivery_reports.take(provider, batch, tx), lambda _: Yes(), label="report")


@router.post("/providers/{provider}/{secret}/uplinks", response_model=Yes)
async def take_uplinks(provider: str, secret: str, request: Request, edge: Pushed) -> Response:
    """Texts from residents."""
    batch = PROVIDERS[provider].read_uplinks(await _json(request))
    return await edge.command(lambda tx: replies.take(provider, batch, tx), lambda _: Yes())


async def _json(request: Request) -> list[object]:
    try:
        raw = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise Refused("not_json", status=400) from error
    if not isinstance(raw, list):
        raise Refused("not_an_array", status=400)
    return raw
