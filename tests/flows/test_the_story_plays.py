"""The chapters of the demo that stand on their own, played on the shared neighbourhood."""

from collections.abc import Awaitable, Callable

import pytest

from demo.chapters import help, outages
from demo.stage import Stage


@pytest.mark.parametrize(
    "chapter",
    [
        pytest.param(help.a_confidential_case, id="a_confidential_case_is_found_by_nobody_else"),
        pytest.param(help.need_idea_result, id="need_idea_and_result_stand_in_one_view"),
        pytest.param(help.flowers_become_help, id="flowers_become_help_decided_by_two_and_paid_by_a_third"),
        pytest.param(outages.notify_is_killed, id="a_killed_notify_catches_up"),
        pytest.param(outages.redis_is_away, id="without_redis_everything_arrives_by_pull"),
    ],
)
async def test_a_chapter_is_proved(stage: Stage, chapter: Callable[[Stage], Awaitable[str]]) -> None:
    assert await chapter(stage)
