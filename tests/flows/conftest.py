"""One running system for all flows, with the neighbourhood of the story on it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest
import pytest_asyncio

from cli.instance import Instance
from demo.on_instance import system_on
from demo.runner import set_the_clock
from demo.seed import seed
from demo.stage import Stage, stage_for
from demo.traces import collected

HOUSEHOLDS = 300  # enough to fill every group
GENEROUS = {
    "YIHU_NOTIFY_CAP_NOTICE_DAY": "100000",
    "YIHU_NOTIFY_CAP_ALL_DAY": "100000",
    "YIHU_NOTIFY_SPACING_SECONDS": "0",
    "YIHU_NOTIFY_SENDER_EXT_WIDTH": "4",
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    instance = Instance(tmp_path_factory.mktemp("system"))
    with collected(instance.directory / "log") as sending:
        await asyncio.to_thread(instance.up, 0, {"notify": GENEROUS} | sending)
        try:
            async with stage_for(system_on(instance)) as stage:
                await set_the_clock(stage, date.today())
                await seed(stage, HOUSEHOLDS)
                yield stage
        finally:
            await asyncio.to_thread(instance.down)
