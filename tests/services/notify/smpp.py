"""The least SMPP 3.4 that lets a gateway bind and hand over texts: what arrives is what a handset would be given."""

import asyncio
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

BIND_TRANSCEIVER: Final = 0x9
SUBMIT_SM: Final = 0x4
DELIVER_SM: Final = 0x5
UNBIND: Final = 0x6
ENQUIRE_LINK: Final = 0x15
ANSWER: Final = 0x80000000
PAYLOAD: Final = 0x0424

# GSM 03.38 by code, from the standard's own table; 0x1B leads to the second one.
_TABLE: Final = [
    *[0x40, 0xA3, 0x24, 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, 0x0A, 0xD8, 0xF8, 0x0D, 0xC5, 0xE5],
    *[0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E, 0x1B, 0xC6, 0xE6, 0xDF, 0xC9],
    *[0x20, 0x21, 0x22, 0x23, 0xA4, *range(0x25, 0x40)],
    *[0xA1, *range(0x41, 0x5B), 0xC4, 0xD6, 0xD1, 0xDC, 0xA7],
    *[0xBF, *range(0x61, 0x7B), 0xE4, 0xF6, 0xF1, 0xFC, 0xE0],
]
_SECOND: Final = dict(zip([0x0A, 0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40, 0x65], "\x0c^{}\\[~]|€", strict=True))


def from_gsm(octets: bytes) -> str:
    """Characters of unpacked septets."""
    text, left = "", iter(octets)
    for octet in left:
        text += _SECOND[next(left)] if octet == 0x1B else chr(_TABLE[octet])
    return text


@dataclass(frozen=True, slots=True)
class Arrived:
    """One segment as it came."""

    source: str
    destination: str
    udh: bytes
    text: str
    registered: bool


@dataclass
class Peer:
    """An SMSC that takes everything and reports it delivered."""

    arrived: list[Arrived] = field(default_factory=list)
    bound: asyncio.Event = field(default_factory=asyncio.Event)
    writer: asyncio.StreamWriter | None = None
    number: int = 0
    server: asyncio.Server | None = None

    async def listen(self) -> int:
        """Listen on a free port of this machine alone."""
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return int(self.server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        if self.server is not None:
            self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        answers: dict[int, Callable[[bytes], bytes]] = {
            BIND_TRANSCEIVER: lambda _: b"peer\0",
            SUBMIT_SM: self._submitted,
            ENQUIRE_LINK: lambda _: b"",
            UNBIND: lambda _: b"",
        }
        while True:
            try:
                length, command, _, sequence = struct.unpack(">IIII", await reader.readexactly(16))
                body = await reader.readexactly(length - 16)
            except (asyncio.IncompleteReadError, ConnectionError):
                return
            if command in answers:
                self._send(command | ANSWER, sequence, answers[command](body))
                if command == BIND_TRANSCEIVER:
                    self.bound.set()
                if command == SUBMIT_SM and self.arrived[-1].registered:
                    self._report(self.arrived[-1])

    def _send(self, command: int, sequence: int, body: bytes) -> None:
        assert self.writer is not None
        self.writer.write(struct.pack(">IIII", 16 + len(body), command, 0, sequence) + body)

    def _submitted(self, body: bytes) -> bytes:
        self.number += 1
        self.arrived.append(_parsed(body))
        return f"{self.number}".encode() + b"\0"

    def _report(self, of: Arrived) -> None:
        text = f"id:{self.number} sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000"
        self.deliver(of.destination, of.source, text.encode(), esm_class=0x04)

    def deliver(self, source: str, destination: str, octets: bytes, *, coding: int = 0, esm_class: int = 0) -> None:
        """Hand a text of a handset, or a receipt, to the gateway."""
        body = b"\0" + _address(source) + _address(destination) + bytes([esm_class, 0, 0]) + b"\0\0"
        self._send(DELIVER_SM, 10_000 + self.number, body + bytes([0, 0, coding, 0, len(octets)]) + octets)


def _address(number: str) -> bytes:
    return bytes([1, 1]) + number.encode() + b"\0"


def _parsed(body: bytes) -> Arrived:
    _, at = _word(body, 0)
    source, at = _word(body, at + 2)
    destination, at = _word(body, at + 2)
    esm_class, at = body[at], at + 3
    _, at = _word(body, at)
    _, at = _word(body, at)
    registered, coding, length = body[at], body[at + 2], body[at + 4]
    message, at = body[at + 5 : at + 5 + length], at + 5 + length
    while at + 4 <= len(body):
        tag, size = struct.unpack(">HH", body[at : at + 4])
        message = body[at + 4 : at + 4 + size] if tag == PAYLOAD else message
        at += 4 + size
    udh = message[: message[0] + 1] if esm_class & 0x40 else b""
    said = message[len(udh) :]
    text = said.decode("utf-16-be") if coding == 8 else from_gsm(said)
    return Arrived(source, destination, udh, text, bool(registered & 1))


def _word(body: bytes, at: int) -> tuple[str, int]:
    end = body.index(0, at)
    return body[at:end].decode(), end + 1
