"""What was acknowledged is on file, whatever happens to the process."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from demo.gateway.handsets import Handsets
from demo.gateway.messages import Direction, Message, segments
from demo.gateway.record import Record
from tests.unit.gateway.harness import FILINGS, Gateway
from tests.unit.gateway.signing import signed

ROOT = Path(__file__).parents[3]


@contextlib.asynccontextmanager
async def writing(record: Record) -> AsyncIterator[Record]:
    task = asyncio.create_task(record.run())
    yield record
    record.stop()
    await task


def pieces(folder: Path) -> list[Path]:
    return sorted(folder.glob("record-*.jsonl"))


async def test_entries_come_back_in_order(tmp_path: Path) -> None:
    async with writing(Record(tmp_path)) as record:
        await asyncio.gather(*(record.append({"n": n}) for n in range(100)))
    assert [entry["n"] for entry in Record(tmp_path).entries()] == list(range(100))


async def test_entries_that_arrive_together_share_one_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    monkeypatch.setattr(os, "fdatasync", syncs.append)
    async with writing(Record(tmp_path)) as record:
        await asyncio.gather(*(record.append({"n": n}) for n in range(100)))
    assert len(syncs) < 10


async def test_what_was_only_noted_is_on_file_at_the_end(tmp_path: Path) -> None:
    async with writing(Record(tmp_path)) as record:
        record.note({"n": 1})
    assert list(Record(tmp_path).entries()) == [{"n": 1}]


async def test_a_torn_line_is_passed_over_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    async with writing(Record(tmp_path)) as record:
        await record.append({"n": 1})
    [piece] = pieces(tmp_path)
    with piece.open("ab") as file:
        file.write(b'{"n": 2')
    async with writing(Record(tmp_path)) as record:
        await record.append({"n": 3})
    assert [entry["n"] for entry in Record(tmp_path).entries()] == [1, 3]


async def test_old_pieces_are_dropped(tmp_path: Path) -> None:
    async with writing(Record(tmp_path, piece_bytes=1, pieces_max=3)) as record:
        for n in range(10):
            await record.append({"n": n})
    kept = [entry["n"] for entry in Record(tmp_path).entries()]
    assert kept == sorted(kept)
    assert 0 not in kept
    assert 9 in kept
    assert len(pieces(tmp_path)) == 3


async def test_an_append_that_cannot_be_written_is_not_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, data: memoryview) -> int:
        write(descriptor, data[:3])
        raise OSError(28, "No space left on device")

    write = os.write

    async with writing(Record(tmp_path)) as record:
        with monkeypatch.context() as broken:
            broken.setattr(os, "write", full)
            with pytest.raises(OSError, match="No space"):
                await record.append({"n": 1})
        await record.append({"n": 2})
    assert [entry["n"] for entry in Record(tmp_path).entries()] == [2]


async def test_what_is_cleared_does_not_come_back(tmp_path: Path) -> None:
    async with writing(Record(tmp_path)) as record:
        await record.append({"n": 1})
        record.note({"n": 2})
        await record.clear()
        await record.append({"n": 3})
    assert [entry["n"] for entry in Record(tmp_path).entries()] == [3]


def test_the_oldest_submissions_are_forgotten() -> None:
    handsets = Handsets(kept_max=2)
    for n in ("1", "2", "3"):
        handsets.add(
            Message(id=n, number=n, thread="1", direction=Direction.TO_HANDSET, text="", at="", client_ref=f"ref-{n}")
        )
    assert len(handsets) == 2
    assert list(handsets.submissions("ref-1", None)) == []
    assert not handsets.known("1")
    assert [m.id for m in handsets.submissions(None, None)] == ["2", "3"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("长" * 70, [70]),
        ("长" * 71, [67, 4]),
        ("长" * 66 + "🎵" + "长" * 3, [66, 5]),
        ("", [0]),
    ],
)
def test_texts_are_cut_as_a_carrier_cuts_them(text: str, parts: list[int]) -> None:
    assert segments(text) == parts


@contextlib.asynccontextmanager
async def a_process(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, Gateway]]:
    environment = os.environ | {
        "YIHU_GATEWAY_PORT": "0",
        "YIHU_GATEWAY_DATA": str(folder),
        "YIHU_GATEWAY_ACCESS_KEY_ID": "key",
        "YIHU_GATEWAY_ACCESS_KEY_SECRET": "secret",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "demo.gateway", cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode().split()
    async with httpx.AsyncClient(base_url=said[-1], trust_env=False) as http:
        try:
            yield process, Gateway(said[-1], http, "")
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def test_a_killed_gateway_has_every_submission_it_answered(tmp_path: Path) -> None:
    async with a_process(tmp_path) as (process, gateway):
        await gateway.http.post("/sim/templates", json=FILINGS)
        answers = await asyncio.gather(*(gateway.send(OutId=f"ref-{n}") for n in range(20)))
        process.send_signal(signal.SIGKILL)
        await process.wait()
    async with a_process(tmp_path) as (_, gateway):
        listed = (await gateway.http.get("/sim/submissions")).json()["items"]
        assert sorted(s["biz_id"] for s in listed) == sorted(a.json()["BizId"] for a in answers)
        assert (await gateway.settled())["state"] == "delivered"
        assert (await gateway.send()).json()["Code"] == "OK"


async def test_a_gateway_told_to_stop_ends_by_itself(tmp_path: Path) -> None:
    async with a_process(tmp_path) as (process, gateway):
        refused = await gateway.http.send(signed(gateway.url, "SendSms", {}))
        assert refused.json()["Code"] == "isv.MOBILE_NUMBER_ILLEGAL"
        async with gateway.http.stream("GET", "/sim/changes"):
            process.terminate()
            async with asyncio.timeout(10):
                assert await process.wait() in (0, -signal.SIGTERM)
