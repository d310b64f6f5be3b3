"""The neighbourhood that tests of members act in."""

import pytest_asyncio

from tests.conftest import Fresh
from tests.services.members.neighbourhood import Neighbourhood, built


@pytest_asyncio.fixture
async def here(fresh: Fresh) -> Neighbourhood:
    return await built(await fresh("members"))
