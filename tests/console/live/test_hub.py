"""From a committed entry to the tabs that show what it is about."""

import asyncio
from uuid import uuid4

from console.live import EVERYWHERE, Hub, Stream, Update, topics_of
from tests.console.answers import COMMUNITY, GROUP, PERSON
from tests.console.chronicle.feeding import CASE, an_event, hear
from tests.console.conftest import Console, Told


async def watching(told: Told, *topics: str) -> tuple[Hub, Stream]:
    hub = told.parts.hub
    await hub.look()
    stream = Stream(frozenset(topics), PERSON, asyncio.Queue(4))
    hub.streams.add(stream)
    return hub, stream


def given(stream: Stream) -> list[Update]:
    return [stream.queue.get_nowait() for _ in range(stream.queue.qsize())]


async def test_a_tab_hears_only_what_it_shows(console: Console) -> None:
    told = await console()
    hub, mine = await watching(told, f"subject:{CASE}")
    _, other = await watching(told, f"subject:{uuid4()}")
    await hear(told, an_event(1))
    await hub.look()
    assert [entry.subject for update in given(mine) for entry in update.entries] == [CASE]
    assert given(other) == []


async def test_new_tickets_are_heard_by_community_and_by_group(console: Console) -> None:
    told = await console()
    hub, by_place = await watching(told, f"tickets@{COMMUNITY}")
    _, by_group = await watching(told, f"group:{GROUP}")
    await hear(told, an_event(1, data={"group_id": str(GROUP)}))
    await hub.look()
    assert len(given(by_place)) == len(given(by_group)) == 1


async def test_every_entry_is_handed_out_once_and_in_order(console: Console) -> None:
    told = await console()
    hub, mine = await watching(told, EVERYWHERE)
    for number in range(1, 4):
        await hear(told, an_event(number))
        await hub.look()
    await hub.look()
    assert [entry.seq for update in given(mine) for entry in update.entries] == [1, 2, 3]


async def test_a_tab_that_reads_too_slowly_is_told_to_ask_anew(console: Console) -> None:
    told = await console()
    hub, slow = await watching(told, EVERYWHERE)
    for number in range(1, 7):
        await hear(told, an_event(number))
        await hub.look()
    updates = given(slow)
    assert updates[0].reload
    assert len(updates) < 4


async def test_a_confidential_event_leaves_a_nameless_mark_and_stirs_nothing_else(console: Console) -> None:
    told = await console()
    hub, ribbon = await watching(told, f"ribbon@{COMMUNITY}")
    _, case = await watching(told, f"subject:{CASE}", f"correlation:{CASE}", f"tickets@{COMMUNITY}")
    await hear(told, an_event(1, restricted=True))
    await hub.look()
    assert len(given(ribbon)) == 1
    assert given(case) == []


async def test_what_is_stated_again_is_no_news_on_the_ribbon(console: Console) -> None:
    told = await console()
    await hear(told, an_event(1, restated=True))
    entry = (await told.chronicle.after(0, 1))[0]
    assert not any(topic.startswith("ribbon@") for topic in topics_of(entry))


async def test_an_ended_session_ends_its_streams_and_its_tokens(console: Console) -> None:
    told = await console()
    operator = told.operator()
    await operator.open("/intake")
    hub, mine = await watching(told, "health")
    await hear(told, an_event(1, "members.session_ended.v1", subject=PERSON))
    asked = len(told.stubs["members"].asked)
    await hub.look()
    assert given(mine)[-1].ended
    await operator.open("/intake")
    assert len(told.stubs["members"].asked) > asked


async def test_after_a_reconnect_there_is_no_gap_and_no_repeat(console: Console) -> None:
    told = await console()
    hub, _ = await watching(told)
    await hear(told, *(an_event(number) for number in range(1, 5)))
    await hub.look()
    assert hub.head
    missed = await hub.missed(f"{hub.head.epoch}-2", frozenset({EVERYWHERE}))
    assert [entry.seq for entry in missed.entries] == [3, 4]


async def test_an_unknown_or_far_too_old_place_reloads_once(console: Console) -> None:
    told = await console(live_backlog=2)
    hub, mine = await watching(told, EVERYWHERE)
    await hear(told, *(an_event(number) for number in range(1, 5)))
    await hub.look()
    assert hub.head
    for place in ("", "other-1", f"{hub.head.epoch}-x", f"{hub.head.epoch}-1"):
        assert (await hub.missed(place, frozenset({EVERYWHERE}))).reload
    given(mine)
    await told.served.sql("UPDATE chronicle_head SET epoch = 'restored'")
    await hub.look()
    assert [update.reload for update in given(mine)] == [True]
