"""The auditor's checks on a service under test."""

from services.funds.views.verify import verify
from tests.running import Served


async def assert_clean(service: Served) -> None:
    async with service.running.reading() as tx:
        assert [check for check in await verify(tx) if check.bad] == []
