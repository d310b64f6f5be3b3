"""The resolver: what ran out, what nobody knows, what fits nothing; a look every second."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from chassis.asking import Unanswered
from chassis.service import Running
from chassis.telemetry import log, measure
from chassis.transaction import Transaction
from services.notify import views
from services.notify.domain.message import Message
from services.notify.domain.outcome import CannotSay, Finding
from services.notify.domain.provider import Provider
from services.notify.domain.submission import Submission
from services.notify.handlers import delivery_reports, prompts, resolving, weighing
from services.notify.handlers.resolving import Answered
from services.notify.loops.addresses import Addresses
from services.notify.loops.sender import Opened
from services.notify.settings import settings_of
from services.notify.store import messages, submissions
from services.notify.store import prompts as prompt_rows
from services.notify.store.providers import Carriers

STEPS: Final[Sequence[Callable[[Transaction], Awaitable[int]]]] = (
    resolving.give_up_leases,
    resolving.expire_due,
    resolving.give_up_silent,
    prompts.expire_due,
    prompt_rows.release_extensions,
    delivery_reports.match_strays,
)

WEIGH_EVERY_SECONDS: Final = 30


class Resolver:
    """One process's share of settling what is open."""

    def __init__(self, running: Running, channels: Opened) -> None:
        self.running, self.channels = running, channels
        self.addresses = Addresses(running)
        self.weigh_at = 0.0

    async def run(self) -> None:
        """Look every second."""
        while True:
            try:
                await self.look()
            except Unanswered as error:
                log.error("sms.addresses_unanswered", code=error.code)
            await asyncio.sleep(settings_of(self.running).resolver_every_seconds)

    async def look(self) -> None:
        """Each step in a transaction of its own, then the questions to the provider."""
        for step in STEPS:
            async with self.running.transaction() as tx:
                await step(tx)
        await self.weigh()
        await self.ask()
        async with self.running.reading() as tx:
            measure.set("yihu_sms_unknown", (await views.counts(tx)).unknown)

    async def weigh(self) -> None:
        """Now and then look at how providers fare."""
        if time.monotonic() < self.weigh_at:
            return
        self.weigh_at = time.monotonic() + WEIGH_EVERY_SECONDS
        async with self.running.transaction() as tx:
            await weighing.weigh(tx)

    async def ask(self) -> int:
        """Ask the provider about what is unknown and due for a question; returns how many."""
        async with self.running.reading() as tx:
            due = await submissions.to_ask_about(tx, resolving.BATCH)
            held = {m.id: m for m in await messages.by_ids(tx, [call.message_id for call in due])}
            providers = (await Carriers.of(tx)).providers
        answers = []
        for call in due:
            finding = await self._finding(held[call.message_id], call, providers.get(call.provider))
            answers.append(Answered(call.id, call.message_id, finding))
        if answers:
            async with self.running.transaction() as tx:
                await resolving.take(answers, tx)
        return len(answers)

    async def _finding(self, message: Message, call: Submission, provider: Provider | None) -> Finding:
        number = await self.addresses.number_of(message)
        if number is None or provider is None:
            return CannotSay()
        return await self.channels.of(provider).find(call.id, number, call.claimed_at)
