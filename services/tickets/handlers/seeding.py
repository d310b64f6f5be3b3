"""Seeds, written after each migration: categories, calendar, first routing rules. What stands is left alone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.service import Running
from chassis.transaction import Transaction
from services.tickets.events import CategoryChanged
from services.tickets.handlers.calendars import MISSING_TIMER
from services.tickets.handlers.reports import await_closes
from services.tickets.store import calendars
from services.tickets.store.reference import put_seed, seed_rows
from services.tickets.store.tables import calendar_days, categories, routing_rules

CALENDAR_SOURCE = "official notices, as in chinesecalendar"
CALENDAR_VERSION = "2026-1"
YEARS = range(2017, 2031)
FIRST_DAY = datetime(2017, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """The aggregate a category's event speaks of."""

    id: UUID
    revision: int
    community_id: UUID | None
    correlation: UUID


async def seed(running: Running) -> None:
    async with running.transaction() as tx:
        await _seed_categories(tx)
        await _seed_calendar(tx)
        await _seed_rules(tx)
        await await_closes(tx)


async def _seed_categories(tx: Transaction) -> None:
    for ordinal, row in enumerate(seed_rows("categories.csv"), start=1):
        id_ = uuid5(NAMESPACE_URL, f"tickets/category/{row['code']}")
        values = {
            "code": row["code"],
            "id": id_,
            "parent": row["parent"] or None,
            "label": row["label"],
            "label_en": row["label_en"],
            "class_code": row["class"],
            "keywords": row["keywords"].split(),
            "ordinal": ordinal,
            "version": 1,
        }
        if await put_seed(tx, categories, values, ["code"]):
            event = CategoryChanged(
                category=row["code"], label=row["label"], parent=row["parent"] or None, state="active"
            )
            tx.announce(event, CategoryRow(id_, 1, None, id_))


async def _seed_calendar(tx: Transaction) -> None:
    """The years that nobody has loaded yet; and the question for the next one, which comes every week."""
    known = {year for year in YEARS if await calendars.has_year(tx, year)}
    for row in seed_rows("calendar_days.csv"):
        if date.fromisoformat(row["day"]).year in known:
            continue
        values = {
            "day": date.fromisoformat(row["day"]),
            "kind": row["kind"],
            "name": row["name"],
            "source": CALENDAR_SOURCE,
            "version": CALENDAR_VERSION,
        }
        await put_seed(tx, calendar_days, values, ["day"])
    await tx.set_timer(MISSING_TIMER, "weekly", tx.now + timedelta(minutes=5))


async def _seed_rules(tx: Transaction) -> None:
    for row in seed_rows("routing_rules.csv"):
        values = {
            "id": row["id"],
            "version": int(row["version"]),
            "community_id": None,
            "priority": int(row["priority"]),
            "categories": row["categories"].split(),
            "mandate": row["mandate"],
            "has_property_management": {"yes": True, "no": False, "": None}[row["has_property_management"]],
            "effective_from": FIRST_DAY,
        }
        await put_seed(tx, routing_rules, values, ["id", "version"])
