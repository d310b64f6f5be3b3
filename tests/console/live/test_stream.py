"""`GET /live`: signed topics, one stream per tab."""

import re

import pytest

from console.ask.operations import Standing
from console.live import EVERYWHERE, Update
from console.live_route import messages
from console.pace import Pace
from console.screen import Screen
from tests.console import answers
from tests.console.answers import COMMUNITY
from tests.console.chronicle.feeding import CASE, an_event, hear
from tests.console.conftest import Browser, Console, Told, a_queue


async def topics_of_page(told: Told, browser: Browser, path: str) -> str:
    page = await browser.open(path)
    found = re.search(r'hx-sse:connect="/live\?t=([^"]+)"', page.text)
    assert found
    return found.group(1)


async def test_a_page_signs_only_the_topics_it_shows(console: Console) -> None:
    told = await console()
    a_queue(told, answers.a_row())
    signed = await topics_of_page(told, told.operator(), "/tickets")
    opened = told.parts.seals.open("topics", signed)
    assert isinstance(opened, dict)
    assert opened["topics"] == sorted({"health", f"tickets@{COMMUNITY}"})


@pytest.mark.parametrize("forged", ["", "nonsense", "other"])
async def test_a_forged_list_or_another_sessions_is_no_stream(console: Console, forged: str) -> None:
    told = await console()
    operator = told.operator()
    list_of_another = told.parts.seals.sign("topics", {"of": "another", "topics": [EVERYWHERE]})
    answer = await operator.open(f"/live?t={list_of_another if forged == 'other' else forged}")
    assert answer.status_code == 403


async def test_without_a_session_there_is_no_stream(console: Console) -> None:
    assert (await (await console()).browser().open("/live?t=x")).status_code == 401


async def test_beyond_the_limit_a_stream_is_refused_with_a_time(console: Console) -> None:
    told = await console(live_streams=0)
    operator = told.operator()
    signed = await topics_of_page(told, operator, "/intake")
    answer = await operator.open(f"/live?t={signed}")
    assert answer.status_code == 503
    assert answer.headers["retry-after"].isdigit()


class AScreen(Screen):
    """A screen without a request, for what a stream writes."""

    def __init__(self, told: Told) -> None:
        from console.language import language

        self.parts = told.parts
        self.language = language("zh-CN")


async def test_the_ribbon_comes_as_a_piece_and_everything_else_as_a_word(console: Console) -> None:
    told = await console()
    await hear(told, an_event(1))
    await told.parts.hub.look()
    update = Update(entries=tuple(await told.chronicle.after(0, 1)))
    topics = frozenset({f"ribbon@{COMMUNITY}", f"subject:{CASE}"})
    piece, word = messages(AScreen(told), topics, update, Pace())
    assert piece.event is None
    assert piece.raw_data is not None
    assert piece.raw_data.startswith('<hx-partial hx-target="#lane-tickets" hx-swap="afterbegin">')
    assert "已登记" in piece.raw_data
    assert word.event == "changed"
    assert word.raw_data == f'{{"topic": "subject:{CASE}", "subject": "{CASE}", "type": "tickets.ticket_filed.v1"}}'
    head = await told.chronicle.head()
    assert piece.id == word.id == f"{head.epoch}-1"


async def test_a_confidential_mark_has_no_id_and_no_type(console: Console) -> None:
    told = await console()
    await hear(told, an_event(1, "tickets.confidential_changed.v1", restricted=True))
    update = Update(entries=tuple(await told.chronicle.after(0, 1)))
    (piece,) = messages(AScreen(told), frozenset({EVERYWHERE, f"subject:{CASE}"}), update, Pace())
    assert piece.raw_data is not None
    assert "保密事件" in piece.raw_data
    assert str(CASE) not in piece.raw_data
    assert "0001" not in piece.raw_data


async def test_the_health_strip_is_sent_when_it_changes(console: Console) -> None:
    told = await console()
    told.parts.health.standings["notify"] = Standing("notify", "catching_up", 7)
    (piece,) = messages(AScreen(told), frozenset({"health"}), Update(health=True), Pace())
    assert piece.raw_data is not None
    assert "追赶中 7" in piece.raw_data
    assert "\n" not in piece.raw_data


async def test_in_a_crowded_second_the_ribbon_gets_one_mark_per_type_and_lists_still_hear_each(
    console: Console,
) -> None:
    told = await console()
    await hear(told, *(an_event(number) for number in range(1, 26)))
    await told.parts.hub.look()
    update = Update(entries=tuple(await told.chronicle.after(0, 25)))
    topics = frozenset({f"ribbon@{COMMUNITY}", f"subject:{CASE}"})
    sent = messages(AScreen(told), topics, update, Pace())
    marks = [one.raw_data or "" for one in sent if one.event is None]
    assert len(marks) == 1
    assert "已登记 × 25" in marks[0]
    assert "data-case" not in marks[0]
    assert [one.event for one in sent].count("changed") == 25
