"""Words of texts are destroyed when their time is over (PIPL art. 19: no longer than needed); ids and states stay."""

from datetime import timedelta

from chassis.transaction import Transaction
from services.notify.settings import settings_of
from services.notify.store import caps, messages, received, tray, webhooks


async def forget_sent(tx: Transaction) -> int:
    """One step over the messages we sent; how many lost their words."""
    settings = settings_of(tx.service)
    before = tx.now - timedelta(days=settings.keep_sent_days)
    return await messages.forget_words(tx, before, settings.retention_batch)


async def forget_received(tx: Transaction) -> int:
    """One step over the texts we received; how many lost their words."""
    settings = settings_of(tx.service)
    before = tx.now - timedelta(days=settings.keep_received_days)
    return await received.forget_words(tx, before, settings.retention_batch)


async def forget_trays(tx: Transaction) -> int:
    """One step over the trays: an item goes with the words of its text; how many went."""
    settings = settings_of(tx.service)
    before = tx.now - timedelta(days=settings.keep_sent_days)
    return await tray.forget(tx, before, settings.retention_batch)


async def forget_counts(tx: Transaction) -> int:
    """One step over what caps have counted; how many went."""
    before = tx.now - timedelta(days=caps.LONGEST_DAYS + 1)
    return await caps.forget(tx, before, settings_of(tx.service).retention_batch)


async def forget_deliveries(tx: Transaction) -> int:
    """One step over what other systems were told; how many lines of the log went."""
    settings = settings_of(tx.service)
    before = tx.now - timedelta(days=settings.keep_deliveries_days)
    return await webhooks.forget(tx, before, settings.retention_batch)
