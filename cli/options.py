"""What every command shares: which instance is meant, how an answer is printed, how it ends."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.instance import Instance
from cli.programs import ROOT

OK, FAILED, USAGE, TIMED_OUT = 0, 1, 2, 3

Directory = Annotated[
    Path | None,
    typer.Option("--directory", envvar="YIHU_DIRECTORY", help="Where the system's data lie (default: .yihu)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as one JSON document.")]


def chosen(directory: Path | None) -> Instance:
    """The one named; else the one that runs here, be it the plain one or the demo."""
    if directory is not None:
        return Instance(directory.resolve())
    places = [Instance(ROOT / ".yihu"), Instance(ROOT / ".yihu" / "demo")]
    return next((each for each in places if each.is_up()), places[0])


def answer(document: Any, sentence: str, as_json: bool) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, default=str) if as_json else sentence)


def fail(sentence: str, code: int = FAILED) -> typer.Exit:
    typer.echo(f"yihu: {sentence}", err=True)
    return typer.Exit(code)


def is_terminal() -> bool:
    return sys.stdout.isatty()
