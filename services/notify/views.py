"""Read-only queries, each bound to the areas its reader may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Table, Uuid, and_, func, literal, or_, select, true, tuple_

from chassis.auth import Scopes
from chassis.refused import Refused
from chassis.transaction import Transaction
from services.notify.store.tables import (
    answers,
    api_keys,
    delivery_reports,
    messages,
    notifications,
    places,
    prompts,
    received,
    stray_reports,
    submissions,
    template_versions,
    templates,
)

MESSAGE_FILTERS: Final = ("correlation", "state", "reason", "channel")


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands open, in figures that an operator looks at first."""

    queued: int
    unknown: int
    oldest_unknown_at: datetime | None
    parked: int
    submitted: int
    extras: int
    stray: int


def seen_from(scopes: Scopes, community: ColumnElement[Any]) -> ColumnElement[bool]:
    """The rows whose community lies in one of the reader's areas."""
    inside = select(places.c.area_id).where(places.c.path.overlap(scopes.areas))
    return or_(community.in_(scopes.areas), community.in_(inside))


async def page_of(
    tx: Transaction, table: Table, where: Sequence[ColumnElement[bool]], *, at: str, limit: int, after: list[Any] | None
) -> list[dict[str, Any]]:
    """Rows of a table, newest first, by keyset on (time, id); one more than the page shows."""
    statement: Select[Any] = select(table).where(and_(true(), *where))
    if after:
        statement = statement.where(
            tuple_(table.c[at], table.c.id) < (datetime.fromisoformat(after[0]), UUID(after[1]))
        )
    statement = statement.order_by(table.c[at].desc(), table.c.id.desc()).limit(limit + 1)
    return [dict(row._mapping) for row in await tx.execute(statement)]


async def messages_page(
    tx: Transaction, scopes: Scopes, filters: Mapping[str, Any], limit: int, after: list[Any] | None
) -> list[dict[str, Any]]:
    """Messages by correlation, state, reason or provider."""
    where = [seen_from(scopes, messages.c.community_id)]
    where += [messages.c[name] == filters[name] for name in MESSAGE_FILTERS if filters.get(name)]
    if filters.get("provider"):
        through = select(submissions.c.message_id).where(submissions.c.provider == filters["provider"])
        where.append(messages.c.id.in_(through))
    return await page_of(tx, messages, where, at="created_at", limit=limit, after=after)


async def message(tx: Transaction, scopes: Scopes, message_id: UUID) -> dict[str, Any]:
    """One message; 404 outside the reader's areas."""
    where = and_(messages.c.id == message_id, seen_from(scopes, messages.c.community_id))
    return _one(await tx.execute(select(messages).where(where)), "message_unknown")


async def submissions_of(tx: Transaction, message_id: UUID) -> list[dict[str, Any]]:
    """The submissions of a message, each with its delivery reports."""
    calls = await tx.execute(
        select(submissions).where(submissions.c.message_id == message_id).order_by(submissions.c.attempt)
    )
    found = [dict(row._mapping) | {"reports": []} for row in calls]
    by_id = {call["id"]: call for call in found}
    reports = select(delivery_reports).where(delivery_reports.c.submission_id.in_(list(by_id)))
    for row in await tx.execute(reports.order_by(delivery_reports.c.ordinal)):
        by_id[row.submission_id]["reports"].append({"status": row.status, "code": row.code, "at": row.at})
    return found


async def notifications_page(
    tx: Transaction, scopes: Scopes, filters: Mapping[str, Any], limit: int, after: list[Any] | None
) -> list[dict[str, Any]]:
    where = [seen_from(scopes, notifications.c.community_id)]
    where += [notifications.c[name] == filters[name] for name in ("correlation", "about") if filters.get(name)]
    return await page_of(tx, notifications, where, at="created_at", limit=limit, after=after)


async def notification(tx: Transaction, scopes: Scopes, notification_id: UUID) -> dict[str, Any]:
    """One notification with its messages."""
    where = and_(notifications.c.id == notification_id, seen_from(scopes, notifications.c.community_id))
    found = _one(await tx.execute(select(notifications).where(where)), "notification_unknown")
    sent = await tx.execute(select(messages).where(messages.c.notification_id == notification_id))
    return found | {"messages": [dict(row._mapping) for row in sent]}


