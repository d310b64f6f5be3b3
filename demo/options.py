"""How the story is to be played."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    once: bool = False
    step: bool = False
    speed: float = 1.0
    only: str = ""
    as_json: bool = False
    start: date | None = None
    report_path: Path | None = None
    say: Callable[[str], None] = field(default=print)


def parsed(arguments: Sequence[str], report_path: Path | None = None) -> Options:
    parser = argparse.ArgumentParser(prog="yihu demo", description="Play the story of one neighbourhood and prove it.")
    parser.add_argument("--once", action="store_true", help="full speed, then end; for CI")
    parser.add_argument("--step", action="store_true", help="wait for Enter before each step")
    parser.add_argument("--speed", type=float, default=1.0, help="pace; 4 is four times as fast")
    parser.add_argument("--only", default="", help="one chapter by name or number, with what it needs before it")
    parser.add_argument("--json", action="store_true", dest="as_json", help="print the report as JSON")
    parser.add_argument("--from", type=date.fromisoformat, dest="start", help="play as if today were this day")
    given = parser.parse_args(list(arguments))
    return Options(
        given.once, given.step, given.speed, given.only, as_json=given.as_json, start=given.start,
        report_path=report_path,
    )  # fmt: skip
