"""`stop`, `start`, `kill`: hurt one service, or one of its programs, while the rest runs on."""

from typing import Annotated

import typer

from cli.options import USAGE, AsJson, Directory, answer, chosen, fail
from cli.programs import matching

Name = Annotated[str, typer.Argument(help="A service, one of its programs (notify-worker), redis or postgres.")]


def stop(name: Name, directory: Directory = None, as_json: AsJson = False) -> None:
    """End it in good order; it stays away until started.   Example: ./yihu stop redis"""
    _known(name)
    chosen(directory).stop(name)
    answer({"stopped": matching(name)}, f"{name} is stopped", as_json)


def start(name: Name, directory: Directory = None, as_json: AsJson = False) -> None:
    """Bring it back and wait until it answers.   Example: ./yihu start notify"""
    _known(name)
    chosen(directory).start(name)
    answer({"started": matching(name)}, f"{name} runs", as_json)


def kill(name: Name, directory: Directory = None, as_json: AsJson = False) -> None:
    """kill -9: no chance to tidy up; it stays away until started.   Example: ./yihu kill notify-worker"""
    _known(name)
    chosen(directory).kill(name)
    answer({"killed": matching(name)}, f"{name} is dead", as_json)


def _known(name: str) -> None:
    try:
        matching(name)
    except LookupError as error:
        raise fail(str(error.args[0]), USAGE) from None
