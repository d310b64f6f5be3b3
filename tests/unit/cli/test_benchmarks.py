"""`./yihu bench`: what follows the benchmark's name is the benchmark's."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "bench", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_options_after_its_name_go_to_the_benchmark() -> None:
    told = bench("flow", "--help")
    assert told.returncode == 0
    assert "--rounds" in told.stdout


def test_an_unknown_benchmark_is_named_with_those_that_are_known() -> None:
    told = bench("nothing", "--rounds", "1")
    assert "no benchmark is called nothing; known: flow" in told.stderr
