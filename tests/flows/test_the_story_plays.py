"""The chapters of the demo that stand on their own, played on the shared neighbourhood."""

from collections.abc import Awaitable, Callable

import pytest

from demo.chapters import evidence, help, outages
from demo.stage import Stage
from demo.traces import batches


@pytest.mark.parametrize(
    "chapter",
    [
        pytest.param(help.a_confidential_case, id="a_confidential_case_is_found_by_nobody_else"),
        pytest.param(help.need_idea_result, id="need_idea_and_result_stand_in_one_view"),
        pytest.param(help.flowers_become_help, id="flowers_become_help_decided_by_two_and_paid_by_a_third"),
        pytest.param(outages.notify_is_killed, id="a_killed_notify_catches_up"),
        pytest.param(outages.redis_is_away, id="without_redis_everything_arrives_by_pull"),
        pytest.param(evidence.nothing_leaked, id="no_event_log_trace_or_metric_holds_a_personal_word"),
    ],
)
async def test_a_chapter_is_proved(stage: Stage, chapter: Callable[[Stage], Awaitable[str]]) -> None:
    assert await chapter(stage)


async def test_traces_and_metrics_were_among_what_was_searched(stage: Stage) -> None:
    kept = batches(stage.system.log_directory)
    assert b"tickets" in kept["traces"]
