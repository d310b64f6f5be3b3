"""Events as the feeds bring them, for the tests of the chronicle and of what lives on it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from chassis.feed import Envelope, decode
from chassis.reader import Entry as Heard
from console.chronicle.reader import record
from tests.console.answers import COMMUNITY
from tests.console.conftest import Told

CASE = UUID("0192f0c1-0000-7000-8000-000000000001")
BEGAN = datetime(2026, 3, 2, 1, tzinfo=UTC)


def an_event(
    position: int = 1,
    of: str = "tickets.ticket_filed.v1",
    *,
    minutes: float = 0,
    lane: int = 0,
    subject: UUID = CASE,
    correlation: UUID = CASE,
    community: UUID = COMMUNITY,
    restricted: bool = False,
    restated: bool = False,
    data: dict[str, object] | None = None,
) -> Heard:
    envelope = Envelope(
        id=uuid4(),
        source=f"/{of.partition('.')[0]}",
        specversion="1.0",
        type=of,
        subject=subject,
        time=BEGAN + timedelta(minutes=minutes),
        revision=1,
        correlation=correlation,
        community=community,
        restricted=restricted,
        restated=restated,
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        data=msgspec.Raw(msgspec.json.encode(data or {})),
    )
    body = msgspec.json.encode(envelope).decode()
    return Heard(of.partition(".")[0], "1-a", lane, position, None, body, decode(body))


async def hear(told: Told, *events: Heard) -> None:
    async with told.served.running.transaction() as tx:
        await record(list(events), tx)
