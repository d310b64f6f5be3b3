"""From the commit to the ribbon on another's screen."""

import time
from uuid import uuid4

import pytest

from demo.stage import Stage
from tests.console.browser.conftest import Visit

pytestmark = pytest.mark.slow
FILINGS = 20
P95_SECONDS = 1.5  # the file's own 300 ms hold on two idle cores; this bound holds with everything else running


async def test_an_event_is_on_the_ribbon_soon_after_its_commit(stage: Stage, visit: Visit) -> None:
    operator = await visit("secretary_dongshanping")
    await operator.open("/ribbon")
    parsed = await stage.api.ask("POST", "members", "/v1/places:parse", headers={}, body={"text": "东坪一村2栋"})
    building = parsed.body["exact"] or parsed.body["candidates"][0]["area_id"]
    filing = {"category": "sanitation", "description": "x", "building_id": building, "phone": None, "danger": False}
    waits = []
    for _ in range(FILINGS):
        key = {"idempotency-key": str(uuid4())}
        filed = await stage.api.ask("POST", "tickets", "/v1/public/tickets", headers=key, body=filing)
        began = time.monotonic()
        await operator.page.locator(f'#lane-tickets [data-case="{filed.body["id"]}"]').first.wait_for()
        waits.append(time.monotonic() - began)
    waits.sort()
    print(
        f"commit to ribbon: p50 {waits[FILINGS // 2] * 1000:.0f} ms, p95 {waits[int(FILINGS * 0.95) - 1] * 1000:.0f} ms"
    )
    assert waits[int(FILINGS * 0.95) - 1] <= P95_SECONDS
