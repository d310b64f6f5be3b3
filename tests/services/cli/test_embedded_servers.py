"""Real PostgreSQL and Valkey as child processes: they keep their data, and they do not outlive their parent."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
import redis

from cli.children import is_alive, wait_until
from cli.databases import derive_urls, execute, prepare_database, query
from cli.embedded import Embedded
from cli.programs import ROOT

LONG = "a-directory-whose-name-alone-is-longer-than-a-socket-path-may-be-" * 2


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    started = Embedded(tmp_path_factory.mktemp("embedded") / LONG)
    started.start()
    yield started
    started.stop()


def test_a_second_start_changes_nothing(embedded: Embedded) -> None:
    assert embedded.postgres.process is not None
    before = embedded.postgres.process.pid
    embedded.start()
    assert embedded.postgres.process.pid == before


def test_what_postgres_committed_survives_its_immediate_end(embedded: Embedded) -> None:
    admin = f"{embedded.database_url}/postgres"
    execute(admin, ["CREATE TABLE kept (word text)", "INSERT INTO kept VALUES ('yes')"])
    embedded.stop_postgres("immediate")
    embedded.start_postgres()
    assert [row["word"] for row in query(admin, "SELECT word FROM kept")] == ["yes"]


def test_what_valkey_acknowledged_survives_its_kill(embedded: Embedded) -> None:
    redis.Redis.from_url(embedded.redis_url).xadd("feed", {"e": "1"}, id="1-0")
    embedded.kill_redis()
    embedded.start_redis()
    assert redis.Redis.from_url(embedded.redis_url).xlen("feed") == 1


def test_valkey_refuses_rather_than_forgets_and_lets_no_stranger_in(embedded: Embedded) -> None:
    client = redis.Redis.from_url(embedded.redis_url)
    assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    assert client.config_get("appendfsync")["appendfsync"] == "always"
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=embedded.redis.port).ping()


def test_postgres_has_what_the_services_need(embedded: Embedded) -> None:
    prepare_database(embedded.database_url, "tickets")
    prepare_database(embedded.database_url, "tickets")
    app, _owner = derive_urls(embedded.database_url, "tickets")
    extensions = {row["extname"] for row in query(app, "SELECT extname FROM pg_extension")}
    assert {"btree_gist", "pg_trgm"} <= extensions
    assert query(app, "SELECT show_trgm('楼道垃圾') AS grams")[0]["grams"]
    assert query(app, "SHOW fsync")[0]["fsync"] == "on"


def test_the_application_writes_rows_but_owns_no_table(embedded: Embedded) -> None:
    prepare_database(embedded.database_url, "funds")
    app, owner = derive_urls(embedded.database_url, "funds")
    execute(owner, ["CREATE TABLE entry (id bigserial PRIMARY KEY, amount_fen bigint)"])
    execute(app, ["INSERT INTO entry (amount_fen) VALUES (1)", "UPDATE entry SET amount_fen = 2", "DELETE FROM entry"])
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        execute(app, ["DROP TABLE entry"])


def test_one_service_cannot_enter_anothers_database(embedded: Embedded) -> None:
    for service in ("members", "notify"):
        prepare_database(embedded.database_url, service)
    stranger = derive_urls(embedded.database_url, "members", "yihu_notify")[0]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        query(stranger, "SELECT 1")


def test_the_servers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from cli.embedded import Embedded;"
        "e = Embedded(Path(sys.argv[1])); e.start();"
        "print(e.postgres.process.pid, e.redis.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pids = [int(word) for word in parent.stdout.readline().split()]
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert len(pids) == 2
    assert wait_until(lambda: not any(map(is_alive, pids)), seconds=20)
