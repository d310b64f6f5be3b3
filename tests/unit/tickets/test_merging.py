"""Merging and taking apart, and who may hear of a case."""

from datetime import timedelta

import pytest

from chassis.refused import Refused
from services.tickets.domain import merging, watching
from services.tickets.domain.profile import Kind
from services.tickets.domain.state import AWAITING, LIVE, UNFINISHED, State
from tests.unit.tickets.builders import LEADER, NOW, a_ticket


@pytest.mark.parametrize("state", list(State))
def test_only_what_is_not_resolved_is_merged(state: State) -> None:
    into = a_ticket()
    if state in UNFINISHED:
        merged = merging.merge(a_ticket(state=state), into, [], by=LEADER, at=NOW)
        assert (merged.state, merged.merged_into, merged.handler_id) == (State.MERGED, into.id, None)
    else:
        with pytest.raises(Refused, match=f"^cannot_merge_when_{state}$"):
            merging.merge(a_ticket(state=state), into, [], by=LEADER, at=NOW)


@pytest.mark.parametrize("state", list(State))
def test_only_a_case_that_goes_on_takes_another_in(state: State) -> None:
    into = a_ticket(state=state)
    if state in LIVE | AWAITING:
        assert merging.merge(a_ticket(), into, [], by=LEADER, at=NOW).merged_into == into.id
    else:
        with pytest.raises(Refused, match=f"^cannot_merge_into_{state}$"):
            merging.merge(a_ticket(), into, [], by=LEADER, at=NOW)


def test_nothing_is_merged_into_itself_or_in_a_circle() -> None:
    one, other = a_ticket(), a_ticket()
    with pytest.raises(Refused, match=r"^links_to_itself$"):
        merging.merge(one, one, [], by=LEADER, at=NOW)
    with pytest.raises(Refused, match=r"^links_in_a_circle$"):
        merging.merge(one, other, [(other.id, one.id)], by=LEADER, at=NOW)


def test_thirty_days_later_a_merge_stands() -> None:
    merged = merging.merge(a_ticket(), a_ticket(), [], by=LEADER, at=NOW)
    back = merging.unmerge(merged, by=LEADER, at=NOW + timedelta(days=30))
    assert (back.state, back.merged_into, back.closed_at) == (State.RECEIVED, None, None)
    with pytest.raises(Refused, match=r"^unmerge_too_late$"):
        merging.unmerge(merged, by=LEADER, at=NOW + timedelta(days=30, seconds=1))


@pytest.mark.parametrize(
    "changes",
    [{"kind": Kind.REPORT}, {"category": "rights"}, {"category": "hardship"}, {"hidden": True}],
)
def test_neighbours_learn_nothing_of_what_is_delicate(changes: dict[str, object]) -> None:
    plain = a_ticket(building_id=LEADER)
    assert watching.is_shown_to_neighbours(plain)
    assert not watching.is_shown_to_neighbours(a_ticket(building_id=LEADER, **changes))
