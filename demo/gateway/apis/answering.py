"""How every vendor's submission is answered: judged, put on file, and spoiled where the faults say so."""

import asyncio
import functools
import json
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import Response
from fastapi.responses import HTMLResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from demo.gateway.messages import State
from demo.gateway.network import Network
from demo.gateway.submission import Submission

HUGE_BYTES = 10 * 1024 * 1024
BOMB_BYTES = 200 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024

Judge = Callable[[], tuple[Response, list[Submission]]]


class Json(Response):
    media_type = "application/json;charset=utf-8"

    def render(self, content: Any) -> bytes:
        return json.dumps(content).encode()


class Torn(Response):
    """The connection ends in the middle of an answer: the customer learns nothing."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"', "more_body": True})


async def answered(network: Network, judge: Judge, unavailable: Callable[[], Response]) -> Response:
    """Faults stand where they would strike: before accepting, or between accepting and the answer."""
    faults = network.faults
    await asyncio.sleep(faults.latency_ms / 1000)
    if faults.take("disconnect"):
        return Torn()
    if faults.take("error_5xx"):
        return unavailable()
    answer, submissions = judge()
    messages = await asyncio.gather(*(network.submit(submission) for submission in submissions))
    accepted = [message for message in messages if message.state is State.ACCEPTED]
    for message in accepted:
        await network.deliver(message)
    return await _spoiled(network, answer, unavailable) if accepted else answer


async def _spoiled(network: Network, answer: Response, unavailable: Callable[[], Response]) -> Response:
    faults = network.faults
    if faults.take("silent"):
        await asyncio.sleep(faults.silence_ms / 1000)
        return Torn()
    if faults.take("error_after_accepting"):
        return unavailable()
    if faults.take("answer_html"):
        return HTMLResponse("<html><body><h1>Welcome to nginx!</h1></body></html>")
    if faults.take("answer_huge"):
        return StreamingResponse(_huge(), media_type="application/json")
    if faults.take("answer_bomb"):
        headers = {"content-encoding": "gzip"}
        return Response(await asyncio.to_thread(_bomb), headers=headers, media_type="application/json")
    return answer


async def _huge() -> AsyncIterator[bytes]:
    yield b'{"Code":"'
    for _ in range(HUGE_BYTES // CHUNK_BYTES):
        yield b"x" * CHUNK_BYTES
    yield b'"}'


@functools.cache
def _bomb() -> bytes:
    """Some 200 KB that unpack to 200 MB."""
    packing = zlib.compressobj(9, wbits=31)
    chunk = bytes(CHUNK_BYTES)
    packed = [packing.compress(chunk) for _ in range(BOMB_BYTES // CHUNK_BYTES)]
    return b"".join([*packed, packing.flush()])
