"""`./yihu COMMAND`."""

import io
import sys
from typing import Annotated

import typer

from cli import import_rows, parked
from cli.bench import bench
from cli.checks import check, run_tests
from cli.clock import clock
from cli.control import kill, start, stop
from cli.demo import demo
from cli.doctor import doctor
from cli.events import events
from cli.failures import Failure
from cli.lock import lock
from cli.options import is_terminal
from cli.tokens import token
from cli.up import down, status, up
from cli.verify import verify

app = typer.Typer(
    name="yihu",
    help="Yihu: one call, a hundred answers. `./yihu demo` shows it, `./yihu up` runs it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
RUNNING = (demo, up, down, status, stop, start, kill)
ASKING = (token, clock, events, verify, doctor)
WORKING = (check, lock)
for command in (*RUNNING, *ASKING, *WORKING):
    app.command()(command)
app.command("test")(run_tests)
app.command(context_settings={"allow_interspersed_args": False})(bench)  # its options are the benchmark's
app.add_typer(import_rows.app, name="import")
app.add_typer(parked.app, name="parked")


@app.command()
def contracts(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where a file differs.")] = False,
) -> None:
    """Write what is generated from the services: contracts/ and docs/states/.   Example: ./yihu contracts --check"""
    from cli import contracts as generated  # it loads FastStream, for which no other command should wait

    raise typer.Exit(generated.contracts(check=check))


def main() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # a log follows what happens, line by line
    try:
        app(prog_name="./yihu", color=is_terminal())
    except Failure as failure:
        sys.stderr.write(f"yihu: {failure}\n")
        sys.exit(failure.exit_code)


main()
