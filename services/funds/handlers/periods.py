"""The open month of the book."""

from datetime import date

from chassis.timers import DueTimer
from chassis.transaction import Transaction
from services.funds.domain.book import BOOK_ID
from services.funds.domain.period import day_of, next_month_begins
from services.funds.store import ledger


async def today_open(tx: Transaction) -> date:
    """Today's date of the book, its month being open. Called before a fund is locked: a new month locks them all."""
    today = day_of(tx.now)
    if await ledger.open_period(tx, today):
        await tx.set_timer("next_period", str(BOOK_ID), next_month_begins(today))
    return today


async def next_period(timer: DueTimer, tx: Transaction) -> None:
    """A month has begun: it becomes the open one."""
    await today_open(tx)
