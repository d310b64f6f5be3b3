"""`lock`: write requirements.lock anew from pyproject.toml, with a hash for every file and no index's address."""

import os
import subprocess
import sys
from pathlib import Path

import typer

from cli.programs import ROOT

GROUPS = ("services", "cli", "test")


def lock() -> None:
    """After a change of the dependencies in pyproject.toml.   Example: ./yihu lock"""
    words = ["pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    words += ["--no-emit-index-url", "--no-annotate", "--no-header"]
    words += [f"--group=pyproject.toml:{group}" for group in GROUPS]
    command = [str(Path(sys.executable).parent / "uv"), *words, "pyproject.toml", "-o", "requirements.lock"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, check=False)
    raise typer.Exit(1 if done.returncode else 0)
