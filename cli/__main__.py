"""`./yihu COMMAND`."""

import sys

import typer

from cli.children import CannotStart
from cli.clock import clock
from cli.control import kill, start, stop
from cli.options import FAILED, is_terminal
from cli.tokens import token
from cli.up import down, status, up

app = typer.Typer(
    name="yihu",
    help="Yihu: one call, a hundred answers. `./yihu demo` shows it, `./yihu up` runs it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (up, down, status, start, stop, kill, token, clock):
    app.command()(command)


def main() -> None:
    try:
        app(prog_name="./yihu", color=is_terminal())
    except CannotStart as error:
        sys.exit(_told(error))


def _told(error: Exception) -> int:
    sys.stderr.write(f"yihu: {error}\n")
    return FAILED


main()
