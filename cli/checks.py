"""`test` and `check`: the same for everybody, here and in CI."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cli.options import FAILED, fail
from cli.programs import ROOT

PYTEST_OK, PYTEST_NOTHING = 0, 5
PROGRAMS = Path(sys.executable).parent
BROWSER = "tests/console/browser"
# One whole system at a time: each that needs one is a run of its own, after the rest has run two at a time.
RUNS = (
    ("tests/flows",),
    ("tests/faults",),
    (BROWSER,),
    (
        "-n",
        "2",
        "--dist",
        "loadfile",
        "tests/services",
        "tests/console",
        "tests/contracts",
        "tests/unit",
        f"--ignore={BROWSER}",
    ),
)
QUICK = "not slow"  # what a test of a few seconds is not, its marker says; `check` runs those as well
Words = Annotated[list[str] | None, typer.Argument(help="Given on to pytest: paths, -k, -x.")]


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    command: tuple[str, ...]


STATIC = (
    Step("lint", ("ruff", "check", "--quiet", ".")),
    Step("format", ("ruff", "format", "--check", "--quiet", ".")),
    Step("types", ("mypy", ".")),
    Step("imports", ("lint-imports",)),
    Step("contracts", ("python", "-m", "cli", "contracts", "--check")),
)


def run_tests(words: Words = None) -> None:
    """Unit, service, contract and flow tests, quick faults, the complaint flow in a browser.   Example: ./yihu test"""
    raise typer.Exit(_pytest(["-m", QUICK, *(words or [])]))


def check(
    faults: Annotated[str, typer.Option(help="Only this fault: F7.")] = "",
    seed: Annotated[int | None, typer.Option(help="The seed that a failure printed.")] = None,
    words: Words = None,
) -> None:
    """Lint, types, import contracts, generated files, and every test.   Example: ./yihu check --faults F7 --seed 1"""
    if seed is not None:
        os.environ["YIHU_SEED"] = str(seed)
    if faults:
        raise typer.Exit(_pytest(["tests/faults", "-k", f"{faults}_", *(words or [])]))  # F1 is not F10
    failed = [step.name for step in STATIC if not _passes(step)]
    tests = _pytest(words or [])
    if failed:
        raise fail(f"failed: {', '.join(failed)}")
    raise typer.Exit(tests)


def _passes(step: Step) -> bool:
    began = time.monotonic()
    program, *words = step.command
    done = subprocess.run([str(PROGRAMS / program), *words], cwd=ROOT, check=False)
    outcome = "ok" if done.returncode == 0 else "FAILED"
    typer.echo(f"{step.name:<10} {outcome}  {time.monotonic() - began:.0f} s", err=True)
    return done.returncode == 0


def _pytest(words: Sequence[str]) -> int:
    named = any(word.startswith("tests") for word in words)
    runs = [()] if named else RUNS
    codes = [_run([*words, *run]) for run in runs]
    return 0 if all(code in (PYTEST_OK, PYTEST_NOTHING) for code in codes) else FAILED


def _run(words: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *words], cwd=ROOT, check=False).returncode
