"""Many old cases, by COPY: three years of them, most closed, with their words, their history and who watches them."""

import io
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from benchmarks.tickets.lifecycle import DESKS
from benchmarks.tickets.system import Bench
from benchmarks.tickets.words import spoken
from demo.places import GROUPS
from services.tickets.domain.number import ticket_number
from services.tickets.domain.similarity import normalised, terms
from services.tickets.store.search_words import SPANS_IN_WEEKS, mark, week_mark, week_of

BATCH = 20_000
YEARS = timedelta(days=3 * 365)
FRESH = timedelta(days=14)  # some of these are still open, everything older is done
OLD_STATES = (("closed", 92), ("withdrawn", 5), ("rejected", 3))
FRESH_STATES = (
    ("closed", 55),
    ("following_up", 15),
    ("in_progress", 15),
    ("accepted", 5),
    ("assigned", 8),
    ("received", 2),
)
PEOPLE = 100_000
WATCHED_EVERY = 20
OF_RESIDENT_EVERY = 5_000
TABLES = ("tickets", "moves", "search_words", "watchers")
# Move, state after it, hours after filing; a case has those up to the last that leads to its state.
STEPS = (
    ("file", "received", 0), ("assign", "assigned", 0), ("accept", "accepted", 1), ("record_contact", "accepted", 2),
    ("start", "in_progress", 3), ("resolve", "resolved", 30), ("ask", "following_up", 31),
    ("answer_solved", "closed", 40), ("withdraw", "withdrawn", 41), ("reject", "rejected", 42),
)  # fmt: skip
HISTORY = """
INSERT INTO moves (ticket_id, seq, round, move, state_from, state_to, at, recorded_at, actor_id, reason, details)
SELECT t.id, s.seq, 1, s.move, s.state_from, s.state_to, t.filed_at + s.after, t.filed_at + s.after, t.handler_id, '',
       CASE s.seq WHEN 1 THEN '{"class": "general"}'::jsonb ELSE '{}' END
FROM tickets t
JOIN unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::interval[])
     AS s (ending, seq, move, state_from, state_to, after) ON s.ending = t.state
WHERE NOT EXISTS (SELECT FROM moves m WHERE m.ticket_id = t.id)
"""


async def fill(bench: Bench, cases: int) -> None:
    """Up to so many filled cases. Indexes and references are built afterwards, as a restore does."""
    if cases <= bench.cases:
        return
    owner = await asyncpg.connect(bench.owner_url, timeout=60, command_timeout=1_200)
    try:
        template = await owner.fetchrow("SELECT * FROM tickets ORDER BY filed_at DESC LIMIT 1")
        async with owner.transaction():
            built = await taken_down(owner)
            for first in range(bench.cases, cases, BATCH):
                await copy_batch(owner, bench, dict(template), range(first, min(first + BATCH, cases)))
            await owner.execute(HISTORY, *zip(*history_rows(), strict=True))
            await owner.execute("SET LOCAL maintenance_work_mem = '1GB'")
            for statement in built:
                await owner.execute(statement)
        for table in TABLES:
            await owner.execute(f"VACUUM (ANALYZE) {table}")
    finally:
        await owner.close()
    bench.cases = cases


async def taken_down(owner: asyncpg.Connection) -> list[str]:
    """Drops the indexes and foreign keys of the filled tables; what builds them again."""
    indexes = await owner.fetch(
        "SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made FROM pg_index i"
        " WHERE i.indrelid = ANY($1::regclass[]) AND NOT EXISTS"
        " (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        list(TABLES),
    )
    keys = await owner.fetch(
        "SELECT conrelid::regclass::text AS own, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS made"
        " FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY($1::regclass[])",
        list(TABLES),
    )
    for row in keys:
        await owner.execute(f"ALTER TABLE {row['own']} DROP CONSTRAINT {row['name']}")
    for row in indexes:
        await owner.execute(f"DROP INDEX {row['name']}")
    added = [f"ALTER TABLE {row['own']} ADD CONSTRAINT {row['name']} {row['made']}" for row in keys]
    return [row["made"] for row in indexes] + added


async def copy_batch(owner: asyncpg.Connection, bench: Bench, template: dict[str, Any], numbers: range) -> None:
    rows = list(cases_of(bench, template, numbers))
    columns = list(template)
    await owner.copy_records_to_table(
        "tickets", records=[tuple(row[c] for c in columns) for row in rows], columns=columns
    )
    lines = io.BytesIO("".join(map(word_line, rows)).encode())
    await owner.copy_to_table("search_words", source=lines, columns=["ticket_id", "text", "words"])
    watcher = UUID(bench.stage.act("operator_zhongyilu").person_id)
    watched = [(row["id"], watcher, "filer", row["filed_at"]) for row in rows[::WATCHED_EVERY]]
    await owner.copy_records_to_table(
        "watchers", records=watched, columns=["ticket_id", "person_id", "why", "filed_at"]
    )


