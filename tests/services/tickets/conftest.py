"""What the service tests of tickets share."""

import pytest_asyncio

from tests.conftest import Fresh
from tests.services.tickets.community import Community


@pytest_asyncio.fixture
async def here(fresh: Fresh) -> Community:
    """A community of its own for one test."""
    return await Community(await fresh("tickets")).settle()
