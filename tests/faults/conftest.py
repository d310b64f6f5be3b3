"""One running system for all faults: each must leave it healed, and the checkers look at everything since the start."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date

import pytest
import pytest_asyncio

from cli.instance import Instance
from demo.runner import set_the_clock
from demo.seed import seed
from tests.faults.history import History
from tests.faults.world import GENEROUS, World, world_on

HOUSEHOLDS = 300
injected_in_all: Counter[str] = Counter()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    directory = tmp_path_factory.mktemp("faults")
    instance = Instance(directory / "system")
    await asyncio.to_thread(instance.up, 0, {"notify": GENEROUS})
    history = History(directory / "history.jsonl")
    try:
        async with world_on(instance, history) as world:
            await set_the_clock(world.stage, date.today())
            await seed(world.stage, HOUSEHOLDS)
            yield world
    finally:
        injected_in_all.update(history.injected)
        await asyncio.to_thread(instance.down)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How often each fault was injected: a fault that never was has proved nothing."""
    if injected_in_all:
        terminalreporter.section("faults injected")
        for what, count in sorted(injected_in_all.items()):
            terminalreporter.line(f"{count:4} x {what}")