async def prompts_page(
    tx: Transaction, scopes: Scopes, filters: Mapping[str, Any], limit: int, after: list[Any] | None
) -> list[dict[str, Any]]:
    where = [seen_from(scopes, prompts.c.community_id)]
    where += [prompts.c[name] == filters[name] for name in ("about", "state", "correlation") if filters.get(name)]
    return await page_of(tx, prompts, where, at="created_at", limit=limit, after=after)


async def prompt(tx: Transaction, scopes: Scopes, prompt_id: UUID) -> dict[str, Any]:
    """One prompt with its answers."""
    where = and_(prompts.c.id == prompt_id, seen_from(scopes, prompts.c.community_id))
    found = _one(await tx.execute(select(prompts).where(where)), "prompt_unknown")
    given = select(answers).where(answers.c.prompt_id == prompt_id).order_by(answers.c.revision)
    return found | {"answers": [dict(row._mapping) for row in await tx.execute(given)]}


async def received_page(
    tx: Transaction, scopes: Scopes, outcome: str | None, limit: int, after: list[Any] | None
) -> list[dict[str, Any]]:
    """Received texts without their words. Those of an unknown sender belong to no area: every reader sees them."""
    where = [or_(received.c.community_id.is_(None), seen_from(scopes, received.c.community_id))]
    where.append(received.c.own_key.is_(None))  # a confidential text stands in no list
    if outcome:
        where.append(received.c.outcome == outcome)
    return await page_of(tx, received, where, at="at", limit=limit, after=after)


async def keys_page(tx: Transaction, scopes: Scopes, limit: int, after: list[Any] | None) -> list[dict[str, Any]]:
    """API keys of the organisations in the reader's areas."""
    where = [seen_from(scopes, api_keys.c.community_id)]
    return await page_of(tx, api_keys, where, at="created_at", limit=limit, after=after)


async def community_seen(tx: Transaction, scopes: Scopes, community_id: UUID) -> None:
    """404 for a community outside the reader's areas."""
    seen = select(seen_from(scopes, literal(community_id, Uuid)))
    if not (await tx.execute(seen)).scalar_one():
        raise Refused("community_unknown", status=404)


async def client_templates(
    tx: Transaction, community_id: UUID, template_id: UUID | None = None
) -> list[dict[str, Any]]:
    """Approved versions of the templates an organisation's clients may use, newest first."""
    v = template_versions
    where = [v.c.state.in_(["live", "superseded"]), templates.c.message_class != "auto", ~templates.c.confidential]
    where.append(or_(templates.c.organization_id.is_(None), templates.c.organization_id == community_id))
    if template_id is not None:
        where.append(templates.c.id == template_id)
    own = (templates.c.id, templates.c.name, templates.c.channel, templates.c.created_at)
    of_version = (v.c.version, v.c.bodies, v.c.subjects, v.c.state, v.c.created_at.label("changed_at"))
    statement = select(*own, *of_version).join_from(templates, v, v.c.name == templates.c.name).where(*where)
    found = await tx.execute(statement.order_by(templates.c.name, v.c.version.desc()))
    return [dict(row._mapping) for row in found]


async def counts(tx: Transaction) -> Counts:
    """Messages by what matters, strays, and the oldest unknown submission."""
    by_state = select(messages.c.state, func.count().label("many")).where(
        messages.c.state.in_(["queued", "unknown", "parked", "submitted"])
    )
    many = {row.state: row.many for row in await tx.execute(by_state.group_by(messages.c.state))}
    oldest = select(func.min(submissions.c.claimed_at)).where(submissions.c.state == "unknown")
    extras = select(func.count()).select_from(messages).where(messages.c.possible_duplicate)
    stray = select(func.count()).select_from(stray_reports)
    return Counts(
        queued=many.get("queued", 0),
        unknown=many.get("unknown", 0),
        oldest_unknown_at=(await tx.execute(oldest)).scalar_one(),
        parked=many.get("parked", 0),
        submitted=many.get("submitted", 0),
        extras=(await tx.execute(extras)).scalar_one(),
        stray=(await tx.execute(stray)).scalar_one(),
    )


def _one(result: Any, code: str) -> dict[str, Any]:
    row: Row[Any] | None = result.one_or_none()
    if row is None:
        raise Refused(code, status=404)
    return dict(row._mapping)
