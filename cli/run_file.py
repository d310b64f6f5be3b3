"""run.json: what runs, where, and how to sign in. Written by the supervisor and the demo's seed."""

import fcntl
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cli.secret_files import write_secret

Run = dict[str, Any]


def read_run(directory: Path) -> Run:
    """Empty when nothing ever ran here."""
    try:
        run: Run = json.loads((directory / "run.json").read_text())
    except FileNotFoundError:
        return {}
    return run


def change_run(directory: Path, change: Callable[[Run], Run]) -> None:
    """Two processes write it; each changes what is hers under one lock."""
    with (directory / "run.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        write_secret(directory / "run.json", json.dumps(change(read_run(directory)), indent=1, ensure_ascii=False))


def save_accounts(directory: Path, accounts: Run) -> None:
    change_run(directory, lambda run: run | {"accounts": {**run.get("accounts", {}), **accounts}})
