"""`verify`: funds recomputes its books, tickets every due from its history; each says whether they agree."""

import subprocess
import sys
from typing import Annotated

import typer

from cli.keys import Keys
from cli.options import USAGE, AsJson, Directory, chosen, fail
from cli.programs import ROOT, Program, Surroundings

VERIFIABLE = ("funds", "tickets")


def verify(
    what: Annotated[str, typer.Argument(help="funds, tickets")], directory: Directory = None, as_json: AsJson = False
) -> None:
    """Recompute the books, or all clocks: exit 0 when all agree, 1 when not.   Example: ./yihu verify funds"""
    if what not in VERIFIABLE:
        raise fail(f"there is nothing to verify in {what}; known: {', '.join(VERIFIABLE)}", USAGE)
    instance = chosen(directory)
    run = instance.run()
    if not run.get("databases"):
        raise fail("nothing ever ran here; start it with ./yihu up")
    surroundings = Surroundings(
        instance.directory, run["port_base"], Keys.of(instance.directory), run["databases"], run["redis_url"]
    )
    program = Program(f"{what}-verify", what, f"services.{what}", "verify", 0)
    command = [*program.argv, *(["--json"] if as_json else [])]
    done = subprocess.run(command, env=surroundings.environment(program), cwd=ROOT, check=False)
    if done.returncode:
        sys.stdout.flush()
        raise typer.Exit(1)
