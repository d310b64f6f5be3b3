"""One gateway and one customer for all tests of this folder; each test begins from nothing."""

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from tests.unit.gateway.harness import FILINGS, QUICK, Customer, Gateway, a_gateway, served


@pytest.fixture(scope="session")
async def everybody(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Gateway, Customer]]:
    taker = Customer()
    routes = [Route("/{path:path}", taker.take, methods=["GET", "POST"])]
    async with (
        served(Starlette(routes=routes)) as customer_url,
        a_gateway(tmp_path_factory.mktemp("gateway"), customer_url) as running,
    ):
        yield running, taker


@pytest.fixture
async def gateway(everybody: tuple[Gateway, Customer]) -> Gateway:
    running, taker = everybody
    (await running.http.post("/sim/reset", json={"templates": True})).raise_for_status()
    (await running.http.post("/sim/templates", json=FILINGS)).raise_for_status()
    (await running.http.put("/sim/settings", json=QUICK)).raise_for_status()
    taker.forget()
    return running


@pytest.fixture
def customer(gateway: Gateway, everybody: tuple[Gateway, Customer]) -> Customer:
    return everybody[1]
