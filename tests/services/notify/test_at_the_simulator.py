"""Our channels at the simulated vendors, over real HTTP: what one side writes, the other side reads."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.routing import Route

from services.notify.channels.contract import Channel, Push
from services.notify.channels.opening import OPENERS
from services.notify.domain.delivery_report import DeliveryReport, Status
from services.notify.domain.guard import Guard
from services.notify.domain.outcome import Accepted, CannotSay, Found, RefusedBy, Uplink
from services.notify.domain.segments import divided
from tests.unit.gateway.harness import FILINGS, QUICK, SECRET_PATH, Customer, Gateway, a_gateway, served
from tests.unit.notify.providers import a_provider, an_outgoing

CREDENTIALS = {
    "key_id": "key",
    "key_secret": "secret",
    "username": "key",
    "password": "secret",
    "account_sid": "key",
    "auth_token": "secret",
}
KINDS = ["tencent", "twilio", "kannel"]
SIGNED = "中一路社区"


@pytest_asyncio.fixture
async def vendors(tmp_path: Path) -> AsyncIterator[tuple[Gateway, Customer]]:
    taker = Customer()
    app = Starlette(routes=[Route("/{path:path}", taker.take, methods=["GET", "POST"])])
    async with served(app) as customer_url, a_gateway(tmp_path, customer_url) as gateway:
        (await gateway.http.post("/sim/templates", json=FILINGS)).raise_for_status()
        (await gateway.http.put("/sim/settings", json=QUICK)).raise_for_status()
        yield gateway, taker


def opened(kind: str, gateway: Gateway, **changed: Any) -> Channel:
    options = {"application_id": "1400", "base_number": "106900000427"}
    row = a_provider(kind, base_url=gateway.url, credentials=CREDENTIALS | changed, options=options)
    push_url = gateway.reports_to.removesuffix("/reports")
    return OPENERS[kind](row, push_url, Guard(frozenset(), frozenset()))


def a_text(kind: str) -> Any:
    text = f"【{SIGNED}】您反映的问题已受理,编号0427,2内答复。"
    part = divided(text)[0] if kind == "kannel" else None
    parameters = {"1": "0427", "2": "2"}
    return an_outgoing(signature=SIGNED, text=text, parameters=parameters, ext="", part=part)


async def pushes(taker: Customer, gateway: Gateway, count: int) -> list[Push]:
    base = gateway.reports_to.removesuffix(SECRET_PATH + "/reports")
    return [
        Push(
            url=f"{base}{request.url.path}{'?' + request.url.query if request.url.query else ''}",
            query=dict(request.query_params),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
        )
        for request, body in await taker.called(count)
    ]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_text_goes_out_and_its_report_proves_itself_and_is_read(
    vendors: tuple[Gateway, Customer], kind: str
) -> None:
    gateway, taker = vendors
    channel, outgoing = opened(kind, gateway), a_text(kind)
    accepted = await channel.submit(outgoing)
    assert isinstance(accepted, Accepted)
    assert (await gateway.settled())["text"] == outgoing.text
    found: list[DeliveryReport] = []
    for push in await pushes(taker, gateway, 1 if kind == "tencent" else 2):
        assert channel.prove(push)
        found += [line for line in channel.read_reports(push) if isinstance(line, DeliveryReport)]
    assert found[-1].status is Status.DELIVERED
    assert found[-1].number.endswith("13800000001")
    assert found[-1].provider_ref == accepted.provider_ref
    assert found[-1].client_ref == (None if kind == "tencent" else outgoing.client_ref)
    await channel.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_wrong_account_is_a_refusal_that_can_be_read(vendors: tuple[Gateway, Customer], kind: str) -> None:
    channel = opened(kind, vendors[0], key_secret="x", password="x", auth_token="x")
    refused = await channel.submit(a_text(kind))
    assert isinstance(refused, RefusedBy)
    assert refused.kind == "account"
    await channel.close()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_resident_s_text_is_read(vendors: tuple[Gateway, Customer], kind: str) -> None:
    gateway, taker = vendors
    channel = opened(kind, gateway)
    await channel.submit(a_text(kind))
    await gateway.settled()
    asked = (await gateway.messages())[-1]["id"]
    await gateway.types("1 楼漏水", in_reply_to=asked)
    read: list[Uplink] = []
    for push in await pushes(taker, gateway, 2 if kind == "tencent" else 3):
        if "/uplinks" in push.url:
            assert channel.prove(push)
            read += [line for line in channel.read_uplinks(push) if isinstance(line, Uplink)]
    assert [text.text for text in read] == ["1 楼漏水"]
    assert read[0].number.endswith("13800000001")
    await channel.close()


async def test_the_vendor_s_query_finds_what_has_a_final_state(vendors: tuple[Gateway, Customer]) -> None:
    gateway, _ = vendors
    channel, outgoing = opened("tencent", gateway), a_text("tencent")
    begun = datetime.now(UTC)
    accepted = await channel.submit(outgoing)
    assert isinstance(accepted, Accepted)
    await gateway.settled()
    found = await channel.find(outgoing.client_ref, outgoing.number, begun)
    assert isinstance(found, Found)
    assert (found.provider_ref, found.status) == (accepted.provider_ref, Status.DELIVERED)
    assert await channel.find(UUID(int=1), outgoing.number, begun) == CannotSay()
    await channel.close()
