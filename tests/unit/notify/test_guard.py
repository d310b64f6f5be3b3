"""Nothing of ours can be reached by an address that somebody else named."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import httpcore
import httpx
import pytest
import pytest_asyncio

from chassis.refused import Refused
from services.notify.channels import guard as channel
from services.notify.channels.guard import ANSWER_BYTES_MAX, GuardedTransport, Outside
from services.notify.domain.guard import Guard, is_public

APPROVED = Guard(frozenset({"hooks.example.org"}))
REFUSED_NUMBERS = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255"),
    *("127.0.0.1", "127.1.2.3", "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254"),
    *("169.254.170.2", "172.16.0.1", "172.20.1.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1"),
    *("192.88.99.1", "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7"),
    *("203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::2", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8"),
    *("::ffff:0:127.0.0.1", "::127.0.0.1", "::10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b:1::1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:10::1", "2001:20::1", "2001:db8::1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254"),
    *("fdff:ffff::1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "ff02::1", "ff0e::1", "4000::1"),
)
PUBLIC_NUMBERS = ("8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "11.0.0.1", "2606:4700::1111")
REFUSED_URLS = {
    "http://hooks.example.org/": "not_https",
    "ftp://hooks.example.org/": "not_https",
    "file:///etc/passwd": "not_https",
    "gopher://hooks.example.org/": "not_https",
    "https://0x7f.1/": "not_a_name",
    "https://0x7f000001/": "not_a_name",
    "https://2130706433/": "not_a_name",
    "https://017700000001/": "not_a_name",
    "https://127.1/": "not_a_name",
    "https://127.0.0.1./": "not_a_name",
    "https://8.8.8.8/": "not_a_name",
    "https://[::1]/": "not_a_name",
    "https://[::ffff:10.0.0.1]/": "not_a_name",
    "https://[fe80::1%25eth0]/": "not_a_name",
    "https://user@hooks.example.org/": "user_in_address",
    "https://hooks.example.org@10.0.0.1/": "user_in_address",
    "https://user:word@hooks.example.org/": "user_in_address",
    "https://localhost/": "not_approved",
    "https://hooks.example.org./": "not_approved",
    "https://evil.hooks.example.org/": "not_approved",
    "https://hooks.example.org.evil.net/": "not_approved",
    "https://metadata.google.internal/": "not_approved",
    "https://hooks.example.org\\@evil.net/": "malformed",
    "https://hooks。example。org/": "malformed",
    "https://hooks.example.org:99999/": "malformed",
    "https://hooks.example.org/\n": "malformed",
    "https://[::1/": "malformed",
    "https://": "not_a_name",
    "": "not_https",
}


def test_sixty_numbers_and_more_are_not_public() -> None:
    assert len(set(REFUSED_NUMBERS)) >= 60
    assert [number for number in REFUSED_NUMBERS if is_public(number)] == []


def test_numbers_beside_them_are_public() -> None:
    assert [number for number in PUBLIC_NUMBERS if not is_public(number)] == []


@pytest.mark.parametrize(("url", "why"), REFUSED_URLS.items())
def test_an_address_is_refused_at_saving(url: str, why: str) -> None:
    with pytest.raises(Refused) as caught:
        APPROVED.check(url)
    assert caught.value.code == "address_refused"
    assert caught.value.status == 422
    assert caught.value.detail == why


def test_an_approved_host_is_not_refused() -> None:
    APPROVED.check("https://hooks.example.org/notify?of=us")
    APPROVED.check("https://HOOKS.example.org:8443/")


@pytest.mark.parametrize("number", REFUSED_NUMBERS)
async def test_an_approved_name_that_leads_home_is_refused_at_the_socket(number: str) -> None:
    outside = Outside(APPROVED, _always([number]))
    with pytest.raises(Refused, match="address_refused"):
        await outside.post("https://hooks.example.org/", b"{}", {})


async def test_one_number_of_ours_among_public_ones_is_enough_to_refuse() -> None:
    outside = Outside(APPROVED, _always(["8.8.8.8", "10.0.0.1"]))
    with pytest.raises(Refused, match="address_refused"):
        await outside.post("https://hooks.example.org/", b"{}", {})


@pytest.mark.parametrize("url", REFUSED_URLS)
async def test_what_is_refused_at_saving_is_refused_again_at_every_call(url: str) -> None:
    outside = Outside(APPROVED, _always(["10.0.0.1"]))
    with pytest.raises(Refused) as caught:
        await outside.post(url, b"{}", {})
    assert caught.value.detail != "not_public"


@pytest.mark.parametrize("url", [url for url in REFUSED_URLS if url.startswith("http") and url.isascii()])
async def test_the_transport_alone_refuses_it_too(url: str) -> None:
    client = httpx.AsyncClient(transport=GuardedTransport(APPROVED, _always(["10.0.0.1"])))
    with pytest.raises((Refused, httpx.InvalidURL, httpx.UnsupportedProtocol)):
        await client.post(url)


async def test_a_name_is_resolved_once_so_that_it_cannot_change_its_mind() -> None:
    asked: list[str] = []
    opened: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["203.0.112.1"] if len(asked) == 1 else ["127.0.0.1"]

    class Watching(httpcore.AnyIOBackend):
        async def connect_tcp(self, host: str, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
            opened.append(host)
            raise httpcore.ConnectError("nobody there")

    network = channel.GuardedNetwork(APPROVED, rebinding)
    network._network = Watching()
    with pytest.raises(httpcore.ConnectError):
        await network.connect_tcp("hooks.example.org", 443)
    assert (asked, opened) == (["hooks.example.org"], ["203.0.112.1"])


async def test_the_socket_too_knows_which_names_are_approved() -> None:
    network = channel.GuardedNetwork(APPROVED, _always(["127.0.0.1"]))
    with pytest.raises(Refused) as caught:
        await network.connect_tcp("other.example.org", 443)
    assert caught.value.detail == "not_approved"


# A receiver on loopback, reached by its exception -------------------------------------------------------------------

Serve = Callable[[bytes], Awaitable[tuple[Outside, str]]]


@pytest_asyncio.fixture
async def serve() -> AsyncIterator[Serve]:
    """`await serve(answer)`: a receiver that says these bytes to everybody, and who may call it."""
    servers: list[asyncio.Server] = []

    async def start(answer: bytes) -> tuple[Outside, str]:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            if answer:
                writer.write(answer)
            else:
                await reader.read()
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        servers.append(server)
        port = server.sockets[0].getsockname()[1]
        guard = Guard(APPROVED.approved, frozenset({f"127.0.0.1:{port}"}))
        return Outside(guard), f"http://127.0.0.1:{port}/"

    yield start
    for server in servers:
        server.close()


async def test_an_exception_is_called_and_answers(serve: Serve) -> None:
    outside, url = await serve(b"HTTP/1.1 204 No Content\r\n\r\n")
    answer = await outside.post(url, b"{}", {})
    assert (answer.status, answer.body) == (204, b"")


async def test_an_exception_holds_for_its_own_port_only(serve: Serve) -> None:
    outside, _ = await serve(b"HTTP/1.1 204 No Content\r\n\r\n")
    with pytest.raises(Refused, match="address_refused"):
        await outside.post("http://127.0.0.1:1/", b"{}", {})


async def test_a_redirect_is_not_followed(serve: Serve) -> None:
    target, home = await serve(b"HTTP/1.1 200 OK\r\n\r\nwords of ours")
    redirect = f"HTTP/1.1 302 Found\r\nLocation: {home}\r\nContent-Length: 0\r\n\r\n"
    outside, url = await serve(redirect.encode())
    assert (await outside.post(url, b"{}", {})).status == 302
    assert (await target.post(home, b"{}", {})).body == b"words of ours"


async def test_more_than_we_read_is_left_unread(serve: Serve) -> None:
    many = b"x" * (ANSWER_BYTES_MAX + 1)
    outside, url = await serve(b"HTTP/1.1 200 OK\r\n\r\n" + many)
    assert (await outside.post(url, b"{}", {})).body is None


async def test_what_is_packed_is_not_unpacked(serve: Serve) -> None:
    packed = gzip.compress(bytes(10_000_000))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    outside, url = await serve(head.encode() + packed)
    assert (await outside.post(url, b"{}", {})).body == packed


async def test_a_receiver_that_says_nothing_is_given_up(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "CALL_SECONDS", 0.2)
    outside, url = await serve(b"")
    with pytest.raises((TimeoutError, httpx.TimeoutException)):
        await outside.post(url, b"{}", {})


def _always(numbers: list[str]) -> Callable[[str, int], Awaitable[list[str]]]:
    async def resolve(host: str, port: int) -> list[str]:
        return numbers

    return resolve
