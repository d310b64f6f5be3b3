"""Campaigns and their rows: rows <-> domain objects; a row lies sealed under a key of its campaign until it is sent."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select, update

from chassis.auth import Scopes
from chassis.refused import Refused
from chassis.sealing import Sealing
from chassis.transaction import Transaction
from services.notify.domain.campaign import LOOKED_BACK, Campaign, RowState, State
from services.notify.domain.message import MOVES, Move
from services.notify.domain.message import State as MessageState
from services.notify.store import rows
from services.notify.store.data_keys import Keys
from services.notify.store.messages import ON_ITS_WAY
from services.notify.store.tables import campaign_rows, campaigns, data_keys, messages
from services.notify.views import page_of, seen_from

CHANGING: Final = tuple(
    column.name
    for column in campaigns.columns
    if column.name not in ("id", "name", "community_id", "template", "template_version", "created_by", "created_at")
)
_COPIED: Final = tuple(column.name for column in campaign_rows.columns)
_WORKING: Final = (State.LOADING, State.RUNNING)
_UNSENT: Final = (MessageState.QUEUED, MessageState.PARKED)
_SETTLE: Final = (
    'UPDATE campaign_rows AS r SET state = n.state, "column" = n.col, error = n.error, row_enc ='
    " CASE WHEN n.state = 'good' THEN r.row_enc END"
    " FROM unnest($2::int[], $3::text[], $4::text[], $5::text[]) AS n(number, state, col, error)"
    " WHERE r.campaign_id = $1 AND r.number = n.number"
)
_LOOK_BACK: Final = (
    "SELECT count(*) FILTER (WHERE state = 'failed') FROM (SELECT state FROM messages WHERE campaign_id = $1"
    " AND state IN ('submitted', 'delivered', 'failed') AND coalesce(closed_at, submitted_at) >= $2"
    " ORDER BY id DESC LIMIT $3) AS known"
)
_SHORT: Final = (
    "SELECT EXISTS (SELECT FROM messages WHERE campaign_id = $1 AND state = 'queued' AND waiting_for = 'budget')"
)


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row as it lies in its table."""

    number: int
    person_id: UUID | None
    recipient_key: bytes | None
    row_enc: bytes | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a row came to."""

    number: int
    state: RowState
    column: str = ""
    error: str = ""


async def add(tx: Transaction, campaign: Campaign) -> Campaign:
    """Write a new campaign."""
    await rows.add(tx, campaigns, [rows.values(campaign)])
    return campaign


async def save(tx: Transaction, campaign: Campaign) -> Campaign:
    """Write what may change of a campaign this transaction holds locked."""
    saved = replace(campaign, revision=campaign.revision + 1)
    await rows.put(tx, campaigns, [rows.values(saved)], CHANGING)
    return saved


async def lock(tx: Transaction, campaign_id: UUID) -> Campaign:
    """One campaign, locked; 404 where there is none."""
    statement = select(campaigns).where(campaigns.c.id == campaign_id).with_for_update()
    row = (await tx.execute(statement)).one_or_none()
    if row is None:
        raise Refused("campaign_unknown", status=404)
    return _campaign(row._mapping)


async def working(tx: Transaction) -> list[UUID]:
    """Campaigns whose rows wait to be checked or sent."""
    statement = select(campaigns.c.id).where(campaigns.c.state.in_(_WORKING)).order_by(campaigns.c.created_at)
    return list((await tx.execute(statement)).scalars())


async def lock_working(tx: Transaction, campaign_id: UUID) -> Campaign | None:
    """One of them, unless somebody else works on it now."""
    statement = (
        select(campaigns)
        .where(campaigns.c.id == campaign_id, campaigns.c.state.in_(_WORKING))
        .with_for_update(skip_locked=True)
    )
    row = (await tx.execute(statement)).one_or_none()
    return _campaign(row._mapping) if row is not None else None


# Rows -----------------------------------------------------------------------------------------------------------


def key_name(sealing: Sealing, campaign_id: UUID) -> bytes:
    """The name of the data key under which a campaign's rows lie."""
    return sealing.index(f"campaign:{campaign_id}")


def row_sealed(sealing: Sealing, key: bytes, campaign_id: UUID, number: int, content: Mapping[str, Any]) -> bytes:
    """Address and values of a row."""
    plain = json.dumps(dict(content), ensure_ascii=False)
    return sealing.seal(plain, key=key, aad=f"campaign_rows.row:{campaign_id}:{number}")


def row_opened(sealing: Sealing, key: bytes, campaign_id: UUID, row: StoredRow) -> dict[str, Any]:
    """Address and values of a row."""
    assert row.row_enc is not None
    plain = sealing.unseal(row.row_enc, key=key, aad=f"campaign_rows.row:{campaign_id}:{row.number}")
    return dict(json.loads(plain))


async def copy(tx: Transaction, records: AsyncIterator[tuple[Any, ...]]) -> None:
    """Write the rows of a file, as they are read from it."""
    await tx.driver.copy_records_to_table("campaign_rows", records=records, columns=_COPIED)


async def after(tx: Transaction, campaign: Campaign, number: int, state: RowState, limit: int) -> list[StoredRow]:
    """The next rows in one state."""
    r = campaign_rows.c
    statement = (
        select(r.number, r.person_id, r.recipient_key, r.row_enc)
        .where(r.campaign_id == campaign.id, r.number > number, r.state == state)
        .order_by(r.number)
        .limit(limit)
    )
    return [StoredRow(row.number, row.person_id, row.recipient_key, row.row_enc) for row in await tx.execute(statement)]


