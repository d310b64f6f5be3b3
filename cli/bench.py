"""`bench`: the workloads of benchmarks/, each by name."""

import subprocess
import sys
from typing import Annotated

import typer

from cli.options import USAGE, fail
from cli.programs import ROOT


def bench(
    what: Annotated[str, typer.Argument(help="flow, tickets")],
    words: Annotated[list[str] | None, typer.Argument(help="Given on to the benchmark.")] = None,
) -> None:
    """Measure; the results are kept with machine and date.   Example: ./yihu bench flow"""
    known = sorted(path.parent.name for path in (ROOT / "benchmarks").glob("*/__main__.py"))
    if what not in known:
        raise fail(f"no benchmark is called {what}; known: {', '.join(known) or 'none'}", USAGE)
    done = subprocess.run([sys.executable, "-m", f"benchmarks.{what}", *(words or [])], cwd=ROOT, check=False)
    raise typer.Exit(done.returncode)
