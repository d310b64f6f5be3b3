"""notify in this process, on a database of its own, with a stand-in provider."""

import pytest_asyncio

from tests.conftest import Fresh
from tests.services.notify.phones import SECRET, Phones


@pytest_asyncio.fixture
async def phones(fresh: Fresh) -> Phones:
    return await Phones.of(await fresh("notify", push_secret=SECRET))
