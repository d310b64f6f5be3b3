"""`up`, `down`, `status`: the whole system of one directory."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from cli.children import wait_until
from cli.instance import Instance
from cli.options import AsJson, Directory, answer, chosen, fail
from cli.processes import Supervisor
from cli.programs import base_from_environment, free_base

LOCK_SECONDS_MAX = 1.0
PortBase = Annotated[
    int | None, typer.Option("--port-base", help="First port (default: YIHU_PORT_BASE or 8800; 0: free ones).")
]


def up(
    directory: Directory = None,
    port_base: PortBase = None,
    detach: Annotated[bool, typer.Option("--detach", help="Return when everything answers.")] = False,
    as_ordered: Annotated[bool, typer.Option("--as-ordered", hidden=True)] = False,
    as_json: AsJson = False,
) -> None:
    """Start everything and keep it running; Ctrl-C stops it.   Example: ./yihu up --detach"""
    instance = chosen(directory)
    if detach:
        instance.up(port_base, tethered=False)
        answer(instance.run(), _places(instance.run()), as_json)
        return
    base = base_from_environment() if port_base is None else port_base or free_base()
    with _only_one(instance.directory):
        if not as_ordered:  # whoever started us has given the orders of this run already
            instance.make_ready()
        _serve(instance, base, as_json)


def down(directory: Directory = None, as_json: AsJson = False) -> None:
    """Stop everything that `up` started; the data stay.   Example: ./yihu down"""
    instance = chosen(directory)
    was_up = instance.is_up()
    instance.down()
    answer({"stopped": was_up}, "stopped" if was_up else "nothing was running", as_json)


def status(directory: Directory = None, as_json: AsJson = False) -> None:
    """What runs, where, how often it was restarted.   Example: ./yihu status --json"""
    instance = chosen(directory)
    run = instance.run() if instance.is_up() else {}
    report = {"up": bool(run), "ready": run.get("ready", False), "urls": run.get("urls", {}), "programs": {}}
    report["programs"] = {name: _seen(program) for name, program in run.get("programs", {}).items()}
    answer(report, _table(report), as_json)
    if not report["ready"] or any(program["state"] != "running" for program in report["programs"].values()):
        raise typer.Exit(1)


def _serve(instance: Instance, base: int, as_json: bool) -> None:
    supervisor = Supervisor(instance.directory, base)
    supervisor.on_ready = lambda: answer(instance.run(), _places(instance.run()), as_json)
    supervisor.run()


@contextlib.contextmanager
def _only_one(directory: Path) -> Iterator[None]:
    """Two supervisors of one directory would fight over its data."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (directory / "supervisor.lock").open("w") as lock:
        if not wait_until(lambda: _taken(lock), seconds=LOCK_SECONDS_MAX):
            raise fail(f"it runs already in {directory}; ./yihu status tells more")
        yield


def _taken(lock: IO[str]) -> bool:
    """Somebody who only looks whether it is up holds it for a moment as well."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _places(run: dict[str, Any]) -> str:
    urls = run["urls"]
    lines = [f"  {name:<9}{url}" for name, url in sorted(urls.items(), key=lambda item: item[0] != "console")]
    return "\n".join(["Yihu is up:", *lines, f"Sign-in and addresses: {run['directory']}/run.json; logs: {run['log']}"])


def _seen(program: dict[str, Any]) -> dict[str, Any]:
    return {key: program[key] for key in ("state", "pid", "port", "restarts")}


def _table(report: dict[str, Any]) -> str:
    if not report["up"]:
        return "nothing is running"
    rows = [
        f"{name:<16}{program['state']:<9}port {program['port']:<6}restarts {program['restarts']}"
        for name, program in report["programs"].items()
    ]
    return "\n".join(rows)
