"""Starting, hurting and stopping a whole system, with programs that only answer and real servers beneath."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.children import is_alive, wait_until
from cli.databases import query
from cli.embedded import Embedded
from cli.health import status_of
from cli.run_file import save_accounts
from tests.services.cli.toy_tree import toy_tree

EVERYTHING = 13  # ten programs of five services, the gateway, PostgreSQL and Redis


class Toy:
    """The command line of a toy tree."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.directory = home / ".yihu"
        self.environment = os.environ | environment

    def yihu(self, *words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "cli", *words]
        return subprocess.run(command, cwd=self.home, env=self.environment, capture_output=True, text=True, check=False)

    def run(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.directory / "run.json").read_text())
        return found

    def pid(self, name: str) -> int:
        return int(self.run()["programs"][name]["pid"] or 0)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toy]:
    toy = Toy(toy_tree(tmp_path_factory.mktemp("toy")))
    started = toy.yihu("up", "--detach", "--port-base", "0")
    assert started.returncode == 0, started.stderr
    yield toy
    toy.yihu("down")


def test_everything_runs_and_says_where(toy: Toy) -> None:
    status = json.loads(toy.yihu("status", "--json").stdout)
    assert status["ready"]
    assert len(status["programs"]) == EVERYTHING
    assert all(status_of(url) == 200 for url in status["urls"].values())
    assert (toy.directory / "run.json").stat().st_mode & 0o777 == 0o600


def test_a_second_supervisor_of_the_same_directory_is_refused(toy: Toy) -> None:
    refused = toy.yihu("up", "--port-base", "0")
    assert refused.returncode == 1
    assert "runs already" in refused.stderr


def test_what_is_killed_stays_dead_until_it_is_started(toy: Toy) -> None:
    before = toy.pid("notify-worker")
    assert toy.yihu("kill", "notify").returncode == 0
    assert not is_alive(before)
    assert toy.yihu("status").returncode == 1
    assert toy.yihu("start", "notify").returncode == 0
    assert toy.pid("notify-worker") not in (0, before)


def test_what_dies_by_itself_is_started_again(toy: Toy) -> None:
    before = toy.pid("funds-api")
    os.kill(before, signal.SIGKILL)
    assert wait_until(lambda: toy.pid("funds-api") not in (0, before), seconds=10)


@pytest.mark.parametrize("server", ["redis", "postgres"])
def test_the_servers_can_be_stopped_and_come_back_at_the_same_place(toy: Toy, server: str) -> None:
    before = toy.run()["programs"][server]
    assert toy.yihu("stop", server).returncode == 0
    assert not is_alive(before["pid"])
    assert toy.yihu("start", server).returncode == 0
    assert toy.run()["programs"][server]["port"] == before["port"]


def test_the_clock_of_every_database_goes_forward_together(toy: Toy) -> None:
    assert toy.yihu("clock", "+1h").returncode == 0
    told = json.loads(toy.yihu("clock", "+30m", "--json").stdout)
    assert told["shift_seconds"] == timedelta(hours=1, minutes=30).total_seconds()
    assert toy.yihu("clock", "-1h").returncode == 2


def test_accounts_written_by_the_seed_outlive_a_restart_of_a_program(toy: Toy) -> None:
    save_accounts(toy.directory, {"leader": {"login": "he", "password": "p", "totp_secret": "MFRGG"}})
    toy.yihu("kill", "console-web")
    toy.yihu("start", "console-web")
    assert toy.run()["accounts"]["leader"]["login"] == "he"


def test_an_unknown_name_is_a_usage_error_with_the_known_ones(toy: Toy) -> None:
    refused = toy.yihu("kill", "nobody")
    assert refused.returncode == 2
    assert "tickets-worker" in refused.stderr


def test_a_service_that_cannot_start_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    broken = Toy(toy_tree(tmp_path))
    (tmp_path / "services/funds/__main__.py").write_text("raise SystemExit('no books today')")
    refused = broken.yihu("up", "--detach", "--port-base", "0")
    assert refused.returncode == 1
    assert "funds" in refused.stderr
    assert "no books today" in refused.stderr
    assert not any(is_alive(p["pid"]) for p in broken.run()["programs"].values() if p["pid"])


def test_down_leaves_nothing_and_the_next_start_finds_its_data(tmp_path: Path) -> None:
    toy = Toy(toy_tree(tmp_path))
    toy.yihu("up", "--detach", "--port-base", "0")
    pids = [program["pid"] for program in toy.run()["programs"].values()]
    toy.yihu("clock", "+2h")
    assert toy.yihu("down").returncode == 0
    assert len(pids) == EVERYTHING
    assert not any(map(is_alive, pids))
    toy.yihu("up", "--detach", "--port-base", "0")
    assert json.loads(toy.yihu("clock", "--json").stdout)["shift_seconds"] == 7200
    toy.yihu("down")


def test_servers_that_are_given_are_used_and_left_alone(tmp_path: Path) -> None:
    given = Embedded(tmp_path / "given")
    given.start()
    toy = Toy(toy_tree(tmp_path / "toy"), YIHU_DATABASE_URL=given.database_url, YIHU_REDIS_URL=given.redis_url)
    try:
        started = toy.yihu("up", "--detach", "--port-base", "0")
        assert started.returncode == 0, started.stderr
        run = toy.run()
        toy.yihu("down")
        assert not {"postgres", "redis"} & set(run["programs"])
        assert run["redis_url"] == given.redis_url
        assert query(run["databases"]["funds"]["owner"], "SELECT version_num FROM alembic_version")
    finally:
        given.stop()
