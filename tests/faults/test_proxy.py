"""The proxy itself, before anything is believed because of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.faults.proxy import Proxy, Way


@pytest.fixture
async def echo_port() -> AsyncIterator[int]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def said(proxy: Proxy, word: bytes, within_seconds: float = 1.0) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(word + b"\n")
    try:
        return (await asyncio.wait_for(reader.readline(), within_seconds)).strip()
    finally:
        writer.close()


async def heard_or_nothing(proxy: Proxy, word: bytes) -> bytes:
    try:
        return await said(proxy, word)
    except OSError:
        return b""


async def test_what_goes_in_comes_back(echo_port: int) -> None:
    async with Proxy("127.0.0.1", echo_port) as proxy:
        assert await said(proxy, b"one") == b"one"
        assert proxy.carried_bytes[Way.TO_TARGET] == 4


async def test_a_cut_ends_open_connections_and_refuses_new_ones_until_healed(echo_port: int) -> None:
    async with Proxy("127.0.0.1", echo_port) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"open\n")
        assert await reader.readline() == b"open\n"
        proxy.cut()
        with suppress(OSError):
            assert await reader.read(1) == b"", "the open connection went on"
        assert not await heard_or_nothing(proxy, b"refused")
        proxy.heal()
        assert await said(proxy, b"again") == b"again"


@pytest.mark.parametrize("way", Way)
async def test_a_black_hole_swallows_one_direction_without_a_word(echo_port: int, way: Way) -> None:
    async with Proxy("127.0.0.1", echo_port) as proxy:
        proxy.black_hole(way)
        with pytest.raises(TimeoutError):
            await said(proxy, b"lost", within_seconds=0.2)
        assert proxy.swallowed_bytes[way] > 0
        proxy.heal()
        assert await said(proxy, b"back") == b"back"
