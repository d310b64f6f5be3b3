"""`demo`: the whole system with a neighbourhood in it and its story, played through the public APIs."""

import secrets
import shutil
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from cli.failures import Failure
from cli.instance import Instance
from cli.options import OK, USAGE, Directory, fail
from cli.programs import ROOT

HOME = ROOT / ".yihu"
NOT_STARTED = 2
LOOK_EVERY_SECONDS = 0.5
# One leader of the story gets more texts a day than good manners allow elsewhere.
ENVIRONMENT = {
    "notify": {
        "YIHU_NOTIFY_CAP_NOTICE_DAY": "100000",
        "YIHU_NOTIFY_CAP_ALL_DAY": "100000",
        "YIHU_NOTIFY_SPACING_SECONDS": "0",
    }
}


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="For CI: full speed, fresh data, free ports; leaves nothing.")
    ] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the last demo and begin anew.")] = False,
    step: Annotated[bool, typer.Option("--step", help="Wait for Enter before each step.")] = False,
    speed: Annotated[float, typer.Option(min=0.1, help="4 is four times as fast.")] = 1.0,
    only: Annotated[str, typer.Option(help="One chapter, with what it needs before it.")] = "",
    start: Annotated[str, typer.Option("--from", help="Play as if today were this day: 2026-03-02.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    directory: Directory = None,
) -> None:
    """Start everything, play the story, stay up.   Example: ./yihu demo --once"""
    words = ["--once"] * once + ["--step"] * step + ["--json"] * as_json + ["--speed", str(speed)]
    words += ["--only", only] * bool(only) + ["--from", start] * bool(start)
    if step and not sys.stdin.isatty():
        raise fail("--step waits for a key, and nobody is at the keyboard", USAGE)
    if once:
        raise typer.Exit(_once(words))
    raise typer.Exit(_at_length(Instance((directory or HOME / "demo").resolve()), words, fresh=fresh))


def _once(words: list[str]) -> int:
    """A directory of its own, gone afterwards; of a failure the logs stay. Traces are collected, to be searched too."""
    from demo.traces import collected

    instance = Instance(HOME / f"once-{secrets.token_hex(4)}")
    code = NOT_STARTED
    try:
        with collected(instance.directory / "log") as sending:
            instance.up(port_base=0, environment=ENVIRONMENT | sending)
            code = _play(words, instance, HOME / "report.json")
    except Failure as error:
        typer.echo(f"yihu: {error}", err=True)
    finally:
        instance.down()
        if code != OK:
            _keep_logs(instance)
        shutil.rmtree(instance.directory, ignore_errors=True)
    return code


def _play(words: list[str], instance: Instance, report: Path) -> int:
    from demo.on_instance import system_on  # only this command pays for the story's imports
    from demo.runner import main

    return main(words, system_on(instance), report)


def _keep_logs(instance: Instance) -> None:
    kept = HOME / "once-failed"
    shutil.rmtree(kept, ignore_errors=True)
    if (instance.directory / "log").exists():
        shutil.copytree(instance.directory / "log", kept)
        typer.echo(f"yihu: its logs are kept in {kept}", err=True)


def _at_length(instance: Instance, words: list[str], *, fresh: bool) -> int:
    report = instance.directory / "report.json"
    if instance.is_up():
        raise fail("the demo runs already; ./yihu down stops it", USAGE)
    if fresh or not report.exists():
        _forget(instance.directory)
    was_played = report.exists()
    try:
        instance.up(environment=ENVIRONMENT)
        typer.echo(_where_to_look(instance), err=True)
        code = OK if was_played else _play(words, instance, report)
        if was_played:
            typer.echo("The story has been played; --fresh begins anew.", err=True)
        typer.echo("Everything runs on. Ctrl-C stops it.", err=True)
        while instance.is_up():
            time.sleep(LOOK_EVERY_SECONDS)
    except Failure as error:
        typer.echo(f"yihu: {error}", err=True)
        code = NOT_STARTED
    except KeyboardInterrupt:
        code = OK
    finally:
        instance.down()
    return code


def _forget(directory: Path) -> None:
    """Only what a demo has left behind."""
    if directory.exists() and any(directory.iterdir()) and not (directory / "run.json").exists():
        raise fail(f"{directory} holds something else than a demo", USAGE)
    shutil.rmtree(directory, ignore_errors=True)


def _where_to_look(instance: Instance) -> str:
    urls = instance.run()["urls"]
    console = urls["console"]
    return "\n".join(
        [
            "Yihu is up. Where to look:",
            f"  console, a button per role    {console}/sign-in",
            f"  the stage: phones and events  {console}/stage",
            f"  residents: report and track   {console}/report  {console}/track",
            f"  the SMS gateway's own page    {urls['gateway']}/",
            "  an access token for curl      ./yihu token operator",
            "",
        ]
    )