async def settle(tx: Transaction, campaign: Campaign, looked_at: Sequence[Checked]) -> None:
    """Write what became of rows; one that is not good any more, or has become a message, loses its content."""
    columns = [[getattr(one, name) for one in looked_at] for name in ("number", "state", "column", "error")]
    await tx.driver.execute(_SETTLE, campaign.id, *columns)


async def forget_rows(tx: Transaction, campaign: Campaign) -> None:
    """Destroy the key of the rows: nobody reads what was not sent."""
    await tx.execute(delete(data_keys).where(data_keys.c.recipient_key == key_name(tx.service.sealing, campaign.id)))


async def key_of(tx: Transaction, campaign: Campaign) -> bytes:
    """The key under which a campaign's rows lie."""
    name = key_name(tx.service.sealing, campaign.id)
    return (await Keys.one(tx, name)).key(name)


# Messages -------------------------------------------------------------------------------------------------------


async def on_the_way(tx: Transaction, campaign: Campaign) -> int:
    """How many of its messages are not settled."""
    where = (messages.c.campaign_id == campaign.id, messages.c.state.in_(sorted(ON_ITS_WAY)))
    return int((await tx.execute(select(func.count()).select_from(messages).where(*where))).scalar_one())


async def failed_lately(tx: Transaction, campaign: Campaign) -> int:
    """Of the last 500 messages whose outcome has become known since it runs: how many failed."""
    return int(await tx.driver.fetchval(_LOOK_BACK, campaign.id, campaign.running_since, LOOKED_BACK))


async def short_of_budget(tx: Transaction, campaign: Campaign) -> bool:
    """Whether a message of it waits for a new budget."""
    return bool(await tx.driver.fetchval(_SHORT, campaign.id))


async def cancel_messages(tx: Transaction, campaign: Campaign) -> None:
    """What has not left yet does not leave: as many as the queue may hold of one campaign."""
    changes = {"state": MOVES[MessageState.QUEUED][Move.CANCEL], "reason": "cancelled", "closed_at": tx.now}
    where = (messages.c.campaign_id == campaign.id, messages.c.state.in_(_UNSENT))
    await tx.execute(update(messages).where(*where).values(**changes, revision=messages.c.revision + 1))


async def try_again_now(tx: Transaction, campaign: Campaign) -> None:
    """What waited for a new budget is decided anew."""
    where = (messages.c.campaign_id == campaign.id, messages.c.state == MessageState.QUEUED)
    changes = {"due_at": tx.now, "waiting_for": "", "revision": messages.c.revision + 1}
    await tx.execute(update(messages).where(*where, messages.c.waiting_for == "budget").values(**changes))


async def counts(tx: Transaction, campaign_id: UUID) -> dict[str, int]:
    """What became of its messages: how many by state, and by reason where there is one (`failed:expired`)."""
    m = messages.c
    statement = select(m.state, m.reason, func.count().label("many")).where(m.campaign_id == campaign_id)
    found = [(row.state, row.reason, row.many) for row in await tx.execute(statement.group_by(m.state, m.reason))]
    return {f"{state}:{reason}" if reason else state: many for state, reason, many in sorted(found)}


# For readers ----------------------------------------------------------------------------------------------------


async def page(tx: Transaction, scopes: Scopes, state: str | None, limit: int, after: list[Any] | None) -> list[Any]:
    """Campaigns of the reader's areas, newest first."""
    where = [seen_from(scopes, campaigns.c.community_id), *([campaigns.c.state == state] if state else [])]
    return await page_of(tx, campaigns, where, at="created_at", limit=limit, after=after)


async def seen(tx: Transaction, scopes: Scopes, campaign_id: UUID) -> dict[str, Any]:
    """One campaign; 404 outside the reader's areas."""
    where = (campaigns.c.id == campaign_id, seen_from(scopes, campaigns.c.community_id))
    row = (await tx.execute(select(campaigns).where(*where))).one_or_none()
    if row is None:
        raise Refused("campaign_unknown", status=404)
    return dict(row._mapping)


async def faults_page(tx: Transaction, campaign_id: UUID, limit: int, after: list[Any] | None) -> list[dict[str, Any]]:
    """Rows that nothing is sent to: bad ones and duplicates, in the order of the file."""
    r = campaign_rows.c
    statement = select(r.number, r.state, r.column, r.error).where(
        r.campaign_id == campaign_id, r.state.in_([RowState.BAD, RowState.DUPLICATE])
    )
    if after:
        statement = statement.where(r.number > int(after[0]))
    return [dict(row._mapping) for row in await tx.execute(statement.order_by(r.number).limit(limit + 1))]


def record(campaign: Campaign, row: StoredRow, checked: Checked) -> tuple[Any, ...]:
    """A row as it is copied into its table."""
    return (
        campaign.id,
        row.number,
        row.person_id,
        row.recipient_key,
        row.row_enc,
        str(checked.state),
        checked.column,
        checked.error,
    )


def _campaign(found: Mapping[str, Any] | Iterable[Any]) -> Campaign:
    values = dict(found)
    return Campaign(**values | {"state": State(values["state"]), "unknown_columns": tuple(values["unknown_columns"])})
