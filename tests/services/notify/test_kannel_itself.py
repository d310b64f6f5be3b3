"""Kannel as it is packaged, between our channel and an SMPP peer: every text arrives identical, and back again.

Skipped, loudly, where Kannel is not installed.
"""

import asyncio
import random
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from services.notify.channels.contract import Push
from services.notify.channels.kannel import Kannel
from services.notify.domain.delivery_report import DeliveryReport, Status
from services.notify.domain.outcome import Accepted, Uplink
from services.notify.domain.provider import Provider
from services.notify.domain.segments import divided
from tests.services.notify.smpp import Arrived, Peer
from tests.unit.notify.providers import an_outgoing

BOXES = [shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin") for name in ("bearerbox", "smsbox")]
pytestmark = pytest.mark.skipif(None in BOXES, reason="KANNEL IS NOT INSTALLED: bearerbox, smsbox (apt install kannel)")

SIGNED = "【中一路社区】"
TABLE = [
    "Your code is 482913.",
    "Fee: 5€ [A]",
    "Café à 5",
    "naïve",
    "ＡＢＣ 123",
    "x" * 100,
    "x" * 161,
    SIGNED + "您反映的问题已受理,编号0427。",
    SIGNED + "合唱团周二下午两点排练🎵",
    SIGNED + "字" * 63,
    SIGNED + "字" * 64,
    SIGNED + "字" * 128,
    SIGNED + "字" * 493,
    "字" * 66 + "🎵" + "字" * 10,
    "x" * 152 + "€" + "x" * 20,
    "^{}\\[~]|€ %&+=?#@$_ ΔΦΓΛΩΠΨΣΘΞ ÆæßÉ ¤¡¿§",
    " leading, trailing \n",
]
CONF = """
group = core
admin-port = {admin}
admin-password = none
admin-allow-ip = 127.0.0.1
smsbox-port = {boxes}
box-allow-ip = 127.0.0.1
store-type = spool
store-location = {directory}
log-file = {directory}/bearerbox.log

group = smsc
smsc = smpp
smsc-id = peer
host = 127.0.0.1
port = {smpp}
transceiver-mode = true
smsc-username = yihu
smsc-password = yihu
system-type = ""
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
log-file = {directory}/smsbox.log

group = sendsms-user
username = yihu
password = secret
max-messages = 1
concatenation = false

group = sms-service
keyword = default
catch-all = true
post-url = {uplinks}
max-messages = 0
send-sender = true
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class World:
    """Kannel between us and its peer, and what it pushed."""

    channel: Kannel
    peer: Peer
    pushed: list[Push] = field(default_factory=list)

    async def until(self, holds: object) -> None:
        """Wait for a condition, at most half a minute."""
        assert callable(holds)
        for _ in range(600):
            if holds():
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it never came")

    async def send(self, text: str, ref: int = 0) -> list[UUID]:
        """Hand over a text as the sender does; the references of its segments."""
        refs = []
        for part in divided(text, ref=ref):
            refs.append(uuid4())
            outgoing = an_outgoing(client_ref=refs[-1], text=text, part=part)
            assert await self.channel.submit(outgoing) == Accepted("")
        return refs

    def reports(self) -> list[DeliveryReport]:
        lines = [line for push in self.pushed if "ref" in push.query for line in self.channel.read_reports(push)]
        assert all(isinstance(line, DeliveryReport) for line in lines)
        return [line for line in lines if isinstance(line, DeliveryReport)]


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    peer, pushed = Peer(), list[Push]()
    smpp = await peer.listen()
    http = await asyncio.start_server(lambda r, w: _take(r, w, pushed), "127.0.0.1", 0)
    url = f"http://127.0.0.1:{http.sockets[0].getsockname()[1]}/providers/one/secret"
    ports = {name: free_port() for name in ("admin", "boxes", "sendsms")}
    conf = tmp_path / "kannel.conf"
    conf.write_text(CONF.format(**ports, smpp=smpp, directory=tmp_path, uplinks=f"{url}/uplinks"))
    processes = []
    for box in BOXES:
        assert box is not None
        quiet = asyncio.subprocess.DEVNULL
        processes.append(await asyncio.create_subprocess_exec(box, "-v", "4", str(conf), stdout=quiet, stderr=quiet))
        await _opened(ports["boxes"] if len(processes) == 1 else ports["sendsms"])
    await asyncio.wait_for(peer.bound.wait(), 20)
    row = Provider(
        id="one",
        kind="kannel",
        base_url=f"http://127.0.0.1:{ports['sendsms']}",
        in_flight=20,
        credentials={"username": "yihu", "password": "secret"},
    )
    world = World(Kannel(row, url), peer, pushed)
    yield world
    await world.channel.close()
    for process in reversed(processes):
        process.kill()
        await process.wait()
    http.close()
    await peer.close()


async def _opened(port: int) -> None:
    for _ in range(400):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise AssertionError(f"nothing listens on {port}")


async def _take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pushed: list[Push]) -> None:
    """The least HTTP server: keep what is pushed, say yes."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    target = head[0].split(" ")[1]
    query = dict(parse_qsl(urlsplit(target).query))
    pushed.append(Push(url=target, query=query, headers=headers, body=body))
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
    writer.close()


def put_together(arrived: list[Arrived]) -> list[str]:
    """What a handset makes of segments: those of one number joined in their order."""
    whole: dict[tuple[str, int], dict[int, str]] = {}
    single = []
    for one in arrived:
        if not one.udh:
            single.append(one.text)
            continue
        assert (one.udh[:3], len(one.udh)) == (b"\x05\x00\x03", 6)
        whole.setdefault((one.destination, one.udh[3]), {})[one.udh[5]] = one.text
    return single + ["".join(parts[n] for n in sorted(parts)) for parts in whole.values()]


def generated(seed: int) -> list[str]:
    random.seed(seed)
    alphabets = ["abc {}€[]@£", "字了，。漏水", "🎵👍🏽", "naïve Ω", "0123456789"]
    return ["".join(random.choice(random.choice(alphabets)) for _ in range(random.randint(1, 200))) for _ in range(40)]


async def test_every_text_arrives_identical(world: World) -> None:
    texts = [*TABLE, *generated(7)]
    sent = 0
    for ref, text in enumerate(texts):
        sent += len(await world.send(text, ref))
    await world.until(lambda: len(world.peer.arrived) == sent)
    assert sorted(put_together(world.peer.arrived)) == sorted(texts)


async def test_each_segment_is_reported_to_us_with_its_own_reference(world: World) -> None:
    refs = await world.send(SIGNED + "字" * 100)
    await world.until(lambda: sum(r.status is Status.DELIVERED for r in world.reports()) == len(refs))
    for ref in refs:
        of_segment = [report for report in world.reports() if report.client_ref == ref]
        assert {report.status for report in of_segment} == {Status.TAKEN, Status.DELIVERED}
        assert {report.number.lstrip("+") for report in of_segment} == {"8613800000001"}


async def test_a_text_of_a_resident_comes_to_us_in_its_own_letters(world: World) -> None:
    world.peer.deliver("8613800000001", "10690000042707", "2号楼漏水🎵".encode("utf-16-be"), coding=8)
    world.peer.deliver("8613800000002", "106900000427", b"1")
    await world.until(lambda: len(world.pushed) == 2)
    texts = [line for push in world.pushed for line in world.channel.read_uplinks(push) if isinstance(line, Uplink)]
    assert {(text.number.lstrip("+"), text.text, text.dest.lstrip("+")) for text in texts} == {
        ("8613800000001", "2号楼漏水🎵", "10690000042707"),
        ("8613800000002", "1", "106900000427"),
    }
