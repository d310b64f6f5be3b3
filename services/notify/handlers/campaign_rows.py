"""The rows of a campaign: read from a file, checked, turned into messages. Each step is one transaction with its
position, so that a kill between two loses nothing and repeats nothing.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.domain import campaign as rules
from services.notify.domain import segments
from services.notify.domain.campaign import Campaign, Move, RowState
from services.notify.domain.campaign_file import ADDRESS, PERSON, Row, Rows
from services.notify.domain.consent import Standing, standing
from services.notify.domain.message import SMS, Message
from services.notify.domain.template import CLASSES, Template
from services.notify.events import CampaignProgressed
from services.notify.handlers import notifications
from services.notify.handlers.announcing import wake_sender
from services.notify.handlers.campaigns import WRITE, held, over, pause_for
from services.notify.handlers.notifications import Send
from services.notify.settings import settings_of
from services.notify.store import campaigns, consents, requested, values
from services.notify.store.campaigns import Checked, StoredRow
from services.notify.store.catalogue import Catalogue
from services.notify.store.data_keys import Keys
from services.notify.store.messages import Notification

BY_CAMPAIGN: Final = "campaign"
STEP_ROWS: Final = 500
OPEN_MESSAGES_MAX: Final = 5_000
PROGRESS_SECONDS: Final = 2
YIELD_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class LoadRows:
    """A file for a campaign: a table with a head, or an object a line."""

    campaign_id: UUID
    body: bytes
    table: bool


async def load(command: LoadRows, tx: Transaction) -> Campaign:
    """Write the rows of a file; they are checked in steps after that."""
    campaign = await held(command.campaign_id, WRITE, tx)
    loading = campaign.moved(Move.LOAD)
    template = await _template(campaign, tx)
    file = Rows(command.body, table=command.table, fields=template.fields, channel=template.channel)
    key, found = await campaigns.key_of(tx, campaign), Counter[RowState]()
    await campaigns.copy(tx, _records(campaign, file, key, found, tx))
    counted = replace(
        loading,
        rows=found.total(),
        bad=found[RowState.BAD],
        duplicates=found[RowState.DUPLICATE],
        unknown_columns=tuple(file.unknown),
    )
    return await campaigns.save(tx, counted)


async def _records(
    campaign: Campaign, file: Rows, key: bytes, found: Counter[RowState], tx: Transaction
) -> AsyncIterator[tuple[Any, ...]]:
    """Each row sealed. Others get their turn now and then: a file is long."""
    seen: set[bytes] = set()
    for row in file:
        stored, checked = _stored(campaign, row, key, seen, tx)
        found[checked.state] += 1
        yield campaigns.record(campaign, stored, checked)
        if row.number % YIELD_ROWS == 0:
            await asyncio.sleep(0)


def _stored(campaign: Campaign, row: Row, key: bytes, seen: set[bytes], tx: Transaction) -> tuple[StoredRow, Checked]:
    if row.fault is not None:
        return StoredRow(row.number, None, None, None), _bad(row.number, row.fault.column, row.fault.code)
    sealing = tx.service.sealing
    recipient_key = values.owner(sealing, row.person_id, sealing.index(row.address) if row.address else None)
    if recipient_key in seen:
        same = Checked(row.number, RowState.DUPLICATE, PERSON if row.person_id else ADDRESS, "same_number")
        return StoredRow(row.number, row.person_id, recipient_key, None), same
    seen.add(recipient_key)
    content = {"address": row.address, "values": dict(row.values)}
    sealed = campaigns.row_sealed(sealing, key, campaign.id, row.number, content)
    return StoredRow(row.number, row.person_id, recipient_key, sealed), Checked(row.number, RowState.NEW)


def _bad(number: int, column: str, error: str) -> Checked:
    return Checked(number, RowState.BAD, column, error)


# Checking -------------------------------------------------------------------------------------------------------


async def check_step(campaign: Campaign, tx: Transaction) -> Campaign:
    """Render and measure the next rows; after the last one the campaign is ready."""
    found = await campaigns.after(tx, campaign, campaign.checked, RowState.NEW, STEP_ROWS)
    sends = await _sends(campaign, found, tx)
    looked_at, billable = [], dict[int, int]()
    for row, send in zip(found, sends, strict=True):
        try:
            billable[row.number] = _billable(send, tx)
            looked_at.append(Checked(row.number, RowState.GOOD))
        except Refused as refusal:
            column = refusal.errors[0]["pointer"].removeprefix("/") if refusal.errors else ""
            looked_at.append(_bad(row.number, column, refusal.code))
    refused = await _refused([(r, s) for r, s in zip(found, sends, strict=True) if r.number in billable], tx)
    await campaigns.settle(tx, campaign, looked_at)
    counted = replace(
        campaign,
        checked=found[-1].number if found else campaign.checked,
        bad=campaign.bad + len(found) - len(billable),
        recipients=campaign.recipients + len(billable),
        billable=campaign.billable + sum(n for number, n in billable.items() if number not in refused),
        suppressed=campaign.suppressed + len(refused),
    )
    return await campaigns.save(tx, counted if len(found) == STEP_ROWS else counted.moved(Move.LOADED))


def _billable(send: Send, tx: Transaction) -> int:
    """What a carrier charges for one text; a mail costs nothing."""
    rendered, _ = notifications.words(send, settings_of(tx.service).sender_signature)
    return segments.measured(rendered.text).billable if send.template.channel == SMS else 0


async def _refused(good: Sequence[tuple[StoredRow, Send]], tx: Transaction) -> set[int]:
    """Rows whose people have refused this topic, or have not consented where they must have."""
    ledger = await consents.ledger(
        tx, [r.recipient_key for r, _ in good if r.recipient_key], [r.person_id for r, _ in good]
    )
    refused = set()
    for row, send in good:
        template, of_class = send.template, CLASSES[send.template.message_class]
        said = ledger.of(row.recipient_key, row.person_id)
        stands = standing(said, template.topic, template.message_class, template.channel)
        if (of_class.refusable and stands is Standing.REFUSED) or (
            of_class.needs_consent and stands is not Standing.GIVEN
        ):
            refused.add(row.number)
    return refused


# Sending --------------------------------------------------------------------------------------------------------


async def run_step(campaign: Campaign, tx: Transaction) -> int:
    """Turn the next rows into messages, as far as the queue has room; how many. Ends or pauses where it must."""
    if rules.failing(await campaigns.failed_lately(tx, campaign)):
        await pause_for("failing", campaign, tx)
        return 0
    if await campaigns.short_of_budget(tx, campaign):
        await pause_for("budget", campaign, tx)
        return 0
    still_open = await campaigns.on_the_way(tx, campaign)
    room = min(STEP_ROWS, OPEN_MESSAGES_MAX - still_open)
    found = await campaigns.after(tx, campaign, campaign.position, RowState.GOOD, room) if room > 0 else []
    if found:
        await _queue(campaign, found, tx)
        await _progressed(replace(campaign, position=found[-1].number), tx)
    elif not still_open:
        await over(campaign.moved(Move.FINISH), "campaign_finished", tx)
    return len(found)


async def _progressed(campaign: Campaign, tx: Transaction) -> None:
    """Write the position; the others hear of it at most every two seconds."""
    assert campaign.progressed_at is not None
    if tx.now < campaign.progressed_at + timedelta(seconds=PROGRESS_SECONDS):
        await campaigns.save(tx, campaign)
        return
    saved = await campaigns.save(tx, replace(campaign, progressed_at=tx.now))
    tx.announce(CampaignProgressed.of(saved, await campaigns.counts(tx, saved.id)), saved)


async def _queue(campaign: Campaign, found: Sequence[StoredRow], tx: Transaction) -> None:
    keys = await Keys.of(tx, [row.recipient_key for row in found if row.recipient_key])
    planned = [
        _planned(campaign, row, send, keys, tx)
        for row, send in zip(found, await _sends(campaign, found, tx), strict=True)
    ]
    await requested.take_many(tx, planned)
    await campaigns.settle(tx, campaign, [Checked(row.number, RowState.QUEUED) for row in found])
    wake_sender(tx)


def _planned(
    campaign: Campaign, row: StoredRow, send: Send, keys: Keys, tx: Transaction
) -> tuple[Notification, Message]:
    """A row as a message like any other. The notification's id is made of the row, so that none comes twice."""
    assert row.recipient_key is not None
    own = uuid5(campaign.id, str(row.number))
    asked = notifications.notification_of(send, tx)
    notification = replace(asked, id=own, event_id=own, event_type=BY_CAMPAIGN, correlation=campaign.correlation)
    number_key = row.recipient_key if send.address else None
    message = replace(notifications.message_of(send, notification, number_key, tx), campaign_id=campaign.id)
    if number_key:
        message = replace(message, to_enc=values.number_sealed(keys, number_key, message.id, send.address))
    if send.values:
        message = replace(message, values_enc=values.sealed(keys, row.recipient_key, message.id, send.values))
    return notification, message


async def _sends(campaign: Campaign, found: Sequence[StoredRow], tx: Transaction) -> list[Send]:
    """What each row asks to be sent."""
    template, key = await _template(campaign, tx), await campaigns.key_of(tx, campaign)
    opened = [campaigns.row_opened(tx.service.sealing, key, campaign.id, row) for row in found]
    return [
        Send(
            template=template,
            values=content["values"],
            community_id=campaign.community_id,
            person_id=row.person_id,
            address=content["address"],
        )
        for row, content in zip(found, opened, strict=True)
    ]


async def _template(campaign: Campaign, tx: Transaction) -> Template:
    version = (campaign.template, campaign.template_version)
    return (await Catalogue.of(tx, needed=[version])).versions[version]
