"""A system is up when everything answers at the same time, and not before."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli import instance as instances
from cli import processes
from cli.failures import CannotStart, TookTooLong
from cli.instance import Instance
from cli.processes import Running, Supervisor
from cli.programs import programs
from cli.run_file import change_run
from cli.servers import Servers

SOME = programs(20_000)[0]


@pytest.fixture
def alive() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Supervisor:
    monkeypatch.setattr(processes, "_answers", lambda program: True)
    monkeypatch.setattr(Servers, "start", lambda self, is_stopped: None)
    return Supervisor(tmp_path, 20_000)


def test_a_program_that_answered_and_died_is_waited_for_again(
    supervisor: Supervisor, alive: "subprocess.Popen[bytes]"
) -> None:
    each = supervisor.running[SOME.name] = Running(SOME, process=alive)
    assert supervisor._silent() == []
    alive.kill()
    alive.wait()
    assert supervisor._silent() == [each]


def test_one_that_dies_again_and_again_is_named_though_it_answers_now_and_then(
    supervisor: Supervisor, alive: "subprocess.Popen[bytes]"
) -> None:
    silent = programs(20_000)[1]
    supervisor.running[SOME.name] = Running(SOME, process=alive, restarts=processes.START_DEATHS_MAX)
    supervisor.running[silent.name] = Running(silent, start_at=float("inf"))
    with pytest.raises(CannotStart, match=SOME.name):
        supervisor._wait_for_answers()


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """An instance whose supervisor runs already, as this process."""
    monkeypatch.setattr(Instance, "is_up", lambda self: True)
    monkeypatch.setattr(instances, "UP_SECONDS_MAX", 0.2)
    change_run(tmp_path, lambda run: {"supervisor": os.getpid(), "ready": False})
    return Instance(tmp_path)


def test_a_system_that_is_still_starting_is_not_called_up(other: Instance) -> None:
    with pytest.raises(TookTooLong, match="does not become ready"):
        other.up()


def test_a_system_that_is_ready_is_up_already(other: Instance) -> None:
    change_run(other.directory, lambda run: run | {"ready": True})
    other.up()


def test_what_a_dead_supervisor_wrote_does_not_count(other: Instance, alive: "subprocess.Popen[bytes]") -> None:
    alive.kill()
    alive.wait()
    change_run(other.directory, lambda run: {"supervisor": alive.pid, "ready": True})
    with pytest.raises(TookTooLong):
        other.up()


def test_a_start_that_another_has_given_up_is_a_failure(other: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([True])
    monkeypatch.setattr(Instance, "is_up", lambda self: next(answers, False))
    with pytest.raises(CannotStart, match="another start"):
        other.up()
