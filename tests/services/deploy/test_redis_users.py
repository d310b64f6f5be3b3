"""The access list of compose on a real server: a service has its own streams, six commands, and nothing else."""

import hashlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import redis

from chassis import carrier
from cli.children import comes_up, free_port, spawn, stop
from cli.databases import SERVICES
from cli.valkey import redis_binary
from deploy import make_env
from tests.running import built, environ, environment

SCRIPT = Path(__file__).parents[3] / "deploy" / "redis" / "users.sh"
MADE = make_env.environment()
SIX = {"xadd", "xread", "xinfo|stream", "xtrim", "del", "expire"}
ALIVE = {"ping"}  # the client's own question whether the connection is still there
OVERSEER = "a password of this test"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("redis")
    made = subprocess.run(["sh", str(SCRIPT)], env=os.environ | MADE, check=True, capture_output=True, text=True)
    watching = f"user overseer on ~* +@all #{hashlib.sha256(OVERSEER.encode()).hexdigest()}\n"
    (folder / "users.acl").write_text(made.stdout + watching)
    number = free_port()
    words = ["--port", str(number), "--dir", str(folder), "--aclfile", str(folder / "users.acl"), "--save", ""]
    process = spawn([redis_binary(), *words], log=folder / "log", dies_with_parent=signal.SIGKILL)
    assert comes_up(process, lambda: _answers(number)), (folder / "log").read_text()
    yield number
    stop(process, signal.SIGTERM, wait_seconds=10)


def _answers(port: int) -> bool:
    try:
        return bool(redis.Redis(port=port, username="health", password="none").ping())
    except redis.ConnectionError:
        return False


def as_service(port: int, name: str) -> "redis.Redis":
    return redis.Redis.from_url(url(port, name), decode_responses=True)


def url(port: int, name: str) -> str:
    return f"redis://{name}:{quote(MADE[f'{name.upper()}_REDIS_PASSWORD'])}@127.0.0.1:{port}/0"


def commands(port: int) -> dict[str, int]:
    """Every command that asks for a right, with how many words it takes at least."""
    found: dict[str, int] = {}
    client = overseer(port)

    def note(entry: Any) -> None:
        name, arity, flags, subcommands = entry[0], abs(entry[1]), entry[2], entry[9]
        if subcommands:
            for each in subcommands:
                note(each)
        elif "no_auth" not in flags:  # whoever signs in or out needs no right to
            found[name] = arity

    client.set_response_callback("COMMAND", lambda answer, **_: answer)
    for entry in run(client, "COMMAND"):
        note(entry)
    return found


def may(port: int, service: str, words: list[str], arity: int) -> bool:
    """What the server's rights alone say."""
    padded = [*words, *[f"feed:{service}:0:1"] * (arity - len(words))]
    return bool(run(overseer(port), "ACL", "DRYRUN", service, *padded) == "OK")


def run(client: "redis.Redis", *words: str) -> Any:
    return client.execute_command(*words)  # type: ignore[no-untyped-call]


def overseer(port: int) -> "redis.Redis":
    return redis.Redis(port=port, username="overseer", password=OVERSEER, decode_responses=True)


def refusal(client: "redis.Redis", *words: str) -> str:
    try:
        run(client, *words)
    except redis.exceptions.NoPermissionError as error:
        return f"NOPERM {error}"
    except redis.RedisError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_has_a_command_beyond_the_six(port: int, service: str) -> None:
    client, known = as_service(port, service), commands(port)
    assert len(known) > 200
    allowed = []
    for name, arity in known.items():
        words = name.split("|")
        said = refusal(client, *words, *[f"feed:{service}:0:1"] * (arity - len(words)))
        # MODULE, DEBUG and EXEC are refused for another reason before rights are looked at
        if not said.startswith("NOPERM") and may(port, service, words, arity):
            allowed.append(name)
    assert set(allowed) - SIX - ALIVE == set()


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "console"])
def test_a_service_writes_and_trims_its_own_streams(port: int, service: str) -> None:
    client, key = as_service(port, service), f"feed:{service}:0:1-own"
    client.xadd(key, {"e": "1"}, id="1-0", maxlen=10, approximate=True)
    assert client.xinfo_stream(key)["last-generated-id"] == "1-0"
    assert client.xtrim(key, maxlen=10) == 0
    assert client.expire(key, 60)
    assert client.delete(key) == 1


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("other", SERVICES)
def test_it_reads_those_it_listens_to_and_writes_no_others(port: int, service: str, other: str) -> None:
    if service == other:
        return
    key, client = f"feed:{other}:0:1-others", as_service(port, service)
    with environ(environment(service, "postgresql://a@localhost/x", "postgresql://a@localhost/x", "redis://localhost")):
        listens = other in built(service).all_producers
    said = refusal(client, "XREAD", "COUNT", "1", "STREAMS", key, "0-0")
    assert said.startswith("NOPERM") is not listens
    for words in (("XADD", key, "*", "e", "1"), ("DEL", key), ("XTRIM", key, "MAXLEN", "0"), ("EXPIRE", key, "1")):
        assert refusal(client, *words).startswith("NOPERM")


def test_no_stranger_comes_in(port: int) -> None:
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=port).ping()
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=port, username="funds", password="guessed").ping()


def test_who_asks_whether_it_lives_learns_nothing_more(port: int) -> None:
    health = redis.Redis(port=port, username="health", password="none")
    assert health.ping()
    assert refusal(health, "XREAD", "STREAMS", "feed:funds:0:1", "0-0").startswith("NOPERM")


async def test_the_carrier_needs_no_more_than_that(port: int) -> None:
    pusher = carrier.connect(url(port, "members"))
    pipe = pusher.pipeline(transaction=False)
    pipe.xadd("feed:members:0:1-carried", {"e": "1", "p": ""}, id="1-0", maxlen=10, approximate=True)
    pipe.expire("feed:members:0:1-carried", 60)
    assert await pipe.execute() == [b"1-0", True]
    await pusher.aclose()
    broker = carrier.broker(url(port, "funds"))
    client = await broker.connect()
    assert await client.ping()
    assert await client.xread({"feed:members:0:1-carried": "0-0"}, count=1)
    await broker.stop()
