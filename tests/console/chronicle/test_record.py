"""The chronicle hears every event of every feed, in the order of commits, and holds nothing personal."""

import asyncio
import contextlib

from chassis.database import CHASSIS_TABLES
from chassis.reader import Entry as Heard
from console.chronicle.forget import forget
from console.chronicle.reader import record
from console.chronicle.tables import metadata
from tests.console.answers import COMMUNITY
from tests.console.chronicle.feeding import CASE, an_event, hear
from tests.console.conftest import Console


async def test_any_well_formed_envelope_is_kept_its_type_known_or_not(console: Console) -> None:
    told = await console()
    await told.served.apply("tickets.ticket_filed.v1", {"ticket_id": str(CASE)}, subject=CASE, community=COMMUNITY)
    await hear(told, an_event(2, "tickets.never_heard_of.v9"))
    entries = await told.chronicle.after(0, 10)
    assert [(one.seq, one.service, one.name, one.community) for one in entries] == [
        (1, "tickets", "ticket_filed", COMMUNITY),
        (2, "tickets", "never_heard_of", COMMUNITY),
    ]
    assert entries[0].body["data"] == {"ticket_id": str(CASE)}


async def test_seq_is_dense_over_batches_and_the_head_tells_the_last(console: Console) -> None:
    told = await console()
    for number in range(5):
        await hear(told, an_event(number + 1))
    entries = await told.chronicle.after(0, 10)
    assert [one.seq for one in entries] == [1, 2, 3, 4, 5]
    head = await told.chronicle.head()
    assert head.seq == 5
    assert len(head.epoch) == 8


async def test_a_batch_that_fails_leaves_no_hole(console: Console) -> None:
    told = await console()
    running = told.served.running
    with contextlib.suppress(RuntimeError):
        async with running.transaction() as tx:
            await record([an_event(1)], tx)
            raise RuntimeError("the process stumbles")
    await hear(told, an_event(2))
    assert [one.seq for one in await told.chronicle.after(0, 10)] == [1]


async def test_two_lanes_at_once_wait_for_each_other_and_skip_nothing(console: Console) -> None:
    told = await console()
    await asyncio.gather(*(hear(told, an_event(number, lane=number % 2)) for number in range(1, 21)))
    assert [one.seq for one in await told.chronicle.after(0, 100)] == list(range(1, 21))


async def test_what_is_no_envelope_is_passed_over(console: Console) -> None:
    told = await console()
    async with told.served.running.transaction() as tx:
        await record([Heard("tickets", "1-a", 0, 1, None, "{not json", None)], tx)
    assert await told.chronicle.after(0, 10) == []


async def test_entries_go_after_two_years_in_batches(console: Console) -> None:
    told = await console()
    for number in range(3):
        await hear(told, an_event(number + 1))
    await told.served.sql("UPDATE entries SET received_at = now() - interval '731 days' WHERE seq < 3")
    assert await forget(told.served.running, 730, 1) == 1
    assert await forget(told.served.running, 730, 10) == 1
    assert [one.seq for one in await told.chronicle.after(0, 10)] == [3]


async def test_nothing_of_the_chronicle_is_ever_changed_by_the_console(console: Console) -> None:
    told = await console()
    rights = await told.served.sql(
        "SELECT privilege_type FROM information_schema.role_table_grants"
        " WHERE table_name = 'entries' AND grantee = 'yihu_console_app'"
    )
    assert {row["privilege_type"] for row in rights} == {"SELECT", "INSERT", "DELETE"}


async def test_the_tables_are_what_the_migrations_make(console: Console) -> None:
    told = await console()
    rows = await told.served.sql(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    )
    stands = {(r["table_name"], r["column_name"]) for r in rows if r["table_name"] not in CHASSIS_TABLES}
    declared = {(table.name, column.name) for table in metadata.sorted_tables for column in table.columns}
    assert {one for one in stands if one[0] != "alembic_version"} == declared
