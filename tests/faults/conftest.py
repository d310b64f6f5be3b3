"""One running system for all faults: each leaves it mended, and the checkers look at everything since the start."""

import asyncio
import random
import statistics
from collections.abc import AsyncIterator
from datetime import date

import pytest
import pytest_asyncio

from cli.instance import Instance
from demo.on_instance import system_on
from demo.runner import set_the_clock
from demo.seed import seed
from demo.stage import stage_for
from tests.faults.history import History
from tests.faults.programs import GENEROUS, Programs
from tests.faults.seeds import FIXED_SEED, FRESH_SEED
from tests.faults.world import World

HOUSEHOLDS = 300
histories: list[History] = []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    directory = tmp_path_factory.mktemp("faults")
    instance = Instance(directory / "system")
    await asyncio.to_thread(instance.up, 0, {"notify": GENEROUS})
    history = History(directory / "history.jsonl")
    histories.append(history)
    try:
        async with stage_for(system_on(instance), witness=history.saw_request) as stage:
            await set_the_clock(stage, date.today())
            await seed(stage, HOUSEHOLDS)
            yield World(instance, stage, history, Programs(instance, history))
    finally:
        await asyncio.to_thread(instance.down)


@pytest_asyncio.fixture(loop_scope="session")
async def world(system: World, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """The system, whole again after each test, however that ended."""
    system.history.act("begins", test=request.node.name)
    yield system
    await system.mended()


@pytest.fixture(params=[FIXED_SEED, FRESH_SEED], ids=["fixed_seed", "fresh_seed"])
def dice(request: pytest.FixtureRequest) -> random.Random:
    """The same seed is the same sequence of faults; a failure prints it."""
    name = request.node.name.partition("_")[2].partition("_")[0].upper()
    print(f"seed {request.param}: ./yihu check --faults {name} --seed {request.param}")
    return random.Random(request.param)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How often each fault was injected, and how long healing took: measured, not asserted."""
    for history in histories:
        terminalreporter.section("faults injected")
        for what, count in sorted(history.injected.items()):
            terminalreporter.line(f"{count:4} x {what}")
        acts = list(history.rows("act"))
        healed = [row["seconds"] for row in acts if row["what"] == "healed"]
        flows = sum(1 for row in acts if row["what"] == "flow")
        terminalreporter.line(f"{flows} whole flows; seed {FRESH_SEED}; history: {history.path}")
        if healed:
            middle, longest = statistics.median(healed), max(healed)
            terminalreporter.line(f"healed {len(healed)} times: median {middle:.2f} s, longest {longest:.2f} s")
