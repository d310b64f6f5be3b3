"""`clock`: move the time of the whole system forward."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli.clocks import step
from cli.options import USAGE, AsJson, Directory, answer, chosen, fail


def clock(
    by: Annotated[str, typer.Argument(help="+30m, +1h, +2d12h; without it, only tells the time.")] = "",
    directory: Directory = None,
    as_json: AsJson = False,
) -> None:
    """Move every clock forward.   Example: ./yihu clock +1h"""
    instance = chosen(directory)
    try:
        now = instance.shift_clock(step(by)) if by else datetime.now(UTC) + instance.clock()
    except ValueError as error:
        raise fail(str(error), USAGE) from None
    shift = instance.clock()
    document = {"now": now.isoformat(), "shift_seconds": int(shift.total_seconds())}
    answer(document, f"it is {now:%Y-%m-%d %H:%M:%S} UTC in the system ({shift} ahead)", as_json)
