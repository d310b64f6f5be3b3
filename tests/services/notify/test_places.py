"""Calls at once: bounded, four places kept for codes, a slow provider holding up nobody else, an end without a tear."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest_asyncio

from services.notify.domain.outcome import Accepted, Outgoing
from tests.services.notify.phones import NUMBERS, Phones

ASKED = {"follow_up_id": uuid4(), "ask_no": 1, "question": "solved", "valid_until": "2030-01-01T04:00:00Z"}


class Slow:
    """A provider that answers when it is told to."""

    def __init__(self, phones: Phones, many: int) -> None:
        self.phones, self.many = phones, many
        self.released, self.called = asyncio.Event(), asyncio.Semaphore(0)
        phones.provider.submit = self.submit  # type: ignore[method-assign]

    async def submit(self, outgoing: Outgoing) -> Accepted:
        self.phones.provider.calls.append(outgoing)
        self.called.release()
        if len(self.phones.provider.calls) <= self.many:
            await self.released.wait()
        return Accepted("biz")

    async def calls(self, many: int) -> None:
        """Wait until so many more calls have begun."""
        async with asyncio.timeout(30):
            for _ in range(many):
                await self.called.acquire()

    async def no_more_calls(self) -> bool:
        """Whether none begins for a while."""
        try:
            await asyncio.wait_for(self.called.acquire(), 0.3)
        except TimeoutError:
            return True
        return False


@pytest_asyncio.fixture
async def sending(phones: Phones) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(phones.sender.run())
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def ask(phones: Phones, many: int) -> None:
    for n in range(many):
        person = UUID(int=0xABC000 + n)
        NUMBERS[person] = f"+86137{n:08d}"
        await phones.ticket_event("follow_up_asked", uuid4(), **ASKED, reporter_id=person)


async def a_code(phones: Phones) -> None:
    data = {"challenge_id": uuid4(), "expires_at": "2030-01-01T00:00:00Z"}
    await phones.service.apply("members.sign_in_code_requested.v1", data)


async def test_sixteen_notices_at_once_and_four_places_for_codes(phones: Phones, sending: asyncio.Task[None]) -> None:
    slow = Slow(phones, many=16)
    await ask(phones, 18)
    await slow.calls(16)
    assert await slow.no_more_calls()
    assert phones.sender.places.free() == 4
    slow.released.set()
    await slow.calls(2)


async def test_calls_that_hang_leave_the_other_places_in_use(phones: Phones, sending: asyncio.Task[None]) -> None:
    slow = Slow(phones, many=12)
    await ask(phones, 24)
    await slow.calls(24)
    slow.released.set()


async def test_a_code_goes_out_while_notices_hang(phones: Phones, sending: asyncio.Task[None]) -> None:
    slow = Slow(phones, many=16)
    await ask(phones, 16)
    await slow.calls(16)
    await a_code(phones)
    await slow.calls(1)
    assert phones.provider.calls[-1].template_code == "SMS_sign_in_code"
    slow.released.set()


async def test_told_to_end_it_finishes_and_records_what_it_has_begun(
    phones: Phones, sending: asyncio.Task[None]
) -> None:
    slow = Slow(phones, many=5)
    await ask(phones, 5)
    await slow.calls(5)
    sending.cancel()
    slow.released.set()
    await asyncio.gather(sending, return_exceptions=True)
    assert {m["state"] for m in await phones.messages()} == {"submitted"}


async def test_a_code_waits_for_none_of_the_notices_that_were_fetched_before_it(
    phones: Phones, sending: asyncio.Task[None]
) -> None:
    slow = Slow(phones, many=16)
    await ask(phones, 80)
    await slow.calls(16)
    await a_code(phones)
    await slow.calls(1)
    assert phones.provider.calls[-1].template_code == "SMS_sign_in_code"
    slow.released.set()