def cases_of(bench: Bench, template: dict[str, Any], numbers: Sequence[int]) -> Iterator[dict[str, Any]]:
    dice, now = random.Random(numbers[0]), bench.stage.now
    people = [UUID(int=dice.getrandbits(128)) for _ in range(PEOPLE // 10)]
    desks = [
        (UUID(bench.stage.areas[place]), *group_of(bench, place, category), category) for place, category, _ in DESKS
    ]
    buildings = {UUID(bench.stage.areas[name]): [UUID(b) for b in ids] for name, ids in bench.buildings.items()}
    elsewhere = UUID(bench.stage.areas["水云路社区"])
    above = template["area_path"][:-2]  # the township of one stands for all
    for number in numbers:
        community, group, leader, category = dice.choice(desks)
        community = elsewhere if dice.random() < 0.5 else community
        age = FRESH * dice.random() if dice.random() < FRESH / YEARS else FRESH + (YEARS - FRESH) * dice.random()
        states = FRESH_STATES if age < FRESH else OLD_STATES
        state = dice.choices([name for name, _ in states], [share for _, share in states])[0]
        building = dice.choice(buildings[community])
        row = template | about(number, now - age, state, dice.choice(people), group, leader)
        row |= {"community_id": community, "building_id": building, "category": category, "correlation": row["id"]}
        row["area_path"] = [*above, community, building]
        if number % OF_RESIDENT_EVERY == 0:
            row["reporter_id"] = UUID(bench.resident.person_id)
        yield row


def group_of(bench: Bench, place: str, category: str) -> tuple[UUID, UUID]:
    name, leader = next((name, who) for name, home, on, who in GROUPS if home == place and category in on)
    return UUID(bench.stage.groups[name]), UUID(bench.stage.act(leader).person_id)


def about(number: int, filed_at: datetime, state: str, reporter: UUID, group: UUID, leader: UUID) -> dict[str, Any]:
    """What differs from case to case; a received one has no group yet."""
    whole = ticket_number(filed_on=filed_at.date(), community_code=60 + number // 100_000, serial=number % 100_000)
    done, taken = state in ("closed", "withdrawn", "rejected"), state not in ("received", "rejected", "withdrawn")
    is_open = not done and state != "following_up"
    limit = filed_at + timedelta(days=7)
    return {
        "id": uuid4(), "number": whole, "number_tail": whole[-7:], "filed_at": filed_at, "state": state,
        "description": spoken(number), "reporter_id": reporter, "household": None, "round_started_at": filed_at,
        "group_id": group if taken else None, "group_path": [group] if taken else [],
        "first_group_id": group if taken else None,
        "handler_id": leader if taken and state != "assigned" else None, "seq": len(steps_to(state)), "revision": 5,
        "accept_due_at": None, "contact_due_at": None, "resolve_due_at": limit, "due_at": limit if is_open else None,
        "due_clock": "resolve" if is_open else None, "closed_at": filed_at + timedelta(hours=40) if done else None,
        "resolved_at": filed_at + timedelta(hours=30) if state in ("closed", "following_up") else None,
        "contacted_at": None, "outcome": "solved" if state == "closed" else None, "result": "", "title": "",
    }  # fmt: skip


def word_line(row: dict[str, Any]) -> str:
    plain, found = words_of(row["description"])
    facts = [week_mark(week_of(row["filed_at"]), span) for span in SPANS_IN_WEEKS]
    facts += [mark(name, row[name]) for name in ("community_id", "building_id", "category", "kind", "origin")]
    return f"{row['id']}\t{plain}\t{' '.join(map(repr, facts))} {found}\n"


@cache
def words_of(text: str) -> tuple[str, str]:
    plain = normalised(text)
    return plain, " ".join(f"'{term}'" for term in terms(plain))


def steps_to(state: str) -> list[tuple[str, str, int]]:
    """A case that was withdrawn or rejected never went further than the desk."""
    last = next(at for at, step in enumerate(STEPS) if step[1] == state)
    last += state == "accepted"
    return [STEPS[0], STEPS[last]] if state in ("withdrawn", "rejected") else list(STEPS[: last + 1])


def history_rows() -> Iterator[tuple[str, int, str, str | None, str, timedelta]]:
    for ending in {name for name, _ in (*OLD_STATES, *FRESH_STATES)}:
        was: str | None = None
        for seq, (move, state, hours) in enumerate(steps_to(ending), start=1):
            yield ending, seq, move, was, state, timedelta(hours=hours)
            was = state
