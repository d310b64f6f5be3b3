"""Plays the chapters in order, proves each, and says with one number how it went."""

import asyncio
import sys
import time
import traceback
from collections.abc import Sequence
from datetime import date, datetime
from datetime import time as time_of_day
from enum import IntEnum
from pathlib import Path

import httpx

from demo.cast import PARTS, Part
from demo.feeds import ends
from demo.months import month_starts
from demo.options import Options, parsed
from demo.proofs import NotProved
from demo.public_api import Refusal, Witness
from demo.report import Line, Report
from demo.stage import LOCAL, Stage, stage_for
from demo.story import Chapter, chosen
from demo.system import System

ONCE_SECONDS_MAX = 180.0
HUMAN_PACE_SECONDS = 2.0
STARTS_AT = time_of_day(10, 0)
AT_THE_DESK = ("secretary_dongshanping", "operator_dongshanping", "leader_property", "member_service")


class Exit(IntEnum):
    PROVED = 0
    NOT_PROVED = 1
    NOT_STARTED = 2
    OUT_OF_TIME = 3


def main(arguments: Sequence[str], system: System, report_path: Path | None = None) -> int:
    """Play the story on a system that is up: `--once --step --speed --only --json --from`."""
    return int(asyncio.run(play(system, parsed(arguments, report_path))))


async def play(system: System, options: Options, witness: Witness | None = None) -> Exit:
    chapters, report = chosen(options.only), Report()
    began = time.monotonic()
    try:
        async with asyncio.timeout(ONCE_SECONDS_MAX if options.once else None):
            outcome = await play_all(system, options, chapters, report, witness)
    except TimeoutError:
        outcome = Exit.OUT_OF_TIME
    except httpx.ConnectError as error:
        print(f"yihu demo: the system does not answer: {error} {error.request.url}", file=sys.stderr)
        outcome = Exit.NOT_STARTED
    report.seconds = time.monotonic() - began
    if options.report_path is not None:
        report.save(options.report_path, len(chapters))
    options.say(report.as_json(len(chapters)) if options.as_json else report.summary(len(chapters)))
    return outcome


async def play_all(
    system: System, options: Options, chapters: tuple[Chapter, ...], report: Report, witness: Witness | None
) -> Exit:
    pace = 0.0 if options.once else HUMAN_PACE_SECONDS / options.speed
    async with stage_for(system, pace_seconds=pace, witness=witness) as stage:
        if options.step:
            stage.on_beat = wait_for_key
        await set_the_clock(stage, options.start)
        for chapter in chapters:
            line = await prove(stage, chapter)
            report.lines.append(line)
            if not options.as_json:
                options.say(str(line))
            if not line.proved:
                return Exit.NOT_PROVED
            if chapter.number == 0:
                await asyncio.to_thread(system.control.save_accounts, accounts_by_role(stage))
    return Exit.PROVED


async def set_the_clock(stage: Stage, start: date | None) -> None:
    """The story begins in the month before last and ends in a past that a visitor's phone is awake in."""
    first, second = month_starts(start or date.today())
    stage.month_b = datetime.combine(second, STARTS_AT, LOCAL)
    stage.shift = await asyncio.to_thread(stage.system.control.clock_shift)
    if not stage.shift:  # a clock that was moved once only goes forward
        await stage.move_clock_to(datetime.combine(first, STARTS_AT, LOCAL))


async def prove(stage: Stage, chapter: Chapter) -> Line:
    began, marks, sent = time.monotonic(), await ends(stage.system), len(await stage.phones.submissions())
    try:
        evidence, proved = await chapter.play(stage), True
    except (NotProved, Refusal) as failure:
        evidence, proved = str(failure), False
    except (KeyError, TypeError, httpx.HTTPError) as failure:  # an answer of another shape, or none
        traceback.print_exc()
        evidence, proved = f"{type(failure).__name__}: {failure}", False
    after = await ends(stage.system)
    moved = {producer: after[producer] - marks[producer] for producer in after}
    return Line(
        number=chapter.number,
        name=chapter.name,
        proved=proved,
        evidence=evidence,
        seconds=round(time.monotonic() - began, 2),
        services=sum(1 for count in moved.values() if count),
        events=sum(moved.values()),
        sms=len(await stage.phones.submissions()) - sent,
    )


def accounts_by_role(stage: Stage) -> dict[str, dict[str, str]]:
    """By role those whose desk the seven matters reach; everybody else by role and word (`leader-arts`)."""
    accounts = {part.login: account(part) for part in PARTS.values()}
    by_role = {part.role: account(part) for part in (*PARTS.values(), *(PARTS[key] for key in AT_THE_DESK))}
    return accounts | by_role | {"resident": {"phone": stage.neighbours[0].phone}}


def account(part: Part) -> dict[str, str]:
    return {"login": part.login, "password": part.password, "totp_secret": part.totp_secret, "name": part.name}


async def wait_for_key(what: str) -> None:
    await asyncio.to_thread(input, f"  {what} … (Enter)")
