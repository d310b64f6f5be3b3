"""The model of the feed keeps its promises in every state; each wrong variant breaks the one it is known for."""

import pytest

from tests.faults.model import Protocol, explore
from tests.faults.mutants import WRONG_VARIANTS


def test_the_protocol_is_safe_and_can_always_finish_in_every_reachable_state() -> None:
    found = explore(Protocol())
    assert found.failures == {}, {kind: found.story(kind) for kind in found.failures}
    assert len(found.came_from) > 15_000, "the model has lost most of its interleavings"


@pytest.mark.parametrize("name", WRONG_VARIANTS)
def test_a_wrong_variant_is_seen_to_fail_in_its_own_way(name: str) -> None:
    variant = WRONG_VARIANTS[name]
    found = explore(variant.protocol)
    assert variant.fails in found.failures, f"{name} was not caught"
    assert len(found.story(variant.fails)) >= 4


def test_the_serial_cursor_loses_a_late_commit_without_any_fault() -> None:
    """A fault would excuse it: the shortest way to being stuck has none."""
    story = explore(WRONG_VARIANTS["cursor_on_serial"].protocol).story("stuck")
    assert story == ["draw 1", "draw 2", "commit 2", "pull 2"]


def test_the_usual_outbox_is_stuck_once_redis_is_flushed() -> None:
    assert "Redis is flushed" in explore(WRONG_VARIANTS["published_flag"].protocol).story("stuck")


def test_push_alone_is_stuck_once_the_stream_is_trimmed() -> None:
    assert "Redis trims" in explore(WRONG_VARIANTS["no_pull"].protocol).story("stuck")
